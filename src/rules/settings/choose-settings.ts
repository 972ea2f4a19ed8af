import type { Dataset } from '../../contract/datasets'
import type { MethodSummary } from '../../contract/methods'
import { defaultsOf, type ParameterValue } from '../../contract/parameters'
import type { Text } from '../../contract/text'
import { trainingParameters, type TrainingSettings } from '../../contract/training'
import { trainingDomains } from '../domains'
import { bytes } from '../format/figures'
import { budget } from './budget'
import { looksLikeCharacters } from './characters'
import { chooseFactor, chooseRows, chooseSourceEpochs, sourceEpochsOf, type Pace, type ParameterChoice } from './choose-parameters'
import type { Choice, ChoiceFacts, Given } from './facts'
import { choiceOfSource, imagesOf, stepsOf } from './images'
import { largeNetwork, leastStepsForFunctions } from './sizes'

/** The settings of a training where nobody set anything, and why those that are not the method's usual ones were chosen. */
interface ChosenSettings {
  training: TrainingSettings
  /** The method's own parameters that were chosen. */
  params: Record<string, ParameterValue>
  chosen: Record<string, Text>
}

/** The training settings' defaults, with those that suit the method better. */
export const usualTraining = (method: Pick<MethodSummary, 'trainingDefaults'> | undefined): TrainingSettings =>
  ({ ...defaultsOf(trainingParameters), ...method?.trainingDefaults } as TrainingSettings)

/** Settings that Graft chooses where nobody sets them. */
export const chosenNames: readonly string[] = ['learningRate', 'optimizer', 'batchSize', 'schedule', 'clipNorm', 'decayBiases', 'epochSteps', 'augmentation', 'classBalance', 'functions']

/** Settings that may be left to Graft in so many words: those, and the precision, for which it always takes float32. */
export const autoNames: readonly string[] = [...chosenNames, 'precision']

/** Settings that are chosen for a method; the others are as the method has them. */
export function chosenFor({ recipe, needs, trainingDefaults = {} }: Pick<MethodSummary, 'needs' | 'recipe' | 'trainingDefaults'>): readonly string[] {
  if (recipe?.noSteps) return []
  const kept = new Set([
    ...(trainingDefaults['learningRate'] !== undefined ? ['optimizer'] : []),
    ...(recipe?.wholeBatches === true && !ofBothDomains({ needs }) ? ['batchSize'] : []),
    ...(trainingDefaults['schedule'] !== undefined ? ['schedule'] : []),
    ...(recipe?.headOnly ? ['augmentation'] : []),
    ...(needs.targetLabels === 'none' && !needs.sourceData ? ['classBalance'] : [])
  ])
  return chosenNames.filter((name) => !kept.has(name))
}

/** Settings whose choice is said also where it is the usual value. */
const alwaysSaid: ReadonlySet<string> = new Set(['learningRate', 'functions'])

/** What stands for "choose for me" in a flag or a study's file. */
export const auto = 'auto'

/**
 * Chooses what a person did not set: from the number of images and labels, from what the source has learned, and from
 * what the images are. The result is plain numbers, so that a run repeats and the members of a study share them.
 * @param given settings that a person fixed; they are kept as they are, and are not checked
 * @param givenParams parameters of the method that a person fixed
 */
export function chooseSettings(facts: ChoiceFacts, given: Given = {}, givenParams: Given = {}): ChosenSettings {
  const usual = { ...usualTraining(facts.method), ...given } as TrainingSettings
  const training: Record<string, ParameterValue> = { ...usual }
  const params: Record<string, ParameterValue> = {}
  const chosen: Record<string, Text> = {}
  if (facts.method.recipe?.noSteps) return { training: usual, params, chosen }
  const { parameters } = facts.method
  const settleOwn = (choices: readonly ParameterChoice[]): void => {
    for (const { name, value, why } of choices) {
      if (givenParams[name] !== undefined || parameters[name]?.default === value) continue
      params[name] = value
      chosen[name] = why
    }
  }
  const own = { parameters, trained: facts.trained, knowsClasses: facts.knowsClasses, shared: facts.shared, size: facts.parameters ?? 0 }
  const headAlone = (givenParams['trainedBlocks'] ?? parameters['trainedBlocks']?.default) === 'none'
  settleOwn(chooseFactor(own))
  settleOwn(chooseRows(own))
  const settle = (choices: readonly Choice[]): void => {
    for (const { name, value, why } of choices) {
      if (given[name] !== undefined || (training[name] === value && !alwaysSaid.has(name))) continue
      training[name] = value
      chosen[name] = why
    }
  }
  settle(batch(facts, usual))
  settle(pace(facts, given, usual, headAlone, (givenParams['standardise'] ?? parameters['standardise']?.default) === true))
  settle(care(facts, usual))
  settle(changes(facts, headAlone))
  settle(balance(facts))
  // The budget last: it counts the batches that were chosen.
  settle(budget(facts, training as TrainingSettings, given, headAlone, (stepsPerEpoch) =>
    sourceEpochsOf(own, givenParams['sourceEpochs'], (training as TrainingSettings).epochs, stepsPerEpoch)))
  const { epochs, epochSteps, batchSize } = training as TrainingSettings
  const stepsPerEpoch = epochSteps || stepsOf(facts, batchSize)
  settle(functions(facts, epochs * stepsPerEpoch, training as TrainingSettings))
  settleOwn(chooseSourceEpochs(own, { epochs, stepsPerEpoch, pace: adamsPace(facts, headAlone) }))
  return { training: training as TrainingSettings, params, chosen }
}

/** Up to how many images a batch is smaller than usual: sixteen batches should make an epoch. */
const batches = { fewest: 16, least: 16 }

/** Images of each domain in a batch: DomainBed's registry (hparams_registry.py), which has more of small images. */
const ofEachDomain = ([height, width]: Dataset['shape']): number => Math.max(height, width) <= 32 ? 64 : 32

function batch(facts: ChoiceFacts, usual: TrainingSettings): Choice[] {
  const { fits } = facts
  if (fits) {
    const [needed, total] = [bytes(fits.needed), bytes(fits.total)]
    return [{
      name: 'batchSize', value: fits.batchSize, why: {
        en: `A larger batch would not fit: the usual one needs about ${needed} of memory, and this machine has ${total}.`,
        zh: `更大的批放不下：通常的批约需 ${needed} 内存，而本机只有 ${total}。`
      }
    }]
  }
  const { method: { needs }, sourceData } = facts
  if (needs.domains !== undefined) {
    const domains = sourceData ? trainingDomains(sourceData, choiceOfSource(facts)).length : 0
    const each = ofEachDomain(sourceData?.shape ?? facts.target.shape)
    return domains === 0 ? [] : [{
      name: 'batchSize', value: each * domains,
      why: { en: `${each} images of each of the ${domains} domains, as in DomainBed.`, zh: `${domains} 个域各取 ${each} 张图像，与 DomainBed 相同。` }
    }]
  }
  if (facts.method.recipe?.wholeBatches === true) return wholeBatch(facts, usual)
  const images = imagesOf(facts)
  const fitting = 2 ** Math.floor(Math.log2(Math.max(1, images / batches.fewest)))
  const size = Math.max(batches.least, fitting)
  if (size >= usual.batchSize) return []
  return [{
    name: 'batchSize', value: size,
    why: { en: `There are only ${images} images to learn from.`, zh: `可供学习的图像只有 ${images} 张。` }
  }]
}

/** Images of each domain in a step that moves a large trained network: Transfer-Learning-Library's examples for photographs (Office, DomainNet). */
const ofPhotographs = 32

/** Whether a step has images of the source and of the target. */
const ofBothDomains = ({ needs }: Pick<MethodSummary, 'needs'>): boolean => needs.sourceData && needs.targetImages === true

/** The batch of a method whose batches are whole: no larger than its authors have it where each image takes long. */
function wholeBatch({ method, trained, parameters = 0 }: ChoiceFacts, { batchSize }: TrainingSettings): Choice[] {
  if (!ofBothDomains(method) || !trained || parameters <= largeNetwork || batchSize <= ofPhotographs) return []
  return [{
    name: 'batchSize', value: ofPhotographs,
    why: {
      en: `${ofPhotographs} images of each domain, as Transfer-Learning-Library takes for networks of this size.`,
      zh: `每个域 ${ofPhotographs} 张图像，与 Transfer-Learning-Library 对此规模网络的做法相同。`
    }
  }]
}

/** A learning rate above this is one for SGD. */
const largestForAdam = 0.003

/** Adam's rate for the weights that are trained. */
function adamsPace({ method: { recipe, blocks }, trained, parameters = 0 }: ChoiceFacts, headAlone: boolean): Pace {
  // A student's weights are new, however much its teacher knows.
  if (!trained || blocks === 'new' || recipe?.headOnly === true || headAlone) return { value: 1e-3, why: fresh }
  return { value: parameters > largeNetwork ? 1e-4 : 5e-4, why: gently }
}

/**
 * Learning rate and optimiser.
 * @param headAlone whether the backbone stays as it is
 * @param onOneScale whether what the head learns on has mean 0 and deviation 1
 */
function pace(facts: ChoiceFacts, given: Given, usual: TrainingSettings, headAlone: boolean, onOneScale: boolean): Choice[] {
  const { method: { recipe, trainingDefaults }, trained } = facts
  // A recipe of the method's own stands; only how fast it goes follows from the start.
  if (trainingDefaults?.['learningRate'] !== undefined) {
    // Somebody's own optimiser has another scale than the authors' rate.
    if (given['optimizer'] !== undefined && given['optimizer'] !== (trainingDefaults['optimizer'] ?? 'sgd')) return []
    const rate = trained ? recipe?.trainedLearningRate : undefined
    return [rate === undefined ? { name: 'learningRate', value: usual.learningRate, why: authors } : { name: 'learningRate', value: rate, why: gently }]
  }
  const rate = given['learningRate']
  // A linear head on features of one scale: a convex problem, where Adam at the same pace learned a few pictures by heart sooner.
  const convexHead = recipe?.headOnly === true && onOneScale
  const withAdam = given['momentum'] === undefined && (typeof rate === 'number' ? rate <= largestForAdam : !convexHead)
  const optimizer = given['optimizer'] !== undefined ? usual.optimizer : withAdam ? 'adam' : 'sgd'
  const adams = adamsPace(facts, headAlone)
  return [
    { name: 'optimizer', value: optimizer, why: scaleFree },
    // SGD with momentum takes steps some ten times as large as Adam's for the same effect.
    { name: 'learningRate', value: optimizer === 'sgd' ? adams.value * 10 : adams.value, why: convexHead && optimizer === 'sgd' ? convex : adams.why }
  ]
}

/** What keeps a training from going wrong. */
function care({ method: { recipe } }: ChoiceFacts, usual: TrainingSettings): Choice[] {
  return [
    { name: 'clipNorm', value: recipe?.clipNorm ?? 5, why: oddBatches },
    ...(usual.weightDecay > 0 ? [{ name: 'decayBiases', value: false, why: free } as const] : []),
    ...(usual.schedule === 'constant' ? [{ name: 'schedule', value: 'cosine', why: settles } as const] : [])
  ]
}

/** Random changes that leave an image what it is; none where the backbone stays as it is, so that it sees each image once. */
function changes(facts: ChoiceFacts, headAlone: boolean): Choice[] {
  const { method: { recipe }, target } = facts
  if (recipe?.headOnly || headAlone) return []
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

/** Where the largest class has more than this many times the images of the smallest, rare ones are drawn more often. */
const mostUneven = 3

/** Labelled images of each class that the method learns from; none where it is one domain of several, which nobody counted by class. */
function labelledPerClass({ method: { needs }, target, domain, sourceData, labels }: ChoiceFacts): readonly number[] {
  if (domain !== undefined) return []
  if (needs.sourceData) return sourceData?.splits.train?.perClass ?? []
  if (needs.targetLabels === 'none' || labels === 'none') return []
  const perClass = target.splits.train?.perClass ?? []
  return labels === 'all' ? perClass : perClass.map((count) => Math.min(count, labels.perClass))
}

/** How often each class comes. */
function balance(facts: ChoiceFacts): Choice[] {
  const present = labelledPerClass(facts).filter((count) => count > 0)
  const [fewest, most] = [Math.min(...present), Math.max(...present)]
  if (present.length < 2 || most <= mostUneven * fewest) return []
  return [{
    name: 'classBalance', value: 'sampler',
    why: {
      en: `The largest class has ${most} labelled images and the smallest ${fewest}: else the rare ones would hardly be learned.`,
      zh: `最大的类别有 ${most} 张带标签图像，最小的只有 ${fewest} 张：否则稀少的类别几乎学不到。`
    }
  }]
}

/**
 * Whether steps are computed as functions: what they save has to be more than what compiling them costs, and they have to be
 * there. bfloat16 needs them; where they are not there, its check says so.
 */
function functions({ functions: available }: ChoiceFacts, steps: number, { precision }: TrainingSettings): Choice[] {
  if (precision === 'bfloat16') return [{ name: 'functions', value: true, why: { en: 'bfloat16 needs them.', zh: 'bfloat16 需要它。' } }]
  if (available === false) return []
  // Said too, so that a repetition with more steps does not take it for a person's choice.
  if (steps < leastStepsForFunctions) {
    return [{
      name: 'functions', value: false,
      why: { en: `In ${steps} steps, functions save less time than it takes to compile them.`, zh: `只有 ${steps} 步，函数节省的时间少于编译所需。` }
    }]
  }
  return [{
    name: 'functions', value: true,
    why: {
      en: `In ${steps} steps, functions save more time than it takes to compile them.`, zh: `共 ${steps} 步，函数节省的时间多于编译所需。`
    }
  }]
}

const gently: Text = { en: 'The source knows something already: larger steps would destroy it.', zh: '源模型已有所学：步子太大会破坏它。' }
const fresh: Text = { en: 'A usual rate for weights that start anew.', zh: '权重从头学习时的常用学习率。' }
const convex: Text = { en: 'A linear head on features of one scale has one best place, and large steps find it.', zh: '在同一尺度的特征上，线性分类头只有一个最优点，步子大也能找到。' }
const authors: Text = { en: 'The rate of the method\'s authors.', zh: '该方法作者所用的学习率。' }
const scaleFree: Text = { en: 'Adam copes with features of any scale.', zh: 'Adam 能适应任何尺度的特征。' }
const oddBatches: Text = { en: 'One odd batch cannot throw the training off.', zh: '避免个别批次使训练失控。' }
const free: Text = { en: 'Biases and normalisations need no pull to zero.', zh: '偏置与归一化参数无需拉向零。' }
const settles: Text = { en: 'Ever smaller steps let the weights settle.', zh: '步子逐渐变小，权重得以稳定。' }

/** The rate of a control that starts anew, in place of one chosen for a source that knows something. */
export const freshRate = { value: 1e-3, why: fresh }
