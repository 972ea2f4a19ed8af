import { eigenpairs } from '../../maths/eigenpairs'
import { centred, smallerGram } from './linear-algebra'
import { defineScore } from './score'

/**
 * Bao et al. 2019, "An information-theoretic approach to transferability": tr(cov(f)⁻¹ cov(E[f | y])), as in tllib/ranking/hscore.py. With no more
 * images than features it is classes − 1 whatever the labels are, and the released code divides by what rounding left: here it then says nothing.
 */
export const hScore = defineScore({
  id: 'h-score',
  title: { en: 'H-score', zh: 'H-score' },
  means: {
    en: 'How far apart the classes lie in the source\'s features, against how far the images of one class are spread.',
    zh: '源模型特征中类别之间的距离与类别内部散布之比。'
  },
  reference: 'Bao et al. 2019',
  compute: ({ features, length, labels, classes }) => {
    const count = labels.length
    if (count - 1 <= length) return undefined
    const values = centred(features, count, length)
    const { matrix, size } = smallerGram(values, count, length)
    const { values: squares, vectors } = eigenpairs(matrix, size)
    const least = 1e-15 * Math.max(...squares)
    const sizes = new Float64Array(classes)
    const sums = new Float64Array(classes * length)
    for (let image = 0; image < count; image++) {
      const label = labels[image]!
      sizes[label]! += 1
      for (let index = 0; index < length; index++) sums[label * length + index]! += values[image * length + index]!
    }
    let trace = 0
    for (const [index, vector] of vectors.entries()) {
      const square = squares[index]!
      if (square <= least) continue
      for (let label = 0; label < classes; label++) {
        let inner = 0
        for (let place = 0; place < length; place++) inner += vector[place]! * sums[label * length + place]!
        trace += inner * inner / sizes[label]! / square
      }
    }
    return trace
  }
})
