import type { Dataset } from '../../../contract/datasets'
import type { MethodSummary } from '../../../contract/methods'
import type { Text } from '../../../contract/text'
import type { Shelf } from './choices'
import { isTrained } from './source'

const classesOf = (source: string | null, shelf: Pick<Shelf, 'models'>): readonly string[] | null =>
  shelf.models.find((model) => model.ref === source)?.classes ?? null

/** Why a method cannot carry this source to this target, from what it says it needs; null when it can. */
export function whyNot(
  { needs }: MethodSummary, source: string | null, target: Dataset | null, shelf: Pick<Shelf, 'datasets' | 'models'>
): Text | null {
  if (needs.sourceModel && !isTrained(source)) {
    return { en: 'Needs a source that was trained: a run or an imported model.', zh: '需要训练过的源：一个运行或导入的模型。' }
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
  const shape = shelf.models.find((model) => model.ref === source)?.input ?? target?.shape
  if (needs.square && shape && shape[0] !== shape[1]) {
    return { en: `Needs square images; these are ${shape[0]}×${shape[1]}.`, zh: `需要正方形图像，而这里是 ${shape[0]}×${shape[1]}。` }
  }
  const sourceClasses = classesOf(source, shelf)
  if (needs.classes !== 'any' && target && labelled && sourceClasses) {
    const shared = target.classes.filter((name) => sourceClasses.includes(name)).length
    if (needs.classes === 'same' && (shared !== target.classes.length || shared !== sourceClasses.length)) {
      return { en: 'Needs the same classes in source and target.', zh: '需要源与目标的类别相同。' }
    }
    if (needs.classes === 'overlapping' && shared === 0) {
      return { en: 'Needs classes that source and target share.', zh: '需要源与目标有共同的类别。' }
    }
  }
  return null
}
