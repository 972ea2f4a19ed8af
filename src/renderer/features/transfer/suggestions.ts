import type { Dataset } from '../../../contract/datasets'
import type { MethodNeeds, MethodSummary } from '../../../contract/methods'
import type { ModelRef, ModelSummary } from '../../../contract/models'
import type { LabelGrant, Run } from '../../../contract/runs'
import { isLabelled, whyNot } from '../../../rules/methods/fit'
import { classesFit } from '../../../rules/methods/needs'
import { archRef, idIn, isTrained } from '../../../rules/refs'
import { usualLabels } from '../../../rules/specs/complete'
import { imagesLearnedFrom, learnedFrom } from '../../../rules/specs/learned-from'
import type { Shelf } from './shelf'

/** Images of the class that has fewest in training; 0 without labels. */
export function smallestClass(dataset: Dataset): number {
  const perClass = dataset.splits.train?.perClass ?? []
  return perClass.length === 0 ? 0 : Math.min(...perClass)
}

/** The run that a model comes from, where it is one's. */
const runOf = (ref: ModelRef | null, runs: readonly Run[]): Run | undefined => {
  const id = idIn('run', ref)
  return id === undefined ? undefined : runs.find((run) => run.id === id)
}

/** The data set that a run's model learned from, where the source is one. */
function learnedOn(source: ModelRef | null, runs: readonly Run[]): string | null {
  const run = runOf(source, runs)
  return run ? learnedFrom(run.spec).dataset : null
}

/** How many labelled images a run's model learned from; 0 for an import, of which that is not known. */
function imagesSeen({ ref }: ModelSummary, { datasets, runs }: Shelf): number {
  const run = runOf(ref, runs)
  return run ? imagesLearnedFrom(run.spec, datasets) : 0
}

/** Images that a network which learned from photographs sees something in. */
const arePhotographs = ({ shape: [height, width] }: Pick<Dataset, 'shape'>): boolean => Math.min(height, width) >= 64

const isEmbedded = (ref: string | null, { models }: Shelf): boolean => models.some((model) => model.ref === ref && model.origin?.embedded === true)

/**
 * For somebody's photographs the model that comes with Graft. Else the one that learned from most images, the newest of equals, or
 * one of the same data that does better there: the one worth transferring; else the first architecture.
 */
export function suggestSource(target: Dataset | undefined, shelf: Shelf): ModelRef | null {
  const embedded = shelf.models.find(({ origin }) => origin?.embedded === true)
  const photographs = target ? arePhotographs(target) : shelf.datasets.some((dataset) => !dataset.sample && arePhotographs(dataset))
  if (embedded && photographs) return embedded.ref
  // Where a forest or an ensemble answers, there is no trained network to take over.
  const networks = shelf.models.filter(({ classifier, origin }) => !classifier && origin?.embedded !== true)
  const [best] = [...networks].sort((a, b) =>
    imagesSeen(b, shelf) - imagesSeen(a, shelf) || b.createdAt.localeCompare(a.createdAt))
  if (best) {
    // An accuracy says more only of models that learned from the same data and were tested on the same.
    const dataOf = ({ ref }: ModelSummary): string | null => {
      const target = runOf(ref, shelf.runs)?.spec.target
      return target ? JSON.stringify([learnedOn(ref, shelf.runs), target.dataset, target.domain]) : null
    }
    const accuracyOf = ({ ref }: ModelSummary): number => runOf(ref, shelf.runs)?.metrics.test?.accuracy ?? 0
    return networks
      .filter((model) => dataOf(model) !== null && dataOf(model) === dataOf(best) && imagesSeen(model, shelf) === imagesSeen(best, shelf))
      .reduce((better, model) => accuracyOf(model) > accuracyOf(better) ? model : better, best).ref
  }
  return shelf.architectures[0] ? archRef(shelf.architectures[0].id) : null
}

/** Whether a model learned from photographs: its pictures are as large as theirs, or it comes with Graft. */
const knowsPhotographs = (source: ModelRef | null, shelf: Shelf): boolean => isEmbedded(source, shelf) || shelf.models.some(({ ref, input }) =>
  ref === source && arePhotographs({ shape: input }))

/** For a model of photographs a person's own newest ones that it has not seen, else their newest pictures in colour; digits would tell nothing of it. */
function suggestPhotographs(seen: string | null, labelled: readonly Dataset[]): Dataset | null {
  const own = labelled.filter(({ sample }) => !sample)
    .sort((one, other) => other.provenance.importedAt.localeCompare(one.provenance.importedAt))
  const unseen = own.filter(({ id }) => id !== seen)
  return unseen.find(arePhotographs) ?? unseen.find(({ shape: [, , channels] }) => channels === 3) ?? own.find(arePhotographs) ?? null
}

/** For fresh weights the largest sample, to pre-train on; for a trained source a labelled data set it has not seen; photographs for what knows them, or nothing. */
export function suggestTarget(source: ModelRef | null, shelf: Shelf): Dataset | null {
  const { datasets, runs } = shelf
  const size = (dataset: Dataset): number => dataset.splits.train?.count ?? 0
  const labelled = datasets.filter(isLabelled)
  const samples = labelled.filter((dataset) => dataset.sample)
  if (!isTrained(source)) {
    return [...samples].sort((a, b) => size(b) - size(a))[0] ?? labelled[0] ?? datasets[0] ?? null
  }
  const seen = learnedOn(source, runs)
  if (knowsPhotographs(source, shelf)) return suggestPhotographs(seen, labelled)
  const unseen = (list: readonly Dataset[]): Dataset | undefined => list.find((dataset) => dataset.id !== seen)
  return unseen(samples) ?? unseen(labelled) ?? labelled[0] ?? datasets[0] ?? null
}

/** What may be offered to learn from for a target: a sample's digits tell nothing of photographs. */
const sourcesFor = (target: Dataset | null, { datasets }: Pick<Shelf, 'datasets'>): readonly Dataset[] =>
  target !== null && arePhotographs(target) ? datasets.filter((dataset) => !dataset.sample || arePhotographs(dataset)) : datasets

export function suggestMethod(source: ModelRef | null, target: Dataset | null, shelf: Shelf): MethodSummary | null {
  const datasets = sourcesFor(target, shelf)
  const fits = (method: MethodSummary): boolean => whyNot(method, { source, target }, { ...shelf, datasets }) === null
  // A head on what a large network sees is learned within a minute, and hard to overfit.
  const wanted = isEmbedded(source, shelf) ? 'linear-probe' : isTrained(source) ? 'fine-tuning' : 'scratch'
  const first = shelf.methods.find((method) => method.id === wanted)
  // Photographs without labels, and none with labels to learn from: what suits them once they have some, and the screen says that they have none.
  if (first && target && arePhotographs(target) && !datasets.some(isLabelled)) return first
  return (first && fits(first) ? first : shelf.methods.find(fits)) ?? shelf.methods[0] ?? null
}

/**
 * Few labels of a sample show what a transfer is worth; anybody's own data is used whole. With five per class fine-tuning was
 * 4.8 to 5.4 points better than from scratch on the digits, over three seeds (p < 0.01 each); with ten, 0.8.
 */
export function suggestLabels(source: ModelRef | null, target: Dataset | null, method: MethodSummary | null): LabelGrant {
  const usual = usualLabels(method ?? undefined)
  if (!target || !isLabelled(target) || usual === 'none') return 'none'
  return isTrained(source) && target.sample && smallestClass(target) >= 20 ? { perClass: 5 } : usual
}

export function suggestSourceDataset(
  source: ModelRef | null, target: Dataset | null, needs: MethodNeeds, shelf: Shelf
): string | null {
  const { runs } = shelf
  const enough = sourcesFor(target, shelf).filter((dataset) => isLabelled(dataset) && (dataset.domains?.length ?? 1) >= (needs.domains ?? 1))
  const alike = enough.filter(({ classes }) => target !== null && classesFit(needs, classes, target.classes))
  // The target itself is alike, and no source, unless there is nothing else.
  const labelled = alike.some(({ id }) => id !== target?.id) ? alike : enough
  const own = learnedOn(source, runs)
  return (labelled.find((dataset) => dataset.id === own) ?? labelled.find((dataset) => dataset.id !== target?.id) ?? labelled[0])?.id ?? null
}

/** A method that learns across domains is tested on one of them that is left out; the last is as good as any. */
export function suggestDomain(method: MethodSummary | null, target: Dataset | null, sourceDataset: string | null): string | null {
  const within = method?.needs.domains !== undefined && sourceDataset !== null && sourceDataset === target?.id
  return within ? target?.domains?.at(-1) ?? null : null
}
