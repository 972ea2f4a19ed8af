import type { Score } from '../../contract/runs'

type Sample = Pick<Score, 'accuracy' | 'n'>

/** Whether another score is better than one by more than chance: 1.96 standard errors of the difference of two shares, as if of different images. */
export function overtaken(one: Sample, other: Sample | undefined): boolean {
  if (!other) return false
  const variance = ({ accuracy, n }: Sample): number => (accuracy * (1 - accuracy) + 0.25 / n) / n
  return other.accuracy - one.accuracy > 1.96 * Math.sqrt(variance(one) + variance(other))
}

/** The class that takes at least 60 % of all images, twice what it has, and the one that loses most to it. */
export function swallowing({ confusion, n, perClass }: Score): { truth: number, predicted: number, share: number } | undefined {
  if (!confusion || perClass.length < 3) return undefined
  const taken = perClass.map((_, predicted) => confusion.reduce((sum, row) => sum + (row[predicted] ?? 0), 0))
  const predicted = taken.indexOf(Math.max(...taken))
  const share = taken[predicted]! / n
  if (share < 0.6 || taken[predicted]! < 2 * perClass[predicted]!.n) return undefined
  const lost = confusion.map((row, truth) => truth === predicted ? -1 : row[predicted] ?? 0)
  return { truth: lost.indexOf(Math.max(...lost)), predicted, share }
}

/** The class that is found least, where that is less than a fifth of its images while all together do at least twice as well. */
export function sunkClass({ perClass, accuracy }: Score): number | undefined {
  const found = perClass.map((each) => each.accuracy === null || each.n < 5 ? Infinity : each.accuracy)
  const least = Math.min(...found)
  return least < 0.2 && accuracy >= Math.max(0.3, 2 * least) ? found.indexOf(least) : undefined
}

/**
 * Two classes that are taken for each other in a quarter of all mistakes, five or more, and at least twice as often as if all pairs were alike; the larger
 * direction is named.
 */
export function muchConfused({ confusion, perClass }: Score): { truth: number, predicted: number, share: number, mistakes: number } | undefined {
  if (!confusion || perClass.length < 3) return undefined
  let [all, worst] = [0, { truth: 0, predicted: 1, mistakes: 0 }]
  confusion.forEach((row, truth) => row.forEach((count, predicted) => {
    if (truth === predicted) return
    all += count
    const back = confusion[predicted]?.[truth] ?? 0
    if (count + back > worst.mistakes) worst = { mistakes: count + back, ...count >= back ? { truth, predicted } : { truth: predicted, predicted: truth } }
  }))
  const share = worst.mistakes / Math.max(1, all)
  const pairs = perClass.length * (perClass.length - 1) / 2
  return worst.mistakes >= 5 && share >= Math.max(0.25, 2 / pairs) ? { ...worst, share } : undefined
}
