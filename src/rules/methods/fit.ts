import type { Dataset } from '../../contract/datasets'
import type { MethodSummary } from '../../contract/methods'
import type { ArchitectureSummary, ModelRef, ModelSummary } from '../../contract/models'
import type { SpecFacts } from '../facts'
import { finding, type Chosen, type Finding } from './finding'
import { unmetLabels } from './labels'
import { unmetNeeds } from './needs'
import { unfitTeacher } from './teachers'

/** All there is to complete a transfer with. */
export interface Shelf {
  datasets: readonly Dataset[]
  models: readonly ModelSummary[]
  architectures: readonly ArchitectureSummary[]
}

/** The source and the target of a transfer, as far as they are chosen; null where they are not. */
interface Ends { source: ModelRef | null, target: Dataset | null }

/** Whether anything of a source goes along: its weights, or images that the method learns from. */
export const usesSource = ({ blocks, needs }: Pick<MethodSummary, 'blocks' | 'needs'>): boolean =>
  blocks !== 'new' || needs.sourceModel || needs.sourceData

export const isLabelled = ({ splits }: Dataset): boolean => splits.train?.perClass !== undefined

/**
 * Why a method cannot carry this source to this target; null when it can. It asks what stops a start, of every way to
 * choose the rest: source images, the domain that is left out, labels, the other models. While one way would do, nothing
 * is held against the method; else the way that lacks least tells the reason.
 */
export function whyNot(method: MethodSummary, ends: Ends, shelf: Shelf): Finding | null {
  const ways = waysToChoose(method, ends, shelf).map(({ chosen, facts }) =>
    [...unmetNeeds(method, chosen, facts), ...unmetLabels(method, chosen, facts), ...unmetTeachers(method, ends, shelf)])
  return ways.reduce((best, way) => way.length < best.length ? way : best)[0] ?? null
}

function waysToChoose({ needs }: MethodSummary, { source, target }: Ends, shelf: Shelf): { chosen: Chosen, facts: Omit<SpecFacts, 'methods'> }[] {
  const model = shelf.models.find(({ ref }) => ref === source)
  const labels = target && (isLabelled(target) && needs.targetLabels !== 'none' ? 'all' as const : 'none' as const)
  const facts = { architectures: shelf.architectures, ...(model && { sourceModel: { value: model } }), ...(target && { target: { value: target } }) }
  const waysWith = (sourceData: Dataset | undefined) => domainsToLeaveOut(needs.domains !== undefined, sourceData, target).map((domain) => ({
    chosen: { source: { model: source ?? undefined, dataset: sourceData?.id }, target: { dataset: target?.id, domain, labels: labels ?? undefined } },
    facts: { ...facts, ...(sourceData && { sourceData: { value: sourceData } }) }
  }))
  const data = needs.sourceData ? sourcesFor(target, shelf) : []
  return data.length === 0 ? waysWith(undefined) : data.flatMap(waysWith)
}

/** Data sets to learn from: those with labels. The target is none, unless one of its domains can be the target, or there is nothing else. */
function sourcesFor(target: Dataset | null, { datasets }: Pick<Shelf, 'datasets'>): readonly Dataset[] {
  const labelled = datasets.filter(isLabelled)
  const others = labelled.filter(({ id, domains = [] }) => id !== target?.id || domains.length > 1)
  return others.length > 0 ? others : labelled
}

function domainsToLeaveOut(acrossDomains: boolean, sourceData: Dataset | undefined, target: Dataset | null): readonly (string | undefined)[] {
  const names = acrossDomains && target !== null && sourceData?.id === target.id ? target.domains ?? [] : []
  return names.length > 0 ? names : [undefined]
}

function unmetTeachers({ title, needs }: MethodSummary, { source, target }: Ends, { models }: Pick<Shelf, 'models'>): Finding[] {
  if (!needs.teachers) return []
  const { minimum } = needs.teachers
  const others = models.filter(({ ref, classifier }) => ref !== source && !classifier)
  const joining = others.filter((model) => !unfitTeacher(model, {
    needs, source: models.find(({ ref }) => ref === source), target: target ?? undefined, earlier: source === null ? [] : [source]
  }))
  if (joining.length >= minimum) return []
  const alike = others.length >= minimum
  return [finding(
    alike
      ? { en: `Needs ${minimum} or more saved models that go with the source and the target.`, zh: `还需要至少 ${minimum} 个与源模型及目标相配的已保存模型。` }
      : {
          en: minimum === 1 ? 'Needs another saved model beside the source.' : `Needs ${minimum} or more saved models beside the source.`,
          zh: `除源模型外，还需要至少 ${minimum} 个已保存的模型。`
        },
    'needs-models', 'method.id',
    { en: `${title.en} combines the source with at least ${minimum} other saved models, and ${joining.length} can be.`,
      zh: `“${title.zh}”要将源模型与至少 ${minimum} 个其他已保存的模型结合，而可用的有 ${joining.length} 个。` },
    { en: 'Train or import such models first, or choose another method.', zh: '请先训练或导入这样的模型，或选择其他方法。' }
  )]
}
