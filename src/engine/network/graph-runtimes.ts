import type { LayerOf, NetworkDefinition } from './definition'
import type { GraphSession } from './graph-session'
import { openOnnxGraph } from './onnx-session'
import type * as tensorflowSession from './tensorflow-session'

/** What runs a graph of another program as it is: ONNX Runtime, or TensorFlow.js on the backend that this process has. */
export type GraphRuntime = NonNullable<LayerOf<'graph'>['runtime']>

/** Loaded when a graph needs it: TensorFlow.js's interpreter is a megabyte of code that few models ask for. */
let tensorflow: typeof tensorflowSession | undefined

/** Before `openGraph`, which answers at once. */
export async function prepareGraphs(runtimes: readonly GraphRuntime[]): Promise<void> {
  if (runtimes.includes('tensorflow')) tensorflow ??= await import('./tensorflow-session')
}

/** Which runtimes a network needs beside Graft's own layers. */
export const graphRuntimesOf = ({ blocks }: NetworkDefinition): GraphRuntime[] =>
  blocks.flatMap(({ layers }) => layers.flatMap((layer) => layer.kind === 'graph' ? [layer.runtime ?? 'onnx'] : []))

/**
 * A graph ready to run. Nothing in it is trusted but to its runtime.
 * @param bytes an ONNX file whole, or what `packGraphModel` packed
 * @throws GraftError `graph-failed`, `graph-runtime-missing`
 */
export function openGraph(runtime: GraphRuntime, bytes: Uint8Array): GraphSession {
  if (runtime === 'onnx') return openOnnxGraph(bytes)
  if (!tensorflow) throw new Error('prepareGraphs was not called')
  return tensorflow.openTensorFlowGraph(bytes)
}
