import type { KnownPace, Pace } from '../../contract/advice'
import type { Dataset } from '../../contract/datasets'
import type { Machine } from '../../contract/doctor'
import type { MethodSummary } from '../../contract/methods'
import type { ModelSummary } from '../../contract/models'
import type { Run, Spec } from '../../contract/runs'
import { costOf, keepsFeatures } from './cost'
import { idIn } from '../refs'
import { computingOn } from '../settings/machine'
import { inputOf as seenInputOf, networkOf, paceAmong } from '../settings/paces'

interface Known {
  methods: readonly MethodSummary[]
  datasets: readonly Dataset[]
  models: readonly Pick<ModelSummary, 'ref' | 'architecture' | 'input'>[]
  /** Earlier runs, the newest first. */
  runs: readonly Run[]
  /** What computes them, and how fast networks were seen to train there; absent where that is another machine. */
  machine?: Machine | undefined
  paces?: readonly KnownPace[]
}

/** Looking at an image is a forward pass, training on it a forward and a backward one: about three times the work. */
const lookingToTraining = 3

/**
 * How long trainings take together, one after another: as long as the same spec took before; else by the images per second
 * of the newest run of the same network here, of the same method where there is one; else by the pace that a trial of it found. A
 * head on features that are kept goes a hundred times as fast as the network: it tells nothing of one that is trained.
 * `unknown` counts those of which nothing tells.
 */
export function durationOf(specs: readonly Spec[], { methods, datasets, models, runs, machine, paces = [] }: Known): { seconds: number, unknown: number } {
  const architectureOf = ({ source: { model } }: Spec): string | undefined => idIn('arch', model) ?? models.find(({ ref }) => ref === model)?.architecture
  const inputOf = (id: string): string | undefined => datasets.find((dataset) => dataset.id === id)?.shape.join('×')
  const done = runs.filter(({ state, imagesPerSecond }) => state === 'done' && imagesPerSecond !== undefined)
  const seesOnce = (spec: Spec): boolean => {
    const method = methods.find(({ id }) => id === spec.method.id)
    return method === undefined || keepsFeatures(spec, method)
  }
  const triedPaceOf = ({ source: { model: source }, target, device, training }: Spec): Pace | undefined => {
    const dataset = datasets.find(({ id }) => id === target.dataset)
    if (!machine || !dataset) return undefined
    const model = models.find(({ ref }) => ref === source)
    const network = { network: networkOf(source, model), input: seenInputOf(source, model, dataset) }
    const known = paceAmong(paces, { ...network, device, backend: computingOn(machine, device).backend })
    return known && { ...known.pace, training: known.pace.training * (training.precision === 'bfloat16' ? known.bfloat16?.speed ?? 1 : 1) }
  }
  const paceOf = (spec: Spec): Pace | undefined => {
    const like = done.filter((run) => architectureOf(run.spec) === architectureOf(spec) && inputOf(run.spec.target.dataset) === inputOf(spec.target.dataset))
    const training = (like.find((run) => run.spec.method.id === spec.method.id && seesOnce(run.spec) === seesOnce(spec))
      ?? like.find((run) => !seesOnce(run.spec)))?.imagesPerSecond
    return training === undefined ? triedPaceOf(spec) : { training, looking: lookingToTraining * training, baseBytes: 0, bytesPerImage: 0, steps: 0 }
  }
  let [seconds, unknown] = [0, 0]
  for (const spec of specs) {
    const method = methods.find(({ id }) => id === spec.method.id)
    const target = datasets.find(({ id }) => id === spec.target.dataset)
    const cost = method && target && costOf({
      method, spec, target, sourceData: datasets.find(({ id }) => id === spec.source.dataset), pace: paceOf(spec), runs
    })
    if (cost?.seconds === undefined) unknown += 1
    else seconds += cost.seconds
  }
  return { seconds, unknown }
}
