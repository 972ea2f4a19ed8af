import type { GraphRuntime } from '../../network/graph-runtimes'
import type { GraphSession } from '../../network/graph-session'

/** The dense layer that a graph ends in. */
export interface GraphHead {
  /** Name of the value that goes into it. */
  features: string
  inputs: number
  units: number
  /** [inputs, units]. */
  kernel: Float32Array
  bias: Float32Array
}

/** A graph of another program, opened, with what its file says. */
export interface RunnableGraph {
  /** Its file, as errors name it. */
  path: string
  runtime: GraphRuntime
  title: { runtime: string, block: string }
  /** What its runtime opens again: a file whole. */
  bytes: Uint8Array
  session: GraphSession
  head?: GraphHead
  /** Names of the outputs that are the file's own, in its order. */
  outputs: readonly string[]
  /** Numbers in its weights. */
  parameters: number
}
