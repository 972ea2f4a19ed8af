import type { Dataset } from '../../contract/datasets'
import type { ErrorValue } from '../../contract/errors'
import type { MethodNeeds, MethodSummary } from '../../contract/methods'
import { extractorId } from '../../contract/models'
import type { Spec } from '../../contract/runs'
import type { Text } from '../../contract/text'
import { sameClassNames, sharedClasses } from '../classes'
import { choiceText, countOf, sourceChoice } from '../domains'
import { architectureIn, listed, problem, startsFresh, valueOf, type SpecFacts } from '../facts'
import { unmetDomains } from './domains'
import { finding, type Chosen, type Finding } from './finding'
import { unmetShape } from './images'
import { checkSettings } from './settings'

/** What the method needs of the source and of the classes; says which methods would do instead. */
export function checkNeeds(method: MethodSummary, spec: Spec, facts: SpecFacts): ErrorValue[] {
  const unmet = unmetNeeds(method, spec, facts)
  if (unmet.length === 0) return []
  const methods = methodsThatDo(spec, facts)
  return unmet.map(({ error }) => ({ ...error, methods }))
}

/**
 * Which methods would do for what is chosen, with their settings as they come: one that would be refused for a default of
 * its own is no way out. Those that want target labels are apart where none are granted.
 */
export function methodsThatDo(spec: Spec, facts: SpecFacts): NonNullable<ErrorValue['methods']> {
  const asItComes = ({ id }: MethodSummary): Spec => ({ ...spec, method: { id, params: {} } })
  const fitting = facts.methods.filter((other) => unmetNeeds(other, spec, facts).length === 0 && checkSettings(other, asItComes(other), facts).length === 0)
  const lacksLabels = ({ needs }: MethodSummary): boolean => spec.target.labels === 'none' && needs.targetLabels !== 'none'
  return {
    fit: fitting.filter((other) => !lacksLabels(other)).map(({ id }) => id), withLabels: fitting.filter(lacksLabels).map(({ id }) => id)
  }
}

/** What a method needs of the source, its images and its classes, and does not find in what is chosen. */
export function unmetNeeds(method: MethodSummary, chosen: Chosen, facts: Omit<SpecFacts, 'methods'>): Finding[] {
  const sourceData = valueOf(facts.sourceData)
  return [
    ...unmetModel(method, chosen), ...unmetLayers(method, facts), ...unmetSourceData(method, chosen, facts), ...unmetNormalisation(method, chosen, facts),
    ...unmetShape(method, valueOf(facts.sourceModel), valueOf(facts.target)),
    ...(sourceData ? unmetDomains(method, chosen, sourceData) : []), ...unmetClasses(method, facts)
  ]
}

function unmetModel({ title, needs }: MethodSummary, chosen: Chosen): Finding[] {
  if (!needs.sourceModel || !startsFresh(chosen)) return []
  return [finding(
    { en: 'Needs a source that was trained: a run or an imported model.', zh: '需要训练过的源：一个运行或导入的模型。' },
    'needs-source-model', 'source.model',
    { en: `${title.en} needs a trained source model, and ${chosen.source.model} starts from fresh weights.`,
      zh: `“${title.zh}”需要训练好的源模型，而 ${chosen.source.model} 从全新的权重开始。` },
    { en: 'Choose a saved run or an imported model as the source.', zh: '请选择已保存的运行或导入的模型作为源模型。' }
  )]
}

/** A graph of another program is run as it is: only what learns on its features can take it. */
function unmetLayers({ title, blocks, needs }: MethodSummary, facts: Omit<SpecFacts, 'methods'>): Finding[] {
  const model = valueOf(facts.sourceModel)
  if (model?.architecture !== extractorId || (blocks === 'frozen' && !needs.batchNormalisation)) return []
  return [finding(
    { en: 'Needs a network whose layers Graft knows; this one is run as it is.', zh: '需要 Graft 了解其各层的网络；此模型只能按原样运行。' },
    'needs-layers', 'source.model',
    { en: `${title.en} changes or copies the source's layers, and “${model.name}” is a graph of another program that is run as it is: its features can be learned on, its layers cannot be trained.`,
      zh: `“${title.zh}”会更改或复制源模型的层，而“${model.name}”是按原样运行的其他程序的计算图：可以在其特征上学习，但不能训练它的层。` },
    { en: 'Choose a method that learns on features (linear-probe, svm, k-nearest), or another source.', zh: '请选择在特征上学习的方法（linear-probe、svm、k-nearest），或其他源模型。' }
  )]
}

function unmetSourceData({ title, needs }: MethodSummary, chosen: Chosen, facts: Omit<SpecFacts, 'methods'>): Finding[] {
  if (!needs.sourceData) return []
  const sourceData = valueOf(facts.sourceData)
  const reason = { en: 'Needs labelled source images.', zh: '需要带标签的源图像。' }
  if (chosen.source.dataset === undefined) {
    return [finding(
      reason, 'needs-source-data', 'source.dataset',
      { en: `${title.en} needs labelled source images, and no source data set is chosen.`,
        zh: `“${title.zh}”需要带标签的源图像，但未选择源数据集。` },
      waysToSourceData(valueOf(facts.target), chosen.target.domain)
    )]
  }
  if (!sourceData) return []
  if (!sourceData.splits.train?.perClass) {
    return [finding(
      reason, 'no-labels', 'source.dataset',
      { en: `${title.en} needs labelled source images, and “${sourceData.name}” has none.`,
        zh: `“${title.zh}”需要带标签的源图像，而“${sourceData.name}”没有标签。` },
      { en: 'Choose a labelled source data set.', zh: '请选择带标签的源数据集。' }
    )]
  }
  const choice = sourceChoice(chosen)
  if (countOf(sourceData, 'train', choice) > 0) return []
  return [finding(
    reason, 'no-training-images', 'source.dataset',
    choice === undefined || 'among' in choice
      ? { en: `“${sourceData.name}”${choiceText(choice, 'en')} has no training images to learn from.`, zh: `“${sourceData.name}”${choiceText(choice, 'zh')}没有可供学习的训练图像。` }
      : { en: `Without “${chosen.target.domain}”, the target, “${sourceData.name}” has no training images to learn from.`,
          zh: `除去作为目标的“${chosen.target.domain}”，“${sourceData.name}”没有可供学习的训练图像。` },
    choice === undefined
      ? { en: 'Choose another source data set.', zh: '请选择其他源数据集。' }
      : { en: 'Choose another source data set, or another domain as the target.', zh: '请选择其他源数据集，或以其他域作为目标。' }
  )]
}

/** A target with domains can be its own source: what is not the target is learned from. */
function waysToSourceData(target: Dataset | undefined, domain: string | undefined): Text {
  if (!target?.domains || target.domains.length < 2) return { en: 'Choose a source data set.', zh: '请选择源数据集。' }
  return domain === undefined
    ? { en: `Choose a source data set; or choose “${target.id}” as the source too, and one of its domains (${listed(target.domains)}) as the target: the others are learned from.`,
        zh: `请选择源数据集；或者让“${target.id}”同时作为源，并以其中一个域（${target.domains.join('、')}）作为目标：其余的域用于学习。` }
    : { en: `Choose a source data set: “${target.id}” itself to learn from its other domains, or another.`,
        zh: `请选择源数据集：选择“${target.id}”自身即从其余的域学习，也可以选择其他数据集。` }
}

/** Judged by the network that is there: another block, or an exporter's folding, tells more than its architecture. */
function unmetNormalisation({ title, needs }: MethodSummary, chosen: Chosen, facts: Omit<SpecFacts, 'methods'>): Finding[] {
  const model = valueOf(facts.sourceModel)
  const fresh = startsFresh(chosen) ? architectureIn(chosen, facts) : undefined
  if (!needs.batchNormalisation || (fresh ?? model)?.batchNormalisation !== false) return []
  const having = listed(facts.architectures.filter(({ batchNormalisation }) => batchNormalisation).map(({ id }) => id))
  const folded = model?.origin?.foldedNormalisation === true
  const name = fresh?.title ?? { en: model?.name, zh: model?.name }
  return [finding(
    { en: `Needs batch normalisation; ${name.en} has none.`, zh: `需要批归一化，而 ${name.zh} 没有。` },
    'no-batch-normalisation', 'source.model',
    { en: `${title.en} works on batch normalisation, and the source model has none${folded ? ': its file holds it folded into the convolutions' : ''}.`,
      zh: `“${title.zh}”作用于批归一化，而源模型没有批归一化${folded ? '：其文件已将其折叠进卷积' : ''}。` },
    { en: `Choose a model that has it: of ${having}, or one that source-only trained with a bottleneck.`,
      zh: `请选择带批归一化的模型：${having}，或由 source-only 加瓶颈层训练的模型。` }
  )]
}

/** Whether a source's classes stand to the target's as a method needs it. */
export function classesFit({ classes }: Pick<MethodNeeds, 'classes'>, source: readonly string[], target: readonly string[]): boolean {
  if (classes === 'any') return true
  return classes === 'same' ? sameClassNames(source, target) : sharedClasses(source, target) > 0
}

function unmetClasses({ title, needs }: MethodSummary, facts: Pick<SpecFacts, 'sourceData' | 'sourceModel' | 'target'>): Finding[] {
  const model = valueOf(facts.sourceModel)
  // A method that learns from source images has a head of its own for their classes.
  const source = (needs.sourceData ? valueOf(facts.sourceData) : model)?.classes ?? []
  const target = valueOf(facts.target)?.classes ?? []
  if (target.length === 0 || (needs.classes === 'any' && !needs.sourceHead)) return []
  if (model && !needs.sourceData && source.length === 0) {
    return [finding(
      { en: 'Needs a source that tells classes apart; this one is a backbone without a head.', zh: '需要能区分类别的源，而它是没有分类头的骨干网络。' },
      'model-without-head', 'source.model',
      { en: `${title.en} needs a source model that tells classes apart, and “${model.name}” is a backbone without a head.`,
        zh: `“${title.zh}”需要能区分类别的源模型，而“${model.name}”是没有分类头的骨干网络。` },
      { en: 'Transfer it to a data set with these classes first.', zh: '请先将其迁移到具有这些类别的数据集。' }
    )]
  }
  if (needs.classes === 'any' || source.length === 0 || classesFit(needs, source, target)) return []
  const shared = sharedClasses(source, target)
  const counts = { en: `${shared} of the target's ${target.length} classes are among the source's ${source.length}`,
    zh: `目标的 ${target.length} 个类别中有 ${shared} 个属于源的 ${source.length} 个类别` }
  const [reason, message] = needs.classes === 'same'
    ? [
        { en: 'Needs the same classes in source and target.', zh: '需要源与目标的类别相同。' },
        { en: `${title.en} needs the same classes in source and target; ${counts.en}.`, zh: `“${title.zh}”要求源与目标的类别相同；${counts.zh}。` }
      ]
    : [
        { en: 'Needs classes that source and target share.', zh: '需要源与目标有共同的类别。' },
        { en: `${title.en} needs classes that source and target share; ${counts.en}.`, zh: `“${title.zh}”要求源与目标有共同的类别；${counts.zh}。` }
      ]
  return [{ reason, error: problem('classes-differ', 'target.dataset', message) }]
}
