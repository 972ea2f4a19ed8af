import { eigenpairs } from '../../maths/eigenpairs'
import { smallerGram } from './linear-algebra'
import { defineScore } from './score'

/**
 * You et al. 2021, arXiv:2102.11005: the log maximum evidence of a Bayesian linear model on the features, for each class against the
 * others, per image. As in the released code (tllib/ranking/logme.py) with its eleven rounds; the decomposition is of F Fᵀ where there
 * are fewer images than features, which leaves out zeros alone.
 */
export const logme = defineScore({
  id: 'logme',
  title: { en: 'LogME', zh: 'LogME' },
  means: {
    en: 'How well a linear rule on the source\'s features explains the labels, with complicated rules counted against it.',
    zh: '源模型特征上的线性规则对标签的解释程度，规则越复杂扣分越多。'
  },
  reference: 'You et al. 2021',
  compute: ({ features, length, labels, classes }) => {
    const count = labels.length
    const { matrix, size, overImages } = smallerGram(features, count, length)
    const { values, vectors } = eigenpairs(matrix, size)
    const squares = values.map((value) => Math.max(0, value))
    let sum = 0
    for (let wanted = 0; wanted < classes; wanted++) {
      sum += evidence(projections(features, { length, labels, wanted, squares, vectors, overImages }), squares, {
        count, length, positives: labels.reduce((total, label) => total + (label === wanted ? 1 : 0), 0)
      })
    }
    return sum / classes
  }
})

/** σᵢ uᵢᵀy of each singular value: the labels of one class against the others in the directions of the features. */
function projections(
  features: Float64Array, { length, labels, wanted, squares, vectors, overImages }: {
    length: number, labels: Int32Array, wanted: number, squares: Float64Array, vectors: readonly Float64Array[], overImages: boolean
  }
): Float64Array {
  if (overImages) {
    return squares.map((square, index) => {
      const vector = vectors[index]!
      let inner = 0
      for (let image = 0; image < labels.length; image++) if (labels[image] === wanted) inner += vector[image]!
      return Math.sqrt(square) * inner
    })
  }
  const sums = new Float64Array(length)
  for (let image = 0; image < labels.length; image++) {
    if (labels[image] === wanted) for (let index = 0; index < length; index++) sums[index]! += features[image * length + index]!
  }
  return Float64Array.from(vectors, (vector) => vector.reduce((inner, value, index) => inner + value * sums[index]!, 0))
}

function evidence(
  projected: Float64Array, squares: Float64Array, { count, length, positives }: { count: number, length: number, positives: number }
): number {
  let [alpha, beta] = [1, 1]
  let ratio = 1
  let [weights, errors] = [0, 0]
  for (let round = 0; round < 11; round++) {
    let gamma = 0
    weights = 0
    errors = positives
    for (let index = 0; index < squares.length; index++) {
      const [square, projection] = [squares[index]!, projected[index]!]
      gamma += square / (square + ratio)
      const weight = projection * beta / (alpha + beta * square)
      weights += weight * weight
      errors += weight * (square * weight - 2 * projection)
    }
    alpha = gamma / weights
    beta = (count - gamma) / errors
    const next = alpha / beta
    if (Math.abs(next - ratio) / ratio < 0.01) break
    ratio = next
  }
  let determinant = (length - squares.length) * Math.log(alpha)
  for (const square of squares) determinant += Math.log(alpha + beta * square)
  return (length / 2 * Math.log(alpha) + count / 2 * Math.log(beta) - determinant / 2
    - beta / 2 * errors - alpha / 2 * weights - count / 2 * Math.log(2 * Math.PI)) / count
}
