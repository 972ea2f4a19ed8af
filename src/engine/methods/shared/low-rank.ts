import * as tf from '@tensorflow/tfjs-core'
import type { NetworkDefinition } from '../../network/definition'
import type { Network } from '../../network/network'
import { weightShapes, type WeightShape } from '../../network/shapes'
import { randomStream } from '../../random'

/** The kernels that are adapted: of the attention's dense layers, or of every convolution and dense layer but depthwise ones. */
export function adaptedKernels(definition: NetworkDefinition, { attentionOnly, blocks }: { attentionOnly: boolean, blocks: readonly string[] }): WeightShape[] {
  const beside = new Set(definition.blocks.flatMap(({ name, layers }) => layers.flatMap(({ kind }, at) =>
    kind === 'attention' ? [layers[at - 1], layers[at + 1]].map((layer) => `${name}.${layer?.name}`) : [])))
  return weightShapes(definition).filter(({ block, layer, weight }) => weight === 'kernel' && block !== definition.head.name
    && (blocks.length === 0 || blocks.includes(block)) && (!attentionOnly || beside.size === 0 || beside.has(`${block}.${layer.name}`)))
}

interface Update { kernel: tf.Variable, start: tf.Tensor, down: tf.Variable, up: tf.Variable }

/**
 * Kernels W with what is learned beside them, W + scale · A B: A is [fan in, rank], B [rank, out]; of a convolution A takes the whole
 * window and B single places, as PEFT has it.
 */
export class LowRankUpdates {
  /** A and B by name, for the optimiser and the checkpoint. */
  readonly variables: ReadonlyMap<string, tf.Variable>
  private readonly updates = new Map<string, Update>()

  constructor(network: Network, kernels: readonly WeightShape[], private readonly options: { rank: number, scale: number, seed: number }) {
    const { rank, seed } = options
    const variables = new Map<string, tf.Variable>()
    for (const { name, shape } of kernels) {
      const out = shape.at(-1)!
      const into = shape.reduce((product, length) => product * length, 1) / out
      const random = randomStream(seed, 'low rank', name)
      const limit = 1 / Math.sqrt(into)
      const values = Float32Array.from({ length: into * rank }, () => (random.uniform() * 2 - 1) * limit)
      const kernel = network.weights.get(name)!
      const [down, up] = tf.tidy(() => [
        tf.variable(tf.tensor2d(values, [into, rank]), true, `${kernel.name}/down`), tf.variable(tf.zeros([rank, out]), true, `${kernel.name}/up`)
      ]) as [tf.Variable, tf.Variable]
      this.updates.set(name, { kernel, start: tf.keep(tf.clone(kernel)), down, up })
      variables.set(`${name}.down`, down).set(`${name}.up`, up)
    }
    this.variables = variables
  }

  /** The kernels with their updates, by name, as the tape sees them; inside a tidy. */
  updated(): ReadonlyMap<string, tf.Tensor> {
    const { scale } = this.options
    return new Map([...this.updates].map(([name, { start, down, up, kernel }]) =>
      [name, tf.add(start, tf.reshape(tf.mul(tf.matMul(down as tf.Tensor as tf.Tensor2D, up as tf.Tensor as tf.Tensor2D), scale), kernel.shape))]))
  }

  /** Puts what was learned into the network's own kernels. */
  merge(): void {
    tf.tidy(() => {
      for (const [name, value] of this.updated()) this.updates.get(name)!.kernel.assign(value)
    })
  }

  dispose(): void {
    for (const { start, down, up } of this.updates.values()) for (const tensor of [start, down, up]) tensor.dispose()
  }
}
