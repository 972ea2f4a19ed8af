import type { Settings } from '../../../contract/app'
import type { Dataset } from '../../../contract/datasets'
import type { MethodSummary } from '../../../contract/methods'
import type { ModelRef } from '../../../contract/models'
import type { ParameterValue } from '../../../contract/parameters'
import type { LabelGrant, Spec, TestSplit, ValidationGrant } from '../../../contract/runs'
import type { Text } from '../../../contract/text'
import type { TrainingSettings } from '../../../contract/training'
import { isTrained } from '../../../rules/refs'
import { chosenNames, usualTraining } from '../../../rules/settings/choose-settings'
import { completeSpec, usualParams } from '../../../rules/specs/complete'
import type { Shelf } from './shelf'
import { suggestDomain, suggestLabels, suggestMethod, suggestSource, suggestSourceDataset, suggestTarget } from './suggestions'

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
  /** A learning rate that was taken from a range test, for as long as the transfer is the one that was tried. */
  rate?: TakenRate | undefined
}

/** A learning rate that a range test proposed. */
interface TakenRate {
  /** What was tried, by `triedOn`. */
  of: string
  value: number
  why: Text
}

/** Settings that the loss of a training's first steps depends on, beside the rate. */
const countInSteps = [
  'optimizer', 'momentum', 'nesterov', 'weightDecay', 'decayBiases', 'clipNorm', 'batchSize', 'augmentation', 'classBalance', 'precision', 'seed'
] as const

/** What a range test's outcome depends on: where another is true it says nothing. */
export const triedOn = ({ source, sourceDataset, sourceDomains, target, domain, labels, method, params, training }: Triable): string => JSON.stringify([
  source, sourceDataset, sourceDomains ?? null, target?.id, domain, labels, method?.id, params, countInSteps.map((name) => training[name])
])
type Triable = Pick<Transfer, 'source' | 'sourceDataset' | 'sourceDomains' | 'target' | 'domain' | 'labels' | 'method' | 'params' | 'training'>

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
  const settled = settle(ends, choices.training, given, here, where)
  const taken = choices.training['learningRate'] === undefined && choices.rate?.of === triedOn({ ...ends, ...settled }) ? choices.rate : undefined
  const { params } = settled
  const training = taken ? { ...settled.training, learningRate: taken.value } : settled.training
  const chosen = taken ? { ...settled.chosen, learningRate: taken.why } : settled.chosen
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
