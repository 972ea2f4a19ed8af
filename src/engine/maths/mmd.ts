import * as tf from '@tensorflow/tfjs-core'
import { stopGradient } from './stop-gradient'

/**
 * Widths of the Gaussian kernels that are added up. `alphas`: σ² is so many times the mean squared distance of all
 * pairs, a constant for the gradient, as Transfer-Learning-Library does in place of the paper's quadratic programme.
 * `sigmas`: fixed widths.
 */
export type KernelWidths = { alphas: readonly number[] } | { sigmas: readonly number[] }

/** DAN's five kernels as Transfer-Learning-Library trains them: 2⁻³ … 2¹. */
export const danWidths: KernelWidths = { alphas: [0.125, 0.25, 0.5, 1, 2] }

interface MmdOptions {
  widths?: KernelWidths
  /**
   * `linear`: neighbours in the batch only, in a ring (DAN's estimate in linear time as Transfer-Learning-Library has it):
   * noisier. What one side has more than the other is left out.
   */
  estimator?: 'full' | 'linear'
}

/**
 * Multi-kernel maximum mean discrepancy of two batches (DAN, Long et al. 2015, section 3): the squared
 * distance of the means of source and target in the kernels' space,
 * `mean k(s, s′) + mean k(t, t′) − 2 · mean k(s, t)`, pairs of an example with itself left out. The estimate may fall
 * a little below 0. Transfer-Learning-Library's has the same gradient and lies 2 / (batch − 1) higher.
 * @param source features [sources, features], at least two
 * @param target features [targets, features], at least two
 */
export function mmd(source: tf.Tensor2D, target: tf.Tensor2D, { widths = danWidths, estimator = 'full' }: MmdOptions = {}): tf.Scalar {
  return discrepancy([source], [target], [widths], estimator)
}

/** The discrepancy under the product over layers of the layers' kernels; one layer for MMD, several for joint MMD. */
export function discrepancy(
  source: readonly tf.Tensor2D[], target: readonly tf.Tensor2D[], widths: readonly KernelWidths[], estimator: 'full' | 'linear'
): tf.Scalar {
  const [sources, targets] = [source[0]!.shape[0], target[0]!.shape[0]]
  if (sources < 2 || targets < 2) throw new RangeError('a discrepancy needs two examples of each side')
  if (estimator === 'linear' && sources !== targets) {
    const pairs = Math.min(sources, targets)
    const first = (layers: readonly tf.Tensor2D[]) => layers.map((features) => tf.slice(features, 0, pairs))
    return tf.tidy(() => discrepancy(first(source), first(target), widths, estimator))
  }
  return tf.tidy(() => {
    const kernel = source
      .map((features, layer) => kernelMatrix(tf.concat([features, target[layer]!]), widths[layer]!))
      .reduce((product, values) => tf.mul(product, values))
    const weights = estimator === 'full' ? weightsOfAll(sources, targets) : weightsOfNeighbours(sources)
    return tf.sum(tf.mul(kernel, tf.tensor2d(weights, [sources + targets, sources + targets])))
  })
}

/** Σ over the widths of exp(−‖xᵢ − xⱼ‖² / 2σ²), [rows, rows]. */
function kernelMatrix(features: tf.Tensor2D, widths: KernelWidths): tf.Tensor2D {
  const constants = stopGradient(features)
  // Distances do not change when the mean, a constant, is taken off, and float32 keeps more of their digits.
  const centre = tf.mean(constants, 0, true)
  const distances = squaredDistances(tf.sub(features, centre))
  let kernels: tf.Tensor2D[]
  if ('sigmas' in widths) {
    kernels = widths.sigmas.map((sigma) => tf.exp(tf.mul(distances, -1 / (2 * sigma * sigma))))
  } else {
    // The mean squared distance of all pairs is twice the variance; where all are alike any width serves.
    const variance = tf.mean(tf.sum(tf.square(tf.sub(constants, centre)), 1))
    const scaled = tf.div(distances, tf.maximum(tf.mul(variance, 2), 1e-30))
    kernels = widths.alphas.map((alpha) => tf.exp(tf.mul(scaled, -1 / (2 * alpha))))
  }
  return kernels.reduce((sum, values) => tf.add(sum, values))
}

/** ‖xᵢ − xⱼ‖² as [rows, rows]. */
function squaredDistances(x: tf.Tensor2D): tf.Tensor2D {
  const squares = tf.sum(tf.square(x), 1, true)
  const products = tf.matMul(x, x, false, true)
  return tf.relu(tf.sub(tf.add(squares, tf.transpose(squares)), tf.mul(products, 2)))
}

/** What each pair counts: 1 / n(n − 1) within a side, nothing with itself, −1 / (n · m) across, both ways. */
function weightsOfAll(sources: number, targets: number): Float32Array {
  const size = sources + targets
  return Float32Array.from({ length: size * size }, (_, index) => {
    const [row, column] = [Math.floor(index / size), index % size]
    if (row < sources !== column < sources) return -1 / (sources * targets)
    const count = row < sources ? sources : targets
    return row === column ? 0 : 1 / (count * (count - 1))
  })
}

/** Each example with the next of its own side, less with the next of the other side; the last one's next is the first. */
function weightsOfNeighbours(count: number): Float32Array {
  const size = 2 * count
  const weights = new Float32Array(size * size)
  const add = (row: number, column: number, weight: number) => { weights[row * size + column]! += weight / count }
  for (let one = 0; one < count; one++) {
    const next = (one + 1) % count
    add(one, next, 1)
    add(count + one, count + next, 1)
    add(one, count + next, -1)
    add(next, count + one, -1)
  }
  return weights
}
