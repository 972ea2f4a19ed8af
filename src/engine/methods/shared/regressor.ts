import * as tf from '@tensorflow/tfjs-core'
import { randomStream } from '../../random'

let instances = 0

/** A learned linear map of the last axis: a 1×1 convolution on maps, a dense layer on vectors. */
export class Regressor {
  readonly variables: ReadonlyMap<string, tf.Variable>
  private readonly kernel: tf.Variable
  private readonly bias: tf.Variable

  /** Weights start as PyTorch's: uniform within 1/√from. @param name unique in the run */
  constructor(name: string, private readonly from: number, private readonly to: number, seed: number) {
    const reach = 1 / Math.sqrt(from)
    const random = randomStream(seed, 'weights', name)
    const draw = (count: number) => Float32Array.from({ length: count }, () => (2 * random.uniform() - 1) * reach)
    const instance = ++instances
    const variable = (part: string, shape: number[]) => tf.tidy(() => tf.variable(
      tf.tensor(draw(shape.reduce((product, length) => product * length, 1)), shape), true, `regressor${instance}/${name}.${part}`
    ))
    this.kernel = variable('kernel', [from, to])
    this.bias = variable('bias', [to])
    this.variables = new Map([[`${name}.kernel`, this.kernel], [`${name}.bias`, this.bias]])
  }

  /** [..., from] → [..., to]. */
  apply(x: tf.Tensor): tf.Tensor {
    return tf.tidy(() => {
      const rows = tf.reshape(x, [-1, this.from])
      const mapped = tf.add(tf.matMul(rows, this.kernel as tf.Tensor as tf.Tensor2D), this.bias)
      return tf.reshape(mapped, [...x.shape.slice(0, -1), this.to])
    })
  }

  /** Moves the bias so that each output has a mean of 0 over these inputs [..., from]: none is dead behind a rectifier. */
  centre(x: tf.Tensor): void {
    tf.tidy(() => this.bias.assign(tf.sub(this.bias, tf.mean(tf.reshape(this.apply(x), [-1, this.to]), 0)) as tf.Tensor1D))
  }

  dispose(): void {
    for (const variable of this.variables.values()) variable.dispose()
  }
}
