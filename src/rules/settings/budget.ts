import type { TrainingSettings } from '../../contract/training'
import { mayBeLong, shortened, type Work } from './ceiling'
import type { Choice, ChoiceFacts, Given } from './facts'
import { imagesOf, stepsOf } from './images'
import { headStepsPerClass, largeNetwork, leastSteps, leastStepsOfLarge } from './sizes'

/** How long: at least so many steps, whatever the number of images; and no more than a processor does in an hour. */
export function budget(
  facts: ChoiceFacts, training: TrainingSettings, given: Given, headAlone: boolean, sourceEpochs: (stepsPerEpoch: number) => number
): Choice[] {
  if (given['epochs'] !== undefined || given['epochSteps'] !== undefined || imagesOf(facts) === 0) return []
  const { epochs, batchSize } = training
  const { method: { recipe }, trained, parameters = 0, multiplyAdds = 0, measured, target: { shape, splits, classes } } = facts
  const wholeEpoch = stepsOf(facts, batchSize)
  // What looks at each image once is quick, however many steps its head takes.
  const quick = headAlone || recipe?.headOnly === true
  const large = trained && parameters > largeNetwork && !quick
  const usual = recipe?.leastSteps ?? (large ? leastStepsOfLarge : leastSteps)
  // A head on kept features is quick, and has the more to find the more classes there are.
  const least = recipe?.headOnly === true ? Math.max(usual, headStepsPerClass * classes.length) : usual
  const short = epochs * wholeEpoch < least
  const stepsPerEpoch = short ? Math.ceil(least / epochs) : wholeEpoch
  const work: Work = {
    multiplyAdds, measured, imagesPerStep: imagesPerStep(facts, batchSize), epochs, stepsPerEpoch, fresh: !trained, shape,
    first: { epochs: sourceEpochs, imagesPerStep: batchSize }
  }
  if (!quick && !measured && (splits.train?.count ?? 0) > 0 && mayBeLong(work, parameters)) facts.onUnmeasured?.()
  const ceiling = quick ? undefined : shortened(work, leastStepsOfLarge)
  if (ceiling) return [{ name: 'epochSteps', value: ceiling.steps, why: ceiling.why }]
  if (!short) return []
  return [{
    name: 'epochSteps', value: stepsPerEpoch,
    why: {
      en: `Seeing ${imagesOf(facts)} images ${epochs} times would be ${epochs * wholeEpoch} steps, too few to learn: it takes ${least}.`,
      zh: `${imagesOf(facts)} 张图像看 ${epochs} 遍只有 ${epochs * wholeEpoch} 步，不足以学会：改为 ${least} 步。`
    }
  }]
}

/** Images that the network sees in a step: of both domains where the method learns from both. */
const imagesPerStep = ({ method: { needs } }: ChoiceFacts, batchSize: number): number =>
  batchSize * (needs.sourceData && needs.targetImages === true ? 2 : 1)
