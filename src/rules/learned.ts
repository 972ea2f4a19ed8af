import type { Score } from '../contract/runs'
import type { Text } from '../contract/text'

/** What the end of a training is judged by. */
interface Ending {
  classes: number
  /** The last epoch: its images, and the share of them that was right; absent where the method does not tell. */
  train?: { accuracy: number, images: number }
  test?: Score
}

/** Standard deviations above chance that are still chance. */
const deviations = 2

/** Predictions in fewer than this share of the classes that the images really have are in few. */
const fewClasses = 0.5

/**
 * Why a network that was trained cannot be told from guessing; undefined where it can. Guessing is to answer with the
 * commonest class. A loss at ln(classes) is not looked at beside the accuracy: what methods add to it hides it.
 */
export function whyUnlearned({ classes, train, test }: Ending): Text | undefined {
  if (classes < 2) return undefined
  if (train && train.accuracy <= chance(1 / classes, train.images)) return atChance(train.accuracy)
  if (!test || test.n === 0) return undefined
  const commonest = Math.max(...test.perClass.map(({ n }) => n)) / test.n
  if (test.accuracy <= chance(commonest, test.n)) return testAtChance(test.accuracy)
  return fallsIntoFew(test)
}

/** The largest share of right answers that guessing reaches on so many images, but for one try in forty. */
const chance = (share: number, n: number): number => share + deviations * Math.sqrt(share * (1 - share) / n)

function fallsIntoFew({ confusion, perClass }: Score): Text | undefined {
  if (!confusion || perClass.length < 4) return undefined
  const predicted = perClass.map((_, index) => confusion.reduce((sum, row) => sum + (row[index] ?? 0), 0))
  const [given, real] = [predicted, perClass.map(({ n }) => n)].map(effectiveClasses) as [number, number]
  if (given >= fewClasses * real) return undefined
  return {
    en: `It has not learned: its answers on the test images fall into about ${given.toFixed(1)} of ${perClass.length} classes.`,
    zh: `尚未学会：对测试图像的预测只落入 ${perClass.length} 个类别中的约 ${given.toFixed(1)} 个。`
  }
}

/** Classes that counts really fall into: e to the entropy of their shares. */
function effectiveClasses(counts: readonly number[]): number {
  const total = counts.reduce((sum, count) => sum + count, 0)
  return Math.exp(-counts.reduce((sum, count) => count === 0 ? sum : sum + count / total * Math.log(count / total), 0))
}

const percentOf = (share: number): string => (share * 100).toFixed(1)
const atChance = (accuracy: number): Text => ({
  en: `It has not learned: by the end ${percentOf(accuracy)} % of its training images were right, no more than by guessing.`,
  zh: `尚未学会：训练结束时训练图像的正确率为 ${percentOf(accuracy)} %，与猜测无异。`
})
const testAtChance = (accuracy: number): Text => ({
  en: `It has not learned what the test asks: ${percentOf(accuracy)} % of the test images are right, no more than by guessing.`,
  zh: `没有学会测试所需的内容：测试图像的正确率为 ${percentOf(accuracy)} %，与猜测无异。`
})
