import type { KnownPace, PaceWanted } from '../../contract/advice'
import type { Dataset } from '../../contract/datasets'
import type { Machine } from '../../contract/doctor'
import type { MethodSummary } from '../../contract/methods'
import type { ArchitectureSummary, ModelSummary } from '../../contract/models'
import { defaultsOf, type ParameterValue } from '../../contract/parameters'
import type { RunOverview } from '../../contract/run-overview'
import type { Device, LabelGrant, Spec } from '../../contract/runs'
import type { TrainingSettings } from '../../contract/training'
import { placesByName, sameClasses, sameClassNames } from '../classes'
import { idIn, isTrained } from '../refs'
import { auto, chooseSettings, usualTraining } from '../settings/choose-settings'
import type { ChoiceFacts, FittingBatch } from '../settings/facts'
import { computingOn } from '../settings/machine'
import { inputOf, networkOf, paceAmong } from '../settings/paces'

/** A spec with what follows from its method left out. */
export interface SpecDraft {
  source: Spec['source']
  target: Omit<Spec['target'], 'labels'> & { labels?: LabelGrant }
  method: { id: string, params?: Readonly<Record<string, ParameterValue>> }
  training?: Readonly<Record<string, ParameterValue>>
  device?: Device
}

/** Where the choice of settings looks up what the data and the source are. */
export interface SettingsShelf {
  datasets: readonly Dataset[]
  models: readonly Pick<ModelSummary, 'ref' | 'parameters' | 'classes' | 'architecture' | 'input' | 'blocks'>[]
  architectures: readonly Pick<ArchitectureSummary, 'id' | 'parameters' | 'blocks' | 'multiplyAdds' | 'outputBytes' | 'defaultInput'>[]
  /** Whether a GPU computes, where `machine` does not tell: then no training is long. */
  gpu?: boolean
  /** What computes here; undefined where nobody has looked, or another machine is to compute. */
  machine?: Machine | undefined
  /** How fast networks were seen to train here. Without `machine` none is used: nobody knows whether it is still so. */
  paces?: readonly KnownPace[]
  /** The largest batch that fits into this machine's memory, where a spec's own does not; absent where nobody knows how much there is. */
  fitting?(spec: Spec): FittingBatch | undefined
  /** Told of a network whose pace decides how long a training may be, and that nobody knows. */
  onUnmeasured?(wanted: PaceWanted): void
}

/** Whether a GPU has computed any of these runs, as far as anybody can know before one is opened. */
export const haveUsedGpu = (runs: readonly Pick<RunOverview, 'backend'>[]): boolean => runs.some(({ backend }) => backend?.kind === 'gpu')

/** Labels that a method is granted where nobody says: all, or none where it needs none. */
export const usualLabels = (method: MethodSummary | undefined): LabelGrant => method?.needs.targetLabels === 'none' ? 'none' : 'all'

/**
 * Few labels choose with few: as many validation images per class as training images, so that the labels that choose the
 * epoch are no more than those that were granted to learn from.
 */
function withUsualValidation(target: Spec['target']): Spec['target'] {
  return typeof target.labels === 'object' && target.validationLabels === undefined ? { ...target, validationLabels: target.labels } : target
}

type Given = Record<string, ParameterValue>

/** What was not left to be chosen. */
const fixed = (values: Readonly<Given>): Given => Object.fromEntries(Object.entries(values).filter(([, value]) => value !== auto))

/** The method's own parameters as they come. */
export const usualParams = (method: MethodSummary | undefined): Record<string, ParameterValue> => defaultsOf(method?.parameters ?? {})

/**
 * The spec with every default filled in: the general ones, then the method's, then what is given. With a shelf, settings
 * that are not given (or are `auto`) are chosen by rule, and `chosen` says why. It does not check: what is
 * given stays as it is, unknown names too.
 */
export function completeSpec(draft: SpecDraft, method: MethodSummary | undefined, shelf?: SettingsShelf): Spec {
  const [given, givenParams] = [draft.training, draft.method.params].map((values) => fixed(values ?? {})) as [Given, Given]
  const target = withUsualValidation({ labels: usualLabels(method), ...draft.target })
  const facts = method && shelf && choiceFacts({ source: draft.source, target, device: draft.device }, method, shelf)
  const whole = (settled: ReturnType<typeof chooseSettings>): Spec => {
    const { training, params, chosen } = settled
    return {
      device: 'auto', ...draft,
      target,
      method: { ...draft.method, params: { ...usualParams(method), ...params, ...givenParams } },
      training,
      ...(Object.keys(chosen).length > 0 && { chosen })
    }
  }
  if (!facts) return whole({ training: { ...usualTraining(method), ...given } as TrainingSettings, params: {}, chosen: {} })
  const spec = whole(chooseSettings(facts, given, givenParams))
  const fits = given['batchSize'] === undefined ? shelf?.fitting?.(spec) : undefined
  return fits ? whole(chooseSettings({ ...facts, fits }, given, givenParams)) : spec
}

const area = ([height, width]: Dataset['shape']): number => height * width

/** What the choice of a spec's settings looks at; undefined where its target is not on the shelf. */
function choiceFacts(
  { source, target, device }: Pick<Spec, 'source' | 'target'> & { device: Device | undefined }, method: MethodSummary, shelf: SettingsShelf
): ChoiceFacts | undefined {
  const dataset = (id: string | undefined): Dataset | undefined => shelf.datasets.find((candidate) => candidate.id === id)
  const found = dataset(target.dataset)
  if (!found) return undefined
  const sourceData = method.needs.sourceData ? dataset(source.dataset) : undefined
  const model = shelf.models.find(({ ref }) => ref === source.model)
  const architecture = shelf.architectures.find(({ id }) => id === (model?.architecture ?? idIn('arch', source.model)))
  const network = model ?? architecture
  const computing = shelf.machine && computingOn(shelf.machine, device ?? 'auto')
  const processor = computing ? computing.backend.kind !== 'gpu' : device !== 'gpu' && shelf.gpu !== true
  const input = inputOf(source.model, model, found)
  const measured = processor && computing
    ? paceAmong(shelf.paces ?? [], { network: networkOf(source.model, model), input, device: device ?? 'auto', backend: computing.backend }) : undefined
  return {
    method, trained: isTrained(source.model), target: found, labels: target.labels,
    ...(target.domain !== undefined && { domain: target.domain }),
    ...(sourceData && { sourceData }),
    ...(source.domains && { sourceDomains: source.domains }),
    ...(model && { knowsClasses: sameClassNames(model.classes, found.classes) }),
    ...(model && !sameClasses(model.classes, found.classes) && {
      shared: { known: placesByName(model.classes, found.classes).filter((place) => place >= 0).length, of: found.classes.length }
    }),
    ...(network && { parameters: network.parameters }),
    ...(processor && network && shelf.onUnmeasured && {
      onUnmeasured: () => shelf.onUnmeasured?.({ source: source.model, target: found.id, device: device ?? 'auto' })
    }),
    ...(computing?.functions !== undefined && { functions: computing.functions }),
    ...(measured && { measured: measured.pace }),
    ...(architecture?.multiplyAdds !== undefined && processor && {
      multiplyAdds: architecture.multiplyAdds * area(input) / area(architecture.defaultInput)
    })
  }
}
