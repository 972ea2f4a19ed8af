import type { ErrorValue } from '../../contract/errors'
import type { MethodSummary } from '../../contract/methods'
import type { Spec } from '../../contract/runs'
import { countOf, sourceChoice } from '../domains'
import { unmetDomains } from './domains'
import { unmetShape } from './images'
import { checkSettings } from './settings'
import { architectureIn, listed, problem, startsFresh, valueOf, type SpecFacts } from '../facts'

/** What the method needs of the source and of the classes; says which methods would do instead. */
export function checkNeeds(method: MethodSummary, spec: Spec, facts: SpecFacts): ErrorValue[] {
  const unmet = unmetNeeds(method, spec, facts)
  if (unmet.length === 0) return []
  const methods = methodsThatDo(spec, facts)
  return unmet.map((error) => ({ ...error, methods }))
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

function unmetNeeds(method: MethodSummary, spec: Spec, facts: SpecFacts): ErrorValue[] {
  const { title, needs } = method
  const unmet: ErrorValue[] = []
  const sourceData = valueOf(facts.sourceData)
  if (needs.sourceModel && startsFresh(spec)) {
    unmet.push(problem(
      'needs-source-model', 'source.model',
      { en: `${title.en} needs a trained source model, and ${spec.source.model} starts from fresh weights.`,
        zh: `“${title.zh}”需要训练好的源模型，而 ${spec.source.model} 从全新的权重开始。` },
      { en: 'Choose a saved run or an imported model as the source.', zh: '请选择已保存的运行或导入的模型作为源模型。' }
    ))
  }
  if (needs.sourceData && spec.source.dataset === undefined) {
    unmet.push(problem(
      'needs-source-data', 'source.dataset',
      { en: `${title.en} needs labelled source images, and no source data set is chosen.`,
        zh: `“${title.zh}”需要带标签的源图像，但未选择源数据集。` },
      { en: 'Choose a source data set.', zh: '请选择源数据集。' }
    ))
  }
  if (needs.sourceData && sourceData && !sourceData.splits.train?.perClass) {
    unmet.push(problem(
      'no-labels', 'source.dataset',
      { en: `${title.en} needs labelled source images, and “${sourceData.name}” has none.`,
        zh: `“${title.zh}”需要带标签的源图像，而“${sourceData.name}”没有标签。` },
      { en: 'Choose a labelled source data set.', zh: '请选择带标签的源数据集。' }
    ))
  }
  const choice = sourceChoice(spec)
  if (needs.sourceData && sourceData?.splits.train?.perClass && countOf(sourceData, 'train', choice) === 0) {
    unmet.push(problem(
      'no-training-images', 'source.dataset',
      choice === undefined
        ? { en: `“${sourceData.name}” has no training images to learn from.`, zh: `“${sourceData.name}”没有可供学习的训练图像。` }
        : { en: `Without “${spec.target.domain}”, the target, “${sourceData.name}” has no training images to learn from.`,
            zh: `除去作为目标的“${spec.target.domain}”，“${sourceData.name}”没有可供学习的训练图像。` },
      choice === undefined
        ? { en: 'Choose another source data set.', zh: '请选择其他源数据集。' }
        : { en: 'Choose another source data set, or another domain as the target.', zh: '请选择其他源数据集，或以其他域作为目标。' }
    ))
  }
  return [
    ...unmet, ...unmetNormalisation(method, spec, facts), ...unmetShape(method, valueOf(facts.sourceModel), valueOf(facts.target)),
    ...(sourceData ? unmetDomains(method, spec, sourceData) : []), ...unmetClasses(method, facts)
  ]
}

/** Judged by the network that is there: another block, or an exporter's folding, tells more than its architecture. */
function unmetNormalisation({ title, needs }: MethodSummary, spec: Spec, facts: SpecFacts): ErrorValue[] {
  const model = valueOf(facts.sourceModel)
  const normalised = startsFresh(spec) ? architectureIn(spec, facts)?.batchNormalisation : model?.batchNormalisation
  if (!needs.batchNormalisation || normalised !== false) return []
  const having = listed(facts.architectures.filter(({ batchNormalisation }) => batchNormalisation).map(({ id }) => id))
  const folded = model?.origin?.foldedNormalisation === true
  return [problem(
    'no-batch-normalisation', 'source.model',
    { en: `${title.en} works on batch normalisation, and the source model has none${folded ? ': its file holds it folded into the convolutions' : ''}.`,
      zh: `“${title.zh}”作用于批归一化，而源模型没有批归一化${folded ? '：其文件已将其折叠进卷积' : ''}。` },
    { en: `Choose a model that has it: of ${having}, or one that source-only trained with a bottleneck.`,
      zh: `请选择带批归一化的模型：${having}，或由 source-only 加瓶颈层训练的模型。` }
  )]
}

function unmetClasses({ title, needs }: MethodSummary, facts: SpecFacts): ErrorValue[] {
  const model = valueOf(facts.sourceModel)
  // A method that learns from source images has a head of its own for their classes.
  const source = (needs.sourceData ? valueOf(facts.sourceData) : model)?.classes ?? []
  const target = valueOf(facts.target)?.classes ?? []
  if (needs.classes === 'any' || target.length === 0) return []
  if (model && !needs.sourceData && source.length === 0) {
    return [problem(
      'model-without-head', 'source.model',
      { en: `${title.en} needs a source model that tells classes apart, and “${model.name}” is a backbone without a head.`,
        zh: `“${title.zh}”需要能区分类别的源模型，而“${model.name}”是没有分类头的骨干网络。` },
      { en: 'Transfer it to a data set with these classes first.', zh: '请先将其迁移到具有这些类别的数据集。' }
    )]
  }
  if (source.length === 0) return []
  const shared = target.filter((name) => source.includes(name)).length
  if (needs.classes === 'overlapping' ? shared > 0 : shared === target.length && source.length === target.length) return []
  const counts = { en: `${shared} of the target's ${target.length} classes are among the source's ${source.length}`,
    zh: `目标的 ${target.length} 个类别中有 ${shared} 个属于源的 ${source.length} 个类别` }
  return [problem(
    'classes-differ', 'target.dataset',
    needs.classes === 'same'
      ? { en: `${title.en} needs the same classes in source and target; ${counts.en}.`,
          zh: `“${title.zh}”要求源与目标的类别相同；${counts.zh}。` }
      : { en: `${title.en} needs classes that source and target share; ${counts.en}.`,
          zh: `“${title.zh}”要求源与目标有共同的类别；${counts.zh}。` }
  )]
}
