import * as tf from '@tensorflow/tfjs-core'
import type { Batch, BatchStream } from '../../batches/batch-stream'
import type { Network } from '../../network/network'
import type { ParameterGroup, StageAccess } from '../../training/stage'

/** Below this a feature counts as constant: it tells nothing, and its share of the answer stays 0. */
const leastDeviation = 1e-7

/**
 * A network's linear head as it learns on standardised features: each with mean 0 and standard deviation 1 over the
 * training images, so that features of any scale learn at one rate. Its weights W, b are kept beside the network's own,
 * into which the scaling is folded after every step: W / σ and b − μ · W / σ. So the network stays a plain one at any
 * time, for validation, checkpoints and export alike.
 */
export class StandardisedHead {
  private readonly kernel: tf.Variable<tf.Rank.R2>
  private readonly bias: tf.Variable<tf.Rank.R1>
  /** μ and 1 / σ of each feature; known once the stage has begun. */
  private readonly mean: tf.Variable<tf.Rank.R1>
  private readonly scale: tf.Variable<tf.Rank.R1>
  private readonly own: { kernel: tf.Variable, bias: tf.Variable }

  /** Whether a network's head is one linear layer with a bias. */
  static fits(network: Network): boolean {
    const { layers } = network.definition.head
    return layers.length === 1 && layers[0]!.kind === 'dense' && layers[0]!.bias
  }

  constructor(network: Network) {
    const weights = [...network.trainableOf('head').values()]
    this.own = { kernel: weights.find(({ rank }) => rank === 2)!, bias: weights.find(({ rank }) => rank === 1)! }
    const length = this.own.kernel.shape[0]!
    this.kernel = tf.tidy(() => tf.variable(tf.clone(this.own.kernel) as tf.Tensor2D))
    this.bias = tf.tidy(() => tf.variable(tf.clone(this.own.bias) as tf.Tensor1D))
    this.mean = tf.tidy(() => tf.variable(tf.zeros([length]) as tf.Tensor1D, false))
    this.scale = tf.tidy(() => tf.variable(tf.ones([length]) as tf.Tensor1D, false))
  }

  /** Learns the features' scale from one epoch of the stream, before the first step. */
  async begin({ streams: { target }, signal }: StageAccess): Promise<void> {
    const { mean, scale } = await momentsOf(target!, this.mean.shape[0], signal)
    tf.tidy(() => {
      this.mean.assign(tf.tensor1d(mean))
      this.scale.assign(tf.tensor1d(scale))
    })
    this.fold()
  }

  /** Features [batch, features] → logits [batch, classes]. */
  logits(features: tf.Tensor2D): tf.Tensor2D {
    return tf.add(tf.matMul(tf.mul(tf.sub(features, this.mean), this.scale) as tf.Tensor2D, this.kernel), this.bias) as tf.Tensor2D
  }

  group(learningRateFactor: number): ParameterGroup {
    return { name: 'head', variables: new Map<string, tf.Variable>([['probe/kernel', this.kernel], ['probe/bias', this.bias]]), learningRateFactor }
  }

  /** Writes what was learned into the network's head. */
  fold(): void {
    tf.tidy(() => {
      const kernel = tf.mul(this.kernel, tf.expandDims(this.scale, 1)) as tf.Tensor2D
      this.own.kernel.assign(kernel)
      this.own.bias.assign(tf.sub(this.bias, tf.squeeze(tf.matMul(tf.expandDims(this.mean, 0) as tf.Tensor2D, kernel), [0])))
    })
  }

  get state(): ReadonlyMap<string, tf.Variable> {
    return new Map<string, tf.Variable>([
      ['probe/kernel', this.kernel], ['probe/bias', this.bias], ['probe/mean', this.mean], ['probe/scale', this.scale]
    ])
  }

  dispose(): void {
    for (const variable of this.state.values()) variable.dispose()
  }
}

/** Mean and 1 / standard deviation of each feature over the stream; 0 for a constant one. */
async function momentsOf(stream: BatchStream, length: number, signal: AbortSignal): Promise<{ mean: Float32Array, scale: Float32Array }> {
  const sums = new Float64Array(length)
  const squares = new Float64Array(length)
  let count = 0
  for (let step = 0; step < stream.stepsPerEpoch; step++) {
    signal.throwIfAborted()
    const batch = await stream.next(0, step)
    const values = batch.inputs.dataSync<'float32'>()
    disposeBatch(batch)
    values.forEach((value, index) => {
      sums[index % length]! += value
      squares[index % length]! += value * value
    })
    count += values.length / length
  }
  const mean = Float32Array.from(sums, (sum) => sum / count)
  const scale = Float32Array.from(squares, (square, index) => {
    const average = sums[index]! / count
    const deviation = Math.sqrt(Math.max(0, square / count - average ** 2))
    return deviation > leastDeviation * Math.max(1, Math.abs(average)) ? 1 / deviation : 0
  })
  return { mean, scale }
}

function disposeBatch({ inputs, labels }: Batch): void {
  inputs.dispose()
  labels?.dispose()
}
