import type { Dataset } from '../../contract/datasets'
import { GraftError, type ErrorValue } from '../../contract/errors'
import type { MethodSummary } from '../../contract/methods'
import type { Spec } from '../../contract/runs'
import { problem, valueOf, type SpecFacts } from '../facts'
import { finding, type Chosen, type Finding } from './finding'
import { methodsThatDo } from './needs'

/** What is wrong with the labels that the spec grants. */
export function checkLabels(method: MethodSummary, spec: Spec, facts: SpecFacts): ErrorValue[] {
  const target = valueOf(facts.target)
  const train = target?.splits.train
  const grant = spec.target.labels
  if (!target || !train || train.count === 0) return []
  if (grant !== 'none' && !train.perClass) {
    return [problem(
      'no-labels', 'target.labels',
      { en: `The training images of “${target.name}” have no labels.`, zh: `“${target.name}”的训练图像没有标签。` },
      { en: 'Choose “no labels” with a method that needs none, or a labelled data set.', zh: '请选择“无标签”并使用不需要标签的方法，或选择带标签的数据集。' }
    )]
  }
  const unmet = unmetLabels(method, spec, facts).map(({ error }) => error)
  if (grant === 'none') return unmet.map((error) => ({ ...error, methods: methodsThatDo(spec, facts) }))
  const perClass = train.perClass ?? []
  return [
    ...checkClassCount(target, perClass), ...checkGrant(target, grant, perClass),
    // Of one domain it is not on record how many images each class has.
    ...(spec.target.domain === undefined ? checkLargestPair(method.needs, grant, perClass) : []), ...unmet
  ]
}

/** What a method needs of the target's labels, and does not find in what is granted. */
export function unmetLabels({ title, needs }: MethodSummary, { target: { labels } }: Chosen, facts: Pick<SpecFacts, 'target'>): Finding[] {
  const target = valueOf(facts.target)
  if (!target || labels === undefined) return []
  if (labels === 'none') {
    if (needs.targetLabels === 'none') return []
    return [finding(
      target.splits.train?.perClass
        ? { en: 'Needs target labels; none are granted.', zh: '需要目标标签，而未给予任何标签。' }
        : { en: `Needs labels; ${target.name} has none.`, zh: `需要标签，而 ${target.name} 没有标签。` },
      'needs-target-labels', 'target.labels',
      { en: `${title.en} needs labelled target images, and none are granted.`,
        zh: `“${title.zh}”需要带标签的目标图像，而设置中未给予任何标签。` },
      { en: 'Grant all labels or some per class, or choose a method that needs none.',
        zh: '请给予全部或每类若干标签，或选择不需要标签的方法。' }
    )]
  }
  if (!needs.validation || target.splits.validation?.perClass) return []
  return [finding(
    { en: `Needs labelled validation images; ${target.name} has none.`, zh: `需要带标签的验证图像，而 ${target.name} 没有。` },
    'needs-validation', 'target.dataset',
    { en: `${title.en} chooses by labelled validation images, and “${target.name}” has none.`,
      zh: `“${title.zh}”需要带标签的验证图像来选择，而“${target.name}”没有。` },
    { en: 'Import the data set with a validation share, or choose a method that does not choose.', zh: '请在导入数据集时划出验证部分，或选择无需挑选的方法。' }
  )]
}

function checkClassCount(target: Dataset, perClass: readonly number[]): ErrorValue[] {
  const present = target.classes.filter((_, index) => (perClass[index] ?? 0) > 0)
  if (present.length >= 2) return []
  const only = present[0] ?? target.classes[0] ?? '–'
  return [problem(
    'one-class', 'target.dataset',
    { en: `The training images of “${target.name}” are all of one class (“${only}”), so there is nothing to tell apart.`,
      zh: `“${target.name}”的训练图像都属于同一类别（“${only}”），没有可区分的内容。` },
    { en: 'Choose a data set with at least two classes.', zh: '请选择至少有两个类别的数据集。' }
  )]
}

function checkGrant({ classes }: Dataset, grant: Spec['target']['labels'], perClass: readonly number[]): ErrorValue[] {
  if (typeof grant !== 'object') return []
  const counts = classes.map((_, index) => perClass[index] ?? 0)
  return counts.some((count) => count < grant.perClass) ? [tooFewLabels(grant.perClass, counts, classes).value] : []
}

/** @param counts training images of each class */
export function tooFewLabels(perClass: number, counts: readonly number[], classes: readonly string[]): GraftError {
  const short = classes.flatMap((name, index) => counts[index]! < perClass ? [`${name} (${counts[index]!})`] : [])
  const smallest = Math.min(...counts)
  const named = short.slice(0, 5).join(', ')
  const more = short.length - 5
  return new GraftError('too-few-labels', {
    en: `${perClass} labels per class were granted, but fewer training images are there of ${named}${more > 0 ? ` and ${more} more classes` : ''}.`,
    zh: `设定每类 ${perClass} 个标签，但以下类别的训练图像不足：${named}${more > 0 ? ` 以及另外 ${more} 个类别` : ''}。`
  }, {
    field: 'target.labels', usage: true,
    remedy: smallest > 0
      ? { en: `Grant at most ${smallest} labels per class, or all.`, zh: `请将每类标签数设为不超过 ${smallest}，或使用全部标签。` }
      : { en: 'Grant all labels, or leave the empty classes out of the data set.', zh: '请使用全部标签，或从数据集中去除空类别。' }
  })
}

function checkLargestPair({ largestPair }: MethodSummary['needs'], grant: Spec['target']['labels'], perClass: readonly number[]): ErrorValue[] {
  if (largestPair === undefined) return []
  const granted = perClass.map((count) => typeof grant === 'object' ? Math.min(count, grant.perClass) : count).sort((a, b) => b - a)
  const together = (granted[0] ?? 0) + (granted[1] ?? 0)
  return together > largestPair ? [tooManyTogether(together, largestPair).value] : []
}

/** @param count images of two classes */
export function tooManyTogether(count: number, largestPair: number): GraftError {
  return new GraftError('too-many-examples', {
    en: `A support vector machine over ${count} images of two classes does not fit into memory.`,
    zh: `两个类别共 ${count} 张图像的支持向量机无法放入内存。`
  }, {
    usage: true, field: 'target.labels',
    remedy: {
      en: `Grant at most ${Math.floor(largestPair / 2)} labels per class, or choose logistic-regression.`,
      zh: `请将每类标签数设为不超过 ${Math.floor(largestPair / 2)}，或选择 logistic-regression。`
    }
  })
}
