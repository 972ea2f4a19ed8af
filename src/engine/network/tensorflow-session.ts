import { loadGraphModelSync, type GraphModel } from '@tensorflow/tfjs-converter'
import * as tf from '@tensorflow/tfjs-core'
import { unpackGraphModel, type GraphModelParts } from './graph-model-bytes'
import { graphFailed, type GraphSession, type GraphValue } from './graph-session'

/**
 * A graph model of TensorFlow.js (npm package @tensorflow/tfjs-converter), interpreted operation by operation on the backend of
 * this process. Loops and branches are not run: a pass through the rest always ends.
 * @throws GraftError `graph-failed`
 */
export function openTensorFlowGraph(bytes: Uint8Array): GraphSession {
  const model = attempt(() => loadGraphModelSync(artifactsOf(unpackGraphModel(bytes))))
  // It may be opened in the middle of a pass, whose end would take its weights too.
  for (const tensors of Object.values(model.weights)) for (const tensor of tensors) tf.keep(tensor)
  return {
    inputs: valuesOf(model.inputs), outputs: valuesOf(model.outputs),
    run: ({ name, data, shape }, output) => attempt(() => tf.tidy(() => {
      const found = model.execute({ [name]: tf.tensor(data, [...shape]) }, output)
      if (Array.isArray(found) || found.dtype !== 'float32') throw new Error(`${output} is no tensor of 32-bit floats`)
      return { data: found.dataSync<'float32'>(), shape: found.shape }
    })),
    close: () => model.dispose()
  }
}

const artifactsOf = ({ description, weights }: GraphModelParts): tf.io.ModelArtifacts =>
  ({ ...description, weightData: weights.buffer as ArrayBuffer })

/** Its interpreter leaves a shape out that the file does not say. */
const valuesOf = (values: GraphModel['inputs']): GraphValue[] => values.map(({ name, dtype, shape }) =>
  ({ name, isFloat: dtype === 'float32', shape: Array.isArray(shape) ? shape : undefined }))

function attempt<Result>(work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    throw graphFailed('TensorFlow.js', error instanceof Error ? error.message : String(error))
  }
}
