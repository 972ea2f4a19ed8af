import * as tf from '@tensorflow/tfjs-core'
import type { Block, Layer } from '../../network/definition'
import { Network } from '../../network/network'
import { randomStream } from '../../random'
import { copyWeights } from '../../surgery/surgery'
import type { ParameterGroup } from '../../training/stage'

/** A network beside the one that is trained for use: it takes vectors and goes when the training is over. */
export class Companion {
  /** Trainable variables, by a name that is unique in the run. */
  readonly variables: ReadonlyMap<string, tf.Variable>

  constructor(readonly name: string, private readonly network: Network) {
    this.variables = new Map([...network.blockNames, 'head'].flatMap((block) =>
      [...network.trainableOf(block)].map(([weight, variable]): [string, tf.Variable] => [`${name}/${weight}`, variable])))
  }

  /** Vectors [batch, length] → outputs [batch, outputs]. Batch normalisation takes the batch's own statistics. */
  outputs(vectors: tf.Tensor2D, randomKey: readonly (string | number)[]): tf.Tensor2D {
    const images = tf.reshape(vectors, [vectors.shape[0], 1, vectors.shape[1], 1]) as tf.Tensor4D
    return this.network.forward(images, { training: true, statisticsMomentum: 0, randomKey: [...randomKey, this.name] })
  }

  group(learningRateFactor = 1): ParameterGroup {
    return { name: this.name, variables: this.variables, learningRateFactor }
  }

  dispose(): void {
    this.network.dispose()
  }
}

function companionNetwork(name: string, length: number, hidden: Block[], head: Block, seed: number): Network {
  const flatten: Block = { name: 'input', title: 'Input', layers: [{ kind: 'flatten', name: 'flatten' }] }
  return Network.create({
    architecture: name, options: {}, input: [1, length, 1], normalisation: { mean: [], standardDeviation: [] },
    classes: [], blocks: [flatten, ...hidden], head
  }, seed)
}

const companion = (name: string, length: number, hidden: Block[], head: Block, seed: number): Companion =>
  new Companion(name, companionNetwork(name, length, hidden, head, seed))

interface DiscriminatorOptions {
  /** Length of the vectors that it tells apart. */
  length: number
  /** Units of each of the two hidden layers. */
  hidden: number
  seed: number
  batchNormalisation: boolean
}

/** Tells domains apart: two hidden layers and one logit (Transfer-Learning-Library's, which has batch normalisation). */
export function discriminator({ length, hidden, seed, batchNormalisation }: DiscriminatorOptions): Companion {
  const normalisation: Layer[] = batchNormalisation
    ? [{ kind: 'batch-normalisation', name: 'normalisation', epsilon: 1e-5, momentum: 0.1 }] : []
  const block = (name: string): Block => ({
    name, title: name,
    layers: [{ kind: 'dense', name: 'dense', units: hidden, bias: true }, ...normalisation, { kind: 'relu', name: 'relu' }]
  })
  return companion('discriminator', length, [block('hidden1'), block('hidden2')], {
    name: 'head', title: 'Head', layers: [{ kind: 'dense', name: 'dense', units: 1, bias: true }]
  }, seed)
}

/**
 * SimCLR's projection head (Chen et al. 2020, section 2): one hidden layer, and the vector that the loss looks at. Batch
 * normalisation after both, as in the authors' code: without it all images begin as the same direction, and small
 * networks stay there.
 */
export function projectionHead({ length, outputs, seed }: { length: number, outputs: number, seed: number }): Companion {
  const layers = (units: number): Layer[] => [
    { kind: 'dense', name: 'dense', units, bias: false },
    { kind: 'batch-normalisation', name: 'normalisation', epsilon: 1e-5, momentum: 0.1 }
  ]
  const hidden: Block = { name: 'hidden', title: 'Hidden', layers: [...layers(length), { kind: 'relu', name: 'relu' }] }
  return companion('projection', length, [hidden], { name: 'head', title: 'Projection', layers: layers(outputs) }, seed)
}

/** One linear layer. */
export function linearHead(name: string, { length, outputs, seed }: { length: number, outputs: number, seed: number }): Companion {
  return companion(name, length, [], { name: 'head', title: 'Head', layers: [{ kind: 'dense', name: 'dense', units: outputs, bias: true }] }, seed)
}

/** Another head for the same features, with weights of its own: drawn from another seed, since both have the same names. */
export function secondHead(network: Network, seed: number): Companion {
  const own = randomStream(seed, 'second head').integer(2 ** 31)
  return companion('second-head', network.featureLength, [], network.definition.head, own)
}

/** A network's own head, with a copy of its weights. */
export function copiedHead(name: string, source: Network): Companion {
  const { head } = source.definition
  const network = companionNetwork(name, source.featureLength, [], head, 0)
  copyWeights(source, network, ['head'])
  return new Companion(name, network)
}
