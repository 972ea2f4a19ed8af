import { defineScore, type Sample } from './score'

/**
 * Leave-one-out accuracy of the k nearest neighbours (Cover and Hart 1967) by cosine: each image is judged by the others. It beat 23 published
 * scores as an estimate of what a transfer will reach (arXiv:2503.18528). k is 5, or 1 where a class has fewer than six images.
 */
export const kNearest = defineScore({
  id: 'k-nearest',
  title: { en: 'Nearest neighbours', zh: '近邻准确率' },
  means: {
    en: 'How often an image is given the right class by the labelled images that look most alike to the source.',
    zh: '由源模型看来最相似的已标注图像给出类别时，判断正确的比例。'
  },
  reference: 'Cover and Hart 1967; arXiv:2503.18528',
  compute: (sample) => {
    const hits = neighbourHits(sample)
    return hits.reduce((sum, hit) => sum + hit, 0) / hits.length
  }
})

/** 1 for each image that its neighbours among the others judge rightly, else 0. Of equally many votes the smaller class index wins, as in scikit-learn. */
export function neighbourHits({ features, length, labels, classes }: Sample): Uint8Array {
  const count = labels.length
  const sizes = new Int32Array(classes)
  labels.forEach((label) => { sizes[label]! += 1 })
  const k = Math.min(count - 1, Math.min(...sizes) < 6 ? 1 : 5)
  const rows = normalisedRows(features, length)
  const nearest = Array.from({ length: count }, () => ({ likeness: new Float64Array(k).fill(-Infinity), label: new Int32Array(k) }))
  const offer = (image: number, likeness: number, label: number): void => {
    const kept = nearest[image]!
    let place = k - 1
    if (likeness <= kept.likeness[place]!) return
    for (; place > 0 && kept.likeness[place - 1]! < likeness; place--) {
      kept.likeness[place] = kept.likeness[place - 1]!
      kept.label[place] = kept.label[place - 1]!
    }
    kept.likeness[place] = likeness
    kept.label[place] = label
  }
  for (let image = 1; image < count; image++) {
    for (let other = 0; other < image; other++) {
      let inner = 0
      for (let index = 0; index < length; index++) inner += rows[image * length + index]! * rows[other * length + index]!
      offer(image, inner, labels[other]!)
      offer(other, inner, labels[image]!)
    }
  }
  return Uint8Array.from(nearest, ({ label }, image) => {
    const votes = new Int32Array(classes)
    label.forEach((voted) => { votes[voted]! += 1 })
    return votes.indexOf(Math.max(...votes)) === labels[image] ? 1 : 0
  })
}

function normalisedRows(features: Float64Array, length: number): Float64Array {
  const rows = features.slice()
  for (let start = 0; start < rows.length; start += length) {
    let squares = 0
    for (let index = start; index < start + length; index++) squares += rows[index]! ** 2
    const norm = Math.sqrt(squares)
    if (norm > 0) for (let index = start; index < start + length; index++) rows[index]! /= norm
  }
  return rows
}
