import { centred, logDeterminantWithIdentity, smallerGram } from './linear-algebra'
import { defineScore, pick } from './score'

const distortion = 1e-4

/**
 * Huang et al. 2022, arXiv:2106.09362: coding rate of all features less the mean of the coding rates of each class's, at a distortion of 1e-4. As in
 * tllib/ranking/transrate.py; det(I + FᵀF) = det(I + FFᵀ), of which the smaller one is taken.
 */
export const transrate = defineScore({
  id: 'transrate',
  title: { en: 'TransRate', zh: 'TransRate' },
  means: {
    en: 'How much room the images take in the source\'s features in all, against what those of one class take.',
    zh: '全部图像在源模型特征中所占的空间，与单个类别所占空间之差。'
  },
  reference: 'Huang et al. 2022',
  compute: (sample) => {
    const { length, labels, classes } = sample
    const features = centred(sample.features, labels.length, length)
    const members: number[][] = Array.from({ length: classes }, () => [])
    labels.forEach((label, image) => members[label]!.push(image))
    const ofClasses = members.map((images) => codingRate(pick({ ...sample, features }, images).features, images.length, length))
    return codingRate(features, labels.length, length) - ofClasses.reduce((sum, rate) => sum + rate, 0) / classes
  }
})

function codingRate(features: Float64Array, count: number, length: number): number {
  const { matrix, size } = smallerGram(features, count, length)
  return logDeterminantWithIdentity(matrix, size, 1 / (count * distortion)) / 2
}
