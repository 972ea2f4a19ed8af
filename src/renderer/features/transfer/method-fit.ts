import type { Dataset } from '../../../contract/datasets'
import type { MethodNeeds, MethodSummary } from '../../../contract/methods'
import type { ModelSummary } from '../../../contract/models'
import type { Text } from '../../../contract/text'
import type { Shelf } from './shelf'
import { isTrained } from './source'

/** Why a method cannot carry this source to this target, from what it says it needs; null when it can. */
export function whyNot(
  { needs }: MethodSummary, source: string | null, target: Dataset | null, shelf: Pick<Shelf, 'datasets' | 'models'>
): Text | null {
  if (needs.sourceModel && !isTrained(source)) {
    return { en: 'Needs a source that was trained: a run or an imported model.', zh: '需要训练过的源：一个运行或导入的模型。' }
  }
  const model = shelf.models.find(({ ref }) => ref === source)
  if (needs.batchNormalisation && model?.batchNormalisation === false) {
    return { en: `Needs batch normalisation; ${model.name} has none.`, zh: `需要批归一化，而 ${model.name} 没有。` }
  }
  if (needs.sourceData && !shelf.datasets.some((dataset) => dataset.splits.train?.perClass !== undefined)) {
    return { en: 'Needs labelled source images.', zh: '需要带标签的源图像。' }
  }
  const labelled = target?.splits.train?.perClass !== undefined
  if (target && needs.targetLabels !== 'none' && !labelled) {
    return { en: `Needs labels; ${target.name} has none.`, zh: `需要标签，而 ${target.name} 没有标签。` }
  }
  if (needs.domains !== undefined && !shelf.datasets.some((dataset) => (dataset.domains?.length ?? 0) >= (needs.domains ?? 0))) {
    return { en: `Needs source data of ${needs.domains} domains or more.`, zh: `需要至少包含 ${needs.domains} 个域的源数据。` }
  }
  const others = shelf.models.filter(({ ref, classifier }) => ref !== source && !classifier)
  if (needs.teachers && others.length < needs.teachers.minimum) {
    const { minimum } = needs.teachers
    return {
      en: minimum === 1 ? 'Needs another saved model beside the source.' : `Needs ${minimum} or more saved models beside the source.`,
      zh: `除源模型外，还需要至少 ${minimum} 个已保存的模型。`
    }
  }
  if (needs.validation && target && !target.splits.validation?.perClass) {
    return { en: `Needs labelled validation images; ${target.name} has none.`, zh: `需要带标签的验证图像，而 ${target.name} 没有。` }
  }
  const shape = model?.input ?? target?.shape
  if (needs.square && shape && shape[0] !== shape[1]) {
    return { en: `Needs square images; these are ${shape[0]}×${shape[1]}.`, zh: `需要正方形图像，而这里是 ${shape[0]}×${shape[1]}。` }
  }
  return target && labelled ? whyNotItsClasses(needs, model, target, shelf) : null
}

/** The classes that count are those of the source images where a method learns from them, else the source model's. */
function whyNotItsClasses(needs: MethodNeeds, model: ModelSummary | undefined, target: Dataset, { datasets }: Pick<Shelf, 'datasets'>): Text | null {
  if (needs.classes === 'any') return null
  if (!needs.sourceData && model?.classes.length === 0) {
    return { en: 'Needs a source that tells classes apart; this one is a backbone without a head.', zh: '需要能区分类别的源，而它是没有分类头的骨干网络。' }
  }
  const others = datasets.filter(({ id, domains = [], splits }) => splits.train?.perClass && (id !== target.id || domains.length > 1))
  const sources = needs.sourceData ? others.map(({ classes }) => classes) : model ? [model.classes] : []
  if (sources.length === 0 || sources.some((classes) => fitting(needs, classes, target.classes))) return null
  return needs.classes === 'same'
    ? { en: 'Needs the same classes in source and target.', zh: '需要源与目标的类别相同。' }
    : { en: 'Needs classes that source and target share.', zh: '需要源与目标有共同的类别。' }
}

/** Whether a source's classes stand to the target's as a method needs it. */
export function fitting({ classes }: MethodNeeds, source: readonly string[], target: readonly string[]): boolean {
  const shared = target.filter((name) => source.includes(name)).length
  if (classes === 'any') return true
  return classes === 'same' ? shared === target.length && shared === source.length : shared > 0
}
