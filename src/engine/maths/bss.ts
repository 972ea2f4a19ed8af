import * as tf from '@tensorflow/tfjs-core'
import { smallestEigenpairs } from './symmetric-eigen'

/**
 * Batch spectral shrinkage (Chen et al. 2019, section 4): the sum of squares of the smallest singular values of a
 * batch's features, which hold what does not transfer. They are eigenvalues of the smaller of F Fᵀ and Fᵀ F, worked out
 * in double precision; the gradient is that of the singular value decomposition, 2 u uᵀ F (or 2 F v vᵀ).
 * Differentiable once.
 * @param features [batch, features]
 * @param count how many of the smallest
 */
export function batchSpectralShrinkage(features: tf.Tensor2D, count = 1): tf.Scalar {
  const compute = tf.customGrad((given, save) => {
    const [rows, columns] = features.shape
    const ofRows = rows <= columns
    const size = Math.min(rows, columns)
    const { values, vectors } = smallestEigenpairs(gram((given as tf.Tensor2D).dataSync<'float32'>(), rows, columns), size, Math.min(count, size))
    const basis = tf.tensor2d(vectors.flatMap((vector) => Array.from(vector)), [vectors.length, size])
    ;(save as tf.GradSaveFunc)([given as tf.Tensor, basis])
    return {
      value: tf.scalar(values.reduce((sum, value) => sum + Math.max(0, value), 0)),
      gradFunc: (dy: tf.Tensor, [saved, spanned]: tf.Tensor[]) => {
        const [f, u] = [saved as tf.Tensor2D, spanned as tf.Tensor2D]
        const projected = ofRows
          ? tf.matMul(u, tf.matMul(u, f), true, false)
          : tf.matMul(tf.matMul(f, u, false, true), u)
        return tf.mul(projected, tf.mul(dy, 2))
      }
    }
  })
  return compute(features) as tf.Scalar
}

/** F Fᵀ, or Fᵀ F where that is smaller. */
function gram(values: Float32Array, rows: number, columns: number): Float64Array {
  const byRows = rows <= columns
  const [size, length] = byRows ? [rows, columns] : [columns, rows]
  // Rows that are multiplied lie in one piece.
  const vectors = new Float64Array(size * length)
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      vectors[byRows ? row * columns + column : column * rows + row] = values[row * columns + column]!
    }
  }
  const result = new Float64Array(size * size)
  for (let one = 0; one < size; one++) {
    for (let other = 0; other <= one; other++) {
      let sum = 0
      for (let index = 0; index < length; index++) sum += vectors[one * length + index]! * vectors[other * length + index]!
      result[one * size + other] = sum
      result[other * size + one] = sum
    }
  }
  return result
}
