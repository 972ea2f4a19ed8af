import type { Values } from './held'
import type { Operation } from './messages'

export interface Constant { shape: readonly number[], dtype: number, values: Values }

/** An optimiser's step: the constants among its numbers, and in which order TensorFlow's operation takes the rest. */
interface StepPlan { states: number, rest: readonly (string | 'gradient')[], constants: ReadonlyMap<string, number>, varying: readonly string[] }

/** What is the same each time an operation is recorded with these attributes, shapes and constants. */
export interface Template {
  id: number
  operation: Operation
  /** How many of the inputs it takes in a graph. */
  inputs: number
  attributes: ReadonlyMap<string, Uint8Array>
  /** By input. */
  constants: ReadonlyMap<number, Constant>
  outputs: readonly { shape: number[], dtype: number, key: string }[]
  /** For each output its name and place in the operation's definition. */
  outputNames: readonly string[]
  /** For each input and output the attribute that tells its type, where one does. */
  inputTypes: readonly (string | undefined)[]
  outputTypes: readonly (string | undefined)[]
  step?: StepPlan
}

/** An operation as recorded. An input is `node.output`, or `i` and the place among what comes from outside. */
export interface RecordedNode {
  template: Template
  inputs: readonly string[]
  /** A product that is a layer of a network (network-products.ts). */
  network?: boolean
}
