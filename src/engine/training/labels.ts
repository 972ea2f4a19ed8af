import { GraftError } from '../../contract/errors'
import { randomStream } from '../random'

/**
 * The few labels that a spec grants: `perClass` positions of every class, drawn with the seed, in ascending order. The
 * draw of a smaller number is a part of the draw of a larger one. Throws `too-few-labels`, naming the classes, where a
 * class has fewer.
 * @param labels class index of every image of the split
 * @param classes class names, in order
 */
export function drawPerClass(labels: Int32Array, perClass: number, seed: number, classes: readonly string[]): Int32Array {
  const members: number[][] = classes.map(() => [])
  labels.forEach((label, position) => members[label]!.push(position))
  const short = classes.flatMap((name, index) => members[index]!.length < perClass ? [`${name} (${members[index]!.length})`] : [])
  if (short.length > 0) {
    const smallest = Math.min(...members.map(({ length }) => length))
    const listed = short.slice(0, 5).join(', ')
    const more = short.length - 5
    throw new GraftError('too-few-labels', {
      en: `${perClass} labels a class were granted, but fewer training images are there of ${listed}${more > 0 ? ` and ${more} more classes` : ''}.`,
      zh: `设定每类 ${perClass} 个标签，但以下类别的训练图像不足：${listed}${more > 0 ? ` 以及另外 ${more} 个类别` : ''}。`
    }, {
      field: 'target.labels',
      remedy: smallest > 0
        ? { en: `Grant at most ${smallest} labels a class, or all.`, zh: `请将每类标签数设为不超过 ${smallest}，或使用全部标签。` }
        : { en: 'Grant all labels, or leave the empty classes out of the data set.', zh: '请使用全部标签，或从数据集中去除空类别。' }
    })
  }
  const drawn = members.flatMap((positions, index) => {
    const order = randomStream(seed, 'granted labels', index).permutation(positions.length)
    return Array.from(order.subarray(0, perClass), (place) => positions[place]!)
  })
  return Int32Array.from(drawn).sort()
}
