import * as tf from '@tensorflow/tfjs-core'
import type { ImageShape } from '../../src/contract/datasets'
import type { ModelSummary } from '../../src/contract/models'
import { architectures, definitionOf } from '../../src/engine/architectures'
import { summaryOfNetwork } from '../../src/engine/models/open'
import { Network } from '../../src/engine/network/network'
import { weightShapes } from '../../src/engine/network/shapes'
import { randomStream } from '../../src/engine/random'

/** A network whose every weight is random, moving statistics too, so that none can be mixed up unnoticed. */
export function randomNetwork(id: string, input?: ImageShape): Network {
  const architecture = architectures.find((candidate) => candidate.id === id)!
  const definition = definitionOf(architecture, input ?? architecture.defaultInput, ['cat', 'dog', 'ship'])
  return Network.fromWeights(definition, new Map(weightShapes(definition).map(({ name, shape }) => {
    const stream = randomStream(3, name)
    const size = shape.reduce((product, length) => product * length, 1)
    const scale = 1 / Math.sqrt(size / shape[shape.length - 1]!)
    return [name, Float32Array.from({ length: size }, () => (
      /gamma|\.scale$|movingVariance/.test(name) ? 0.5 + stream.uniform() : (stream.uniform() - 0.5) * (shape.length === 1 ? 0.3 : 3.5 * scale)
    ))]
  })))
}

/** Two normalised images that fit the network. */
export const images = (network: Network): tf.Tensor4D => {
  const stream = randomStream(4, 'images')
  const shape = [2, ...network.definition.input] as [number, number, number, number]
  return tf.tensor4d(Float32Array.from({ length: shape.reduce((product, length) => product * length, 1) }, () => stream.normal()), shape)
}

export const summaryOf = (network: Network): ModelSummary => summaryOfNetwork(network, 'model:test', 'Test')

/** A size at which every architecture is quick. */
const small: Record<string, ImageShape> = { 'seed-cnn': [32, 32, 3], 'lenet': [28, 28, 1], 'dinov2-small': [70, 70, 3] }

/** Each architecture's network at such a size. */
export const quickNetwork = (id: string, defaultInput: ImageShape): Network =>
  randomNetwork(id, small[id] ?? (defaultInput[0] > 64 ? [64, 64, 3] : defaultInput))
