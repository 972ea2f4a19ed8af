import { tooFewLabels } from '../../rules/methods/labels'
import { randomStream } from '../random'

/**
 * The few labels that a spec grants: `perClass` positions of each class, drawn with the seed, in ascending order. Of one
 * seed, a smaller draw is part of a larger one. Throws `too-few-labels` and names the classes that have fewer.
 * @param labels class index of every image of the split
 * @param classes class names, in order
 */
export function drawPerClass(labels: Int32Array, perClass: number, seed: number, classes: readonly string[]): Int32Array {
  const counts = classes.map(() => 0)
  for (const label of labels) counts[label]!++
  if (counts.some((count) => count < perClass)) throw tooFewLabels(perClass, counts, classes)
  return drawAtMost(labels, perClass, seed, classes, 'granted labels')
}

/**
 * The same, where a class that has fewer gives what it has.
 * @param key of the random stream: a draw for another purpose is another draw
 */
export function drawAtMost(labels: Int32Array, perClass: number, seed: number, classes: readonly string[], key: string): Int32Array {
  const members: number[][] = classes.map(() => [])
  labels.forEach((label, position) => members[label]!.push(position))
  const drawn = members.flatMap((positions, index) => {
    const order = randomStream(seed, key, index).permutation(positions.length)
    return Array.from(order.subarray(0, perClass), (place) => positions[place]!)
  })
  return Int32Array.from(drawn).sort()
}
