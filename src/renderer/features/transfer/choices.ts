import type { Settings } from '../../../contract/app'
import type { Dataset } from '../../../contract/datasets'
import type { MethodNeeds, MethodSummary } from '../../../contract/methods'
import type { ArchitectureSummary, ModelSummary } from '../../../contract/models'
import { defaultsOf, type ParameterValue } from '../../../contract/parameters'
import type { LabelGrant, Run, Spec } from '../../../contract/runs'
import { trainingParameters, type TrainingSettings } from '../../../contract/training'
import { fitting, whyNot } from './method-fit'
import { isTrained, trainedOn } from './source'

/** All there is to choose from. */
export interface Shelf {
  datasets: readonly Dataset[]
  models: readonly ModelSummary[]
  architectures: readonly ArchitectureSummary[]
  methods: readonly MethodSummary[]
  runs: readonly Run[]
}

/** What a person chose so far; the rest follows from it. Parameters hold only what was changed. */
export interface Choices {
  source?: string
  sourceDataset?: string | undefined
  method?: string
  target?: string
  labels?: LabelGrant | undefined
  /** Null: the whole target data set. */
  domain?: string | null | undefined
  params: Record<string, ParameterValue>
  training: Record<string, ParameterValue>
  device?: Settings['device']
}

export const noChoices = (): Choices => ({ params: {}, training: {} })

/** The transfer as it stands: choices filled up with what suits them. */
export interface Transfer {
  source: string | null
  sourceDataset: string | null
  method: MethodSummary | null
  target: Dataset | null
  labels: LabelGrant
  /** The one domain of the target data set that is the target; null where all of it is. */
  domain: string | null
  params: Record<string, ParameterValue>
  /** The training settings' defaults for this method. */
  trainingDefaults: TrainingSettings
  training: TrainingSettings
  device: Settings['device']
}

/** Images of the class that has fewest in training; 0 without labels. */
export function smallestClass(dataset: Dataset): number {
  const perClass = dataset.splits.train?.perClass ?? []
  return perClass.length === 0 ? 0 : Math.min(...perClass)
}
/** Labelled training images that a grant gives. */
export function grantedImages(dataset: Dataset, labels: LabelGrant): number {
  if (labels === 'none') return 0
  const limit = labels === 'all' ? Infinity : labels.perClass
  return (dataset.splits.train?.perClass ?? []).reduce((sum, size) => sum + Math.min(size, limit), 0)
}

const isLabelled = (dataset: Dataset): boolean => dataset.splits.train?.perClass !== undefined

/** How many labelled images a run's model learned from; 0 for an import, of which that is not known. */
function imagesSeen(model: ModelSummary, { datasets, runs }: Shelf): number {
  const spec = runs.find((run) => `run:${run.id}` === model.ref)?.spec
  const target = datasets.find((dataset) => dataset.id === spec?.target.dataset)
  return spec && target ? grantedImages(target, spec.target.labels) : 0
}

/**
 * The model that learned from most images, the newest of equals, or one of the same data that does better there: the one
 * worth transferring; else the first architecture.
 */
function suggestSource(shelf: Shelf): string | null {
  // Where a forest or an ensemble answers, there is no trained network to take over.
  const networks = shelf.models.filter(({ classifier }) => !classifier)
  const [best] = [...networks].sort((a, b) =>
    imagesSeen(b, shelf) - imagesSeen(a, shelf) || b.createdAt.localeCompare(a.createdAt))
  if (best) {
    const dataOf = (model: ModelSummary): string | null => trainedOn(model.ref, shelf.runs)
    const accuracyOf = ({ ref }: ModelSummary): number => shelf.runs.find((run) => `run:${run.id}` === ref)?.metrics.test?.accuracy ?? 0
    return networks
      .filter((model) => dataOf(model) !== null && dataOf(model) === dataOf(best) && imagesSeen(model, shelf) === imagesSeen(best, shelf))
      .reduce((better, model) => accuracyOf(model) > accuracyOf(better) ? model : better, best).ref
  }
  return shelf.architectures[0] ? `arch:${shelf.architectures[0].id}` : null
}

/** For fresh weights the largest sample, to pre-train on; for a trained source a labelled data set it has not seen. */
function suggestTarget(source: string | null, { datasets, runs }: Shelf): Dataset | null {
  const size = (dataset: Dataset): number => dataset.splits.train?.count ?? 0
  const labelled = datasets.filter(isLabelled)
  const samples = labelled.filter((dataset) => dataset.sample)
  if (!isTrained(source)) {
    return [...samples].sort((a, b) => size(b) - size(a))[0] ?? labelled[0] ?? datasets[0] ?? null
  }
  const seen = trainedOn(source, runs)
  const unseen = (list: readonly Dataset[]): Dataset | undefined => list.find((dataset) => dataset.id !== seen)
  return unseen(samples) ?? unseen(labelled) ?? labelled[0] ?? datasets[0] ?? null
}

function suggestMethod(source: string | null, target: Dataset | null, shelf: Shelf): MethodSummary | null {
  const fits = (method: MethodSummary): boolean => whyNot(method, source, target, shelf) === null
  const wanted = isTrained(source) ? 'fine-tuning' : 'scratch'
  const first = shelf.methods.find((method) => method.id === wanted)
  return (first && fits(first) ? first : shelf.methods.find(fits)) ?? shelf.methods[0] ?? null
}

/** Few labels of a sample show what a transfer is worth; anybody's own data is used whole. */
function suggestLabels(source: string | null, target: Dataset | null, method: MethodSummary | null): LabelGrant {
  if (!target || !isLabelled(target) || method?.needs.targetLabels === 'none') return 'none'
  return isTrained(source) && target.sample && smallestClass(target) >= 20 ? { perClass: 10 } : 'all'
}

function suggestSourceDataset(
  source: string | null, target: Dataset | null, needs: MethodNeeds, { datasets, runs }: Shelf
): string | null {
  const enough = datasets.filter((dataset) => isLabelled(dataset) && (dataset.domains?.length ?? 1) >= (needs.domains ?? 1))
  const alike = enough.filter(({ classes }) => target !== null && fitting(needs, classes, target.classes))
  // The target itself is alike, and no source, unless there is nothing else.
  const labelled = alike.some(({ id }) => id !== target?.id) ? alike : enough
  const own = trainedOn(source, runs)
  return (labelled.find((dataset) => dataset.id === own) ?? labelled.find((dataset) => dataset.id !== target?.id) ?? labelled[0])?.id ?? null
}

/** A method that learns across domains is tested on one of them that is left out; the last is as good as any. */
function suggestDomain(method: MethodSummary | null, target: Dataset | null, sourceDataset: string | null): string | null {
  const within = method?.needs.domains !== undefined && sourceDataset !== null && sourceDataset === target?.id
  return within ? target?.domains?.at(-1) ?? null : null
}

/** The transfer that the choices come to. */
export function completeTransfer(choices: Choices, shelf: Shelf, device: Settings['device']): Transfer {
  const source = choices.source ?? suggestSource(shelf)
  const chosenTarget = shelf.datasets.find((dataset) => dataset.id === choices.target)
  const target = chosenTarget ?? suggestTarget(source, shelf)
  const chosenMethod = shelf.methods.find((method) => method.id === choices.method)
  const method = chosenMethod ?? suggestMethod(source, target, shelf)
  const trainingDefaults = { ...defaultsOf(trainingParameters), ...method?.trainingDefaults } as TrainingSettings
  const own = Object.entries(choices.params).filter(([name]) => method && name in method.parameters)
  const sourceDataset = method?.needs.sourceData
    ? choices.sourceDataset ?? suggestSourceDataset(source, target, method.needs, shelf) : null
  const domain = choices.domain === undefined ? suggestDomain(method, target, sourceDataset) : choices.domain
  return {
    source, target, method, trainingDefaults, sourceDataset,
    domain: domain !== null && target?.domains?.includes(domain) ? domain : null,
    labels: choices.labels ?? suggestLabels(source, target, method),
    params: { ...defaultsOf(method?.parameters ?? {}), ...Object.fromEntries(own) },
    training: { ...trainingDefaults, ...choices.training } as TrainingSettings,
    device: choices.device ?? device
  }
}

/** The spec to start, or null while something is not chosen yet. */
export function specOf(transfer: Transfer): Spec | null {
  const { source, sourceDataset, target, method, labels, domain, params, training, device } = transfer
  if (source === null || target === null || method === null) return null
  return {
    source: { model: source, ...(sourceDataset !== null && { dataset: sourceDataset }) },
    target: { dataset: target.id, labels, ...(domain !== null && { domain }) }, method: { id: method.id, params }, training, device
  }
}

/** The choices that make a spec again, with all its values as chosen ones. */
export function choicesOf(spec: Spec): Choices {
  return {
    source: spec.source.model, sourceDataset: spec.source.dataset, target: spec.target.dataset, labels: spec.target.labels,
    domain: spec.target.domain ?? null, method: spec.method.id, params: { ...spec.method.params }, training: { ...spec.training }, device: spec.device
  }
}

/** Names of the values that differ from their default. */
export function changedNames(values: Record<string, ParameterValue>, defaults: Record<string, ParameterValue>): string[] {
  return Object.keys(values).filter((name) => JSON.stringify(values[name]) !== JSON.stringify(defaults[name]))
}
