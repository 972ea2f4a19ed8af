import type { Dataset } from '../../contract/datasets'
import type { MethodSummary } from '../../contract/methods'
import type { LabelGrant } from '../../contract/runs'
import type { Text } from '../../contract/text'
import { trainingSettingsSchema, type TrainingSettings } from '../../contract/training'
import { looksLikeCharacters } from './characters'

/** What the choice of settings looks at. */
export interface ChoiceFacts {
  method: Pick<MethodSummary, 'id' | 'needs' | 'recipe' | 'trainingDefaults'>
  /** Whether the source has learned something already. */
  trained: boolean
  /** Numbers that the source's network learns; undefined where nobody knows. */
  parameters?: number
  target: Pick<Dataset, 'classes' | 'shape' | 'splits'>
  sourceData?: Pick<Dataset, 'classes' | 'splits'>
  labels: LabelGrant
}

/** The settings of a training where nobody set anything, and why those that are not the method's usual ones were chosen. */
export interface ChosenSettings {
  training: TrainingSettings
  chosen: Record<string, Text>
}

type Choice = { name: keyof TrainingSettings, value: TrainingSettings[keyof TrainingSettings], why: Text }

/**
 * Chooses what a person did not set: from the number of images and labels, from what the source has learned, and from
 * what the images are. The result is plain numbers, so that a run repeats and the members of a study share them.
 * @param given settings that a person fixed; they are kept as they are
 */
export function chooseSettings(facts: ChoiceFacts, given: Readonly<Partial<TrainingSettings>> = {}): ChosenSettings {
  const usual = trainingSettingsSchema.parse({ ...facts.method.trainingDefaults, ...given })
  const training: Record<string, unknown> = { ...usual }
  const chosen: Record<string, Text> = {}
  const settle = (choices: readonly Choice[]): void => {
    for (const { name, value, why } of choices) {
      if (given[name] !== undefined || (training[name] === value && name !== 'learningRate')) continue
      training[name] = value
      chosen[name] = why
    }
  }
  settle(pace(facts, given, usual))
  settle(care(facts, usual))
  settle(changes(facts))
  // The budget last: it counts the batches that were chosen.
  settle(budget(facts, training as TrainingSettings, given))
  return { training: trainingSettingsSchema.parse(training), chosen }
}

/** Images that a training step draws from: the first stream of the method's last stage. */
function imagesOf({ method: { needs }, target, sourceData, labels }: ChoiceFacts): number {
  const train = target.splits.train
  if (needs.sourceData) return sourceData?.splits.train?.count ?? 0
  if (labels === 'all' || needs.targetLabels === 'none' || !train?.perClass) return train?.count ?? 0
  if (labels === 'none') return train.count
  return train.perClass.reduce((sum, count) => sum + Math.min(count, labels.perClass), 0)
}

/** Up to how many images a batch is smaller than usual: sixteen batches should make an epoch. */
const batches = { fewest: 16, least: 16 }

/** A network of more numbers than this was trained on large data, and is disturbed by large steps. */
const largeNetwork = 1_000_000

/** Learning rate, optimiser and batch. */
function pace(facts: ChoiceFacts, given: Partial<TrainingSettings>, usual: TrainingSettings): Choice[] {
  const { method: { recipe }, trained, parameters = 0 } = facts
  const images = imagesOf(facts)
  const choices: Choice[] = []
  const fitting = 2 ** Math.floor(Math.log2(Math.max(1, images / batches.fewest)))
  if (recipe?.wholeBatches !== true && fitting < usual.batchSize) {
    choices.push({
      name: 'batchSize', value: Math.max(batches.least, fitting),
      why: { en: `There are only ${images} images to learn from.`, zh: `可供学习的图像只有 ${images} 张。` }
    })
  }
  // A recipe of the method's own stands; only how fast it goes follows from the start.
  const own = facts.method.trainingDefaults?.['learningRate'] !== undefined
  if (own) {
    const rate = trained ? recipe?.trainedLearningRate : undefined
    if (rate !== undefined) choices.push({ name: 'learningRate', value: rate, why: gently })
    else choices.push({ name: 'learningRate', value: usual.learningRate, why: authors })
    return choices
  }
  if (given.optimizer === undefined && given.learningRate === undefined && given.momentum === undefined) {
    choices.push({ name: 'optimizer', value: 'adam', why: scaleFree })
    const large = parameters > largeNetwork
    const rate = !trained || recipe?.headOnly ? 1e-3 : large ? 1e-4 : 5e-4
    choices.push({ name: 'learningRate', value: rate, why: !trained || recipe?.headOnly ? fresh : gently })
  }
  return choices
}

/** What keeps a training from going wrong. */
function care({ method: { recipe } }: ChoiceFacts, usual: TrainingSettings): Choice[] {
  return [
    { name: 'clipNorm', value: recipe?.clipNorm ?? 5, why: oddBatches },
    ...(usual.schedule === 'constant' ? [{ name: 'schedule', value: 'cosine', why: settles } as const] : [])
  ]
}

/** Random changes that leave an image what it is. */
function changes(facts: ChoiceFacts): Choice[] {
  const { method: { recipe, needs }, target } = facts
  if (recipe?.headOnly || needs.sourceData) return []
  if (looksLikeCharacters(target.classes)) {
    return [{
      name: 'augmentation', value: 'shift',
      why: { en: 'The classes look like letters or digits: they are shifted a little and never flipped.', zh: '类别像是字母或数字：只作轻微平移，从不翻转。' }
    }]
  }
  return [{
    name: 'augmentation', value: 'flip-shift',
    why: { en: 'A mirrored or shifted picture shows the same thing.', zh: '镜像或平移后的图片内容不变。' }
  }]
}

/** How long: at least so many steps, whatever the number of images. */
function budget(facts: ChoiceFacts, training: TrainingSettings, given: Partial<TrainingSettings>): Choice[] {
  const { method: { recipe } } = facts
  if (given.epochs !== undefined || given.epochSteps !== undefined) return []
  const perEpoch = Math.max(1, Math.ceil(imagesOf(facts) / training.batchSize))
  const least = recipe?.leastSteps ?? 400
  if (perEpoch * training.epochs >= least) return []
  return [{
    name: 'epochSteps', value: Math.ceil(least / training.epochs),
    why: {
      en: `Seeing ${imagesOf(facts)} images ${training.epochs} times would be ${perEpoch * training.epochs} steps, too few to learn: it takes ${least}.`,
      zh: `${imagesOf(facts)} 张图像看 ${training.epochs} 遍只有 ${perEpoch * training.epochs} 步，不足以学会：改为 ${least} 步。`
    }
  }]
}

const gently: Text = { en: 'The source knows something already: larger steps would destroy it.', zh: '源模型已有所学：步子太大会破坏它。' }
const fresh: Text = { en: 'A usual rate for Adam with weights that start anew.', zh: '权重从头学习时，Adam 的常用学习率。' }
const authors: Text = { en: 'The rate of the method\'s authors.', zh: '该方法作者所用的学习率。' }
const scaleFree: Text = { en: 'Adam copes with features of any scale.', zh: 'Adam 能适应任何尺度的特征。' }
const oddBatches: Text = { en: 'One odd batch cannot throw the training off.', zh: '避免个别批次使训练失控。' }
const settles: Text = { en: 'Ever smaller steps let the weights settle.', zh: '步子逐渐变小，权重得以稳定。' }
