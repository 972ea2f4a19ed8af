import type { KnownPace, PaceWanted } from '../../../contract/advice'
import type { Settings } from '../../../contract/app'
import type { Dataset } from '../../../contract/datasets'
import type { Machine } from '../../../contract/doctor'
import type { MethodNeeds, MethodSummary } from '../../../contract/methods'
import type { ModelRef, ModelSummary } from '../../../contract/models'
import type { ParameterValue } from '../../../contract/parameters'
import type { LabelGrant, Run, Spec, TestSplit, ValidationGrant } from '../../../contract/runs'
import type { Text } from '../../../contract/text'
import type { TrainingSettings } from '../../../contract/training'
import { isLabelled, whyNot, type Shelf as FitShelf } from '../../../rules/methods/fit'
import { classesFit } from '../../../rules/methods/needs'
import { archRef, idIn, isTrained } from '../../../rules/refs'
import { chosenNames, usualTraining } from '../../../rules/settings/choose-settings'
import { completeSpec, usualLabels, usualParams } from '../../../rules/specs/complete'
import { imagesLearnedFrom, learnedFrom } from '../../../rules/specs/learned-from'

/** All there is to choose from. */
export interface Shelf extends FitShelf {
  methods: readonly MethodSummary[]
  runs: readonly Run[]
  /** Whether a GPU computes here. */
  gpu?: boolean
  /** What computes here; undefined where nobody knows yet, or another machine will. */
  machine?: Machine | undefined
  /** How fast networks were seen to train here, and who is told of one whose pace decides and is not known. */
  paces?: readonly KnownPace[]
  onUnmeasured?(wanted: PaceWanted): void
}

/** What a person chose so far; the rest follows from it. Parameters hold only what was changed. */
export interface Choices {
  source?: ModelRef
  sourceDataset?: string | undefined
  /** Domains of the source that are learned from; all of them, or all but the target's, when absent. */
  sourceDomains?: readonly string[] | undefined
  method?: string
  target?: string
  labels?: LabelGrant | undefined
  /** Of few labels, those that choose the epoch; as many as learn when absent. */
  validationLabels?: ValidationGrant | undefined
  /** Null: the whole target data set. */
  domain?: string | null | undefined
  /** What is tested on; the test images when absent. */
  testSplit?: TestSplit | undefined
  params: Record<string, ParameterValue>
  training: Record<string, ParameterValue>
  device?: Settings['device']
}

export const noChoices = (): Choices => ({ params: {}, training: {} })

/** The transfer as it stands: choices filled up with what suits them. */
export interface Transfer {
  source: ModelRef | null
  sourceDataset: string | null
  /** Those that were chosen of its domains; undefined where all are learned from. */
  sourceDomains?: string[] | undefined
  method: MethodSummary | null
  target: Dataset | null
  labels: LabelGrant
  validationLabels?: ValidationGrant | undefined
  /** The one domain of the target data set that is the target; null where all of it is. */
  domain: string | null
  testSplit?: TestSplit | undefined
  params: Record<string, ParameterValue>
  /** The training settings as they are where nobody sets any. */
  trainingDefaults: TrainingSettings
  training: TrainingSettings
  /** Settings that Graft chose, each with why. */
  chosen: Record<string, Text>
  /** Why the training is shorter than it would be on a GPU; null where it is not. */
  shortened: Text | null
  /** Names of the training settings that a person set: away from the default, or in place of what Graft would choose. */
  set: string[]
  /** Likewise of the method's own parameters. */
  setParams: string[]
  device: Settings['device']
}

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
function suggestSource(target: Dataset | undefined, shelf: Shelf): ModelRef | null {
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
function suggestTarget(source: ModelRef | null, shelf: Shelf): Dataset | null {
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

function suggestMethod(source: ModelRef | null, target: Dataset | null, shelf: Shelf): MethodSummary | null {
  const fits = (method: MethodSummary): boolean => whyNot(method, { source, target }, shelf) === null
  // A head on what a large network sees is learned within a minute, and hard to overfit.
  const wanted = isEmbedded(source, shelf) ? 'linear-probe' : isTrained(source) ? 'fine-tuning' : 'scratch'
  const first = shelf.methods.find((method) => method.id === wanted)
  return (first && fits(first) ? first : shelf.methods.find(fits)) ?? shelf.methods[0] ?? null
}

/**
 * Few labels of a sample show what a transfer is worth; anybody's own data is used whole. With five per class fine-tuning was
 * 4.8 to 5.4 points better than from scratch on the digits, over three seeds (p < 0.01 each); with ten, 0.8.
 */
function suggestLabels(source: ModelRef | null, target: Dataset | null, method: MethodSummary | null): LabelGrant {
  const usual = usualLabels(method ?? undefined)
  if (!target || !isLabelled(target) || usual === 'none') return 'none'
  return isTrained(source) && target.sample && smallestClass(target) >= 20 ? { perClass: 5 } : usual
}

function suggestSourceDataset(
  source: ModelRef | null, target: Dataset | null, needs: MethodNeeds, { datasets, runs }: Shelf
): string | null {
  const enough = datasets.filter((dataset) => isLabelled(dataset) && (dataset.domains?.length ?? 1) >= (needs.domains ?? 1))
  const alike = enough.filter(({ classes }) => target !== null && classesFit(needs, classes, target.classes))
  // The target itself is alike, and no source, unless there is nothing else.
  const labelled = alike.some(({ id }) => id !== target?.id) ? alike : enough
  const own = learnedOn(source, runs)
  return (labelled.find((dataset) => dataset.id === own) ?? labelled.find((dataset) => dataset.id !== target?.id) ?? labelled[0])?.id ?? null
}

/** A method that learns across domains is tested on one of them that is left out; the last is as good as any. */
function suggestDomain(method: MethodSummary | null, target: Dataset | null, sourceDataset: string | null): string | null {
  const within = method?.needs.domains !== undefined && sourceDataset !== null && sourceDataset === target?.id
  return within ? target?.domains?.at(-1) ?? null : null
}

/** Those of the named domains that the source data set has and that are not the target; where none is left, all are learned from. */
function namedDomains(named: Choices['sourceDomains'], sourceData: Dataset | undefined, target: string | null): string[] | undefined {
  const left = named?.filter((name) => sourceData?.domains?.includes(name) && name !== target) ?? []
  return left.length > 0 ? left : undefined
}

/** The transfer that the choices come to. */
export function completeTransfer(choices: Choices, shelf: Shelf, device: Settings['device']): Transfer {
  const chosenTarget = shelf.datasets.find((dataset) => dataset.id === choices.target)
  const source = choices.source ?? suggestSource(chosenTarget, shelf)
  const target = chosenTarget ?? suggestTarget(source, shelf)
  const chosenMethod = shelf.methods.find((method) => method.id === choices.method)
  const method = chosenMethod ?? suggestMethod(source, target, shelf)
  const own = Object.entries(choices.params).filter(([name]) => method && name in method.parameters)
  const sourceDataset = method?.needs.sourceData
    ? choices.sourceDataset ?? suggestSourceDataset(source, target, method.needs, shelf) : null
  const wanted = choices.domain === undefined ? suggestDomain(method, target, sourceDataset) : choices.domain
  const domain = wanted !== null && target?.domains?.includes(wanted) ? wanted : null
  const ends = {
    source, target, method, sourceDataset, domain,
    labels: choices.labels ?? suggestLabels(source, target, method), validationLabels: choices.validationLabels,
    testSplit: choices.testSplit === 'test' ? undefined : choices.testSplit,
    sourceDomains: namedDomains(
      choices.sourceDomains, shelf.datasets.find(({ id }) => id === sourceDataset), target?.id === sourceDataset ? domain : null
    )
  }
  const where = choices.device ?? device
  const here = { ...shelf, gpu: shelf.gpu === true || where === 'gpu' }
  const { onUnmeasured: _, ...quiet } = here
  const open = settle(ends, {}, {}, quiet, where)
  const given = Object.fromEntries(own)
  const { training, params, chosen } = settle(ends, choices.training, given, here, where)
  const whole = settle(ends, choices.training, given, { ...here, gpu: true, machine: undefined }, where)
  return {
    ...ends,
    trainingDefaults: open.training, training, chosen,
    shortened: chosen['epochs'] ?? (training.epochSteps === whole.training.epochSteps ? null : chosen['epochSteps'] ?? null),
    set: Object.keys(choices.training).filter((name) => name in open.chosen || changedNames(choices.training, { ...open.training }).includes(name)),
    params,
    setParams: Object.keys(given).filter((name) => name in open.chosen || changedNames(given, usualParams(method ?? undefined)).includes(name)),
    device: choices.device ?? device
  }
}

type Ends = Pick<Transfer, 'source' | 'target' | 'method' | 'sourceDataset' | 'sourceDomains' | 'domain' | 'labels'>

/** Epochs of the very first run, where nobody set them: on the sample's digits they learn enough to go on from, within a minute or so. */
const firstEpochs = 3
const whyFirst: Text = {
  en: `Short on purpose, as your first run: ${firstEpochs} epochs learn the sample’s digits well enough to go on from. Later ones take longer.`,
  zh: `这是第一次运行，特意缩短：${firstEpochs} 轮足以学会样本中的数字并继续下一步。以后的运行会更长。`
}

/** Whether this would be the first run of all: of a new network, on a sample, on a processor, with the length left to Graft. */
function isFirstRun({ source, target, method }: Ends, given: Choices['training'], { runs, gpu }: Shelf): boolean {
  return runs.length === 0 && gpu !== true && target?.sample === true && !isTrained(source) && method?.id === 'scratch'
    && given['epochs'] === undefined && given['epochSteps'] === undefined
}

/** The settings of a transfer: those that are given, and the others chosen for it. */
function settle(
  ends: Ends, given: Choices['training'], own: Choices['params'], shelf: Shelf, device: Settings['device']
): Pick<Transfer, 'training' | 'params' | 'chosen'> {
  const { source, target, method, sourceDataset, sourceDomains, domain, labels } = ends
  if (source === null || target === null || method === null) {
    return {
      training: { ...usualTraining(method ?? undefined), ...given } as TrainingSettings, params: { ...usualParams(method ?? undefined), ...own }, chosen: {}
    }
  }
  const complete = (training: Choices['training']) => completeSpec({
    source: { model: source, ...(sourceDataset !== null && { dataset: sourceDataset }), ...(sourceDomains && { domains: sourceDomains }) },
    target: { dataset: target.id, labels, ...(domain !== null && { domain }) }, method: { id: method.id, params: own }, training, device
  }, method, shelf)
  const whole = complete(given)
  // A network that would be trained for hours is shortened for that, and not further.
  const isFirst = isFirstRun(ends, given, shelf) && whole.chosen?.['epochSteps'] === undefined
  const { training, method: { params }, chosen = {} } = isFirst ? complete({ epochs: firstEpochs, ...given }) : whole
  return { training, params, chosen: { ...chosen, ...isFirst && { epochs: whyFirst } } }
}

/** The spec to start, or null while something is not chosen yet. */
export function specOf(transfer: Transfer): Spec | null {
  const { source, sourceDataset, sourceDomains, target, method, labels, validationLabels, domain, testSplit, params, training, chosen, device } = transfer
  if (source === null || target === null || method === null) return null
  const spec = completeSpec({
    source: { model: source, ...(sourceDataset !== null && { dataset: sourceDataset }), ...(sourceDomains && { domains: sourceDomains }) },
    target: {
      dataset: target.id, labels, ...(validationLabels && { validationLabels }), ...(domain !== null && { domain }), ...(testSplit && { testSplit })
    },
    method: { id: method.id, params }, training, device
  }, method)
  return { ...spec, ...(Object.keys(chosen).length > 0 && { chosen }) }
}

/**
 * The choices that make a spec again: what a person set there is set, and what Graft chose is left to it.
 * @param method the spec's, whose usual settings nobody had to set
 * @param rate a learning rate that holds where the spec's own did not
 */
export function choicesOf(spec: Spec, method?: MethodSummary, rate?: number): Choices {
  const { chosen } = spec
  const usual = new Map<string, ParameterValue>(Object.entries(usualTraining(method)))
  const wasSet = ([name, value]: [string, ParameterValue]): boolean => chosen === undefined
    || (!(name in chosen) && (chosenNames.includes(name) || usual.get(name) !== value))
  const training = Object.fromEntries(Object.entries(spec.training).filter(wasSet))
  // What a record of an earlier version does not know of was as it comes, and stays so.
  const known = Object.entries({ ...usualParams(method), ...spec.method.params })
  const params = Object.fromEntries(known.filter(([name]) => chosen === undefined || !(name in chosen)))
  // The optimiser that the rate is one of goes with it.
  const advised = rate === undefined ? {} : { learningRate: rate, optimizer: spec.training.optimizer }
  return {
    source: spec.source.model, sourceDataset: spec.source.dataset, sourceDomains: spec.source.domains, testSplit: spec.target.testSplit,
    target: spec.target.dataset, labels: spec.target.labels,
    // A record of an earlier version let all of them choose.
    validationLabels: typeof spec.target.labels === 'object' ? spec.target.validationLabels ?? 'all' : undefined,
    domain: spec.target.domain ?? null, method: spec.method.id, params, training: { ...training, ...advised }, device: spec.device
  }
}

/** Names of the values that differ from their default. */
export function changedNames(values: Record<string, ParameterValue>, defaults: Record<string, ParameterValue>): string[] {
  return Object.keys(values).filter((name) => JSON.stringify(values[name]) !== JSON.stringify(defaults[name]))
}
