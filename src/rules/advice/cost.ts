import type { Pace } from '../../contract/advice'
import type { Dataset } from '../../contract/datasets'
import type { MethodSummary } from '../../contract/methods'
import type { Run, Spec } from '../../contract/runs'
import { countOf, sourceChoice } from '../domains'
import { grantedImages } from '../specs/learned-from'
import { keyOf } from '../studies/plan'
import { plannedSteps } from '../studies/steps'

/** What TensorFlow takes before it holds a picture, and what looking at images takes at most, in bytes: 1.28 GB in all were seen for EfficientNet-Lite0 at 224 × 224. */
const [programBytes, lookingBytes] = [400e6, 850e6]
/** Starting, loading and saving, in seconds. */
const startSeconds = 4

interface Costs { method: MethodSummary, spec: Spec, target: Dataset, sourceData?: Dataset | undefined, pace: Pace | undefined, runs: readonly Run[] }

/** Whether a method looks at each image once and learns on the features. */
export const learnsOnFeatures = ({ recipe }: Pick<MethodSummary, 'recipe'>): boolean => recipe?.headOnly === true || recipe?.noSteps === true

/** What of the backbone a spec trains: `all`, `last` or `none` of it; `some` where blocks are frozen by name. */
export function trainedPart({ method: { params } }: Pick<Spec, 'method'>, { parameters }: Pick<MethodSummary, 'parameters'>): 'all' | 'some' | 'last' | 'none' {
  const trained = params['trainedBlocks'] ?? parameters['trainedBlocks']?.default
  if (trained === 'last' || trained === 'none') return trained
  const frozen = params['frozen'] ?? parameters['frozen']?.default
  return Array.isArray(frozen) && frozen.length > 0 ? 'some' : 'all'
}

/** Whether a spec's features are computed once and kept: the steps are then a head's alone, and no image is seen in them. */
export function keepsFeatures(spec: Pick<Spec, 'method' | 'training'>, method: Pick<MethodSummary, 'recipe' | 'parameters'>): boolean {
  if (learnsOnFeatures(method)) return true
  return method.recipe?.onImages !== true && spec.training.augmentation === 'none' && trainedPart(spec, method) === 'none'
}

/** Seconds and bytes that a run will take here, roughly: as long as the same spec took before, else by the pace that a probe found. */
export function costOf({ method, spec, target, sourceData, pace, runs }: Costs): { seconds?: number, bytes?: number } {
  const before = runs.find((run) => run.state === 'done' && keyOf(sizeOf(run.spec)) === keyOf(sizeOf(spec)))
  const choice = spec.target.domain === undefined ? undefined : { only: spec.target.domain }
  const { epochs, batchSize } = spec.training
  const [validation, test] = [countOf(target, 'validation', choice), countOf(target, 'test', choice)]
  if (!pace) return before ? { seconds: before.seconds } : {}
  const lookingAlone = programBytes + Math.min(lookingBytes, pace.baseBytes + 64 * pace.bytesPerImage)
  if (learnsOnFeatures(method)) {
    const images = grantedImages(target, spec.target)
    return {
      seconds: before?.seconds ?? startSeconds + (images + validation + test) / pace.looking,
      bytes: lookingAlone
    }
  }
  const withSource = method.needs.sourceData && sourceData !== undefined
  const unlabelled = method.needs.targetImages === true
  const images = withSource ? countOf(sourceData, 'train', sourceChoice(spec)) : unlabelled ? countOf(target, 'train', choice) : grantedImages(target, spec.target)
  const atOnce = Math.min(batchSize, images) * (withSource && unlabelled ? 2 : 1)
  const steps = images > 0 ? plannedSteps(spec, method, { target, ...(sourceData && { sourceData }) }) : 0
  return {
    seconds: before?.seconds ?? startSeconds + steps * atOnce / pace.training + (epochs * validation + test) / pace.looking,
    // A backbone that stays as it is sees each image once; augmented ones it has to see anew, a batch at a time.
    bytes: keepsFeatures(spec, method)
      ? lookingAlone : programBytes + pace.baseBytes + atOnce * pace.bytesPerImage
  }
}

/** Seconds that the same spec took here before, whatever its seed; undefined where no such run is done. */
export const secondsBefore = (spec: Spec, runs: readonly Run[]): number | undefined =>
  runs.find((run) => run.state === 'done' && keyOf(sizeOf(run.spec)) === keyOf(sizeOf(spec)))?.seconds

/** What a run's length depends on. */
const sizeOf = ({ source, target, method, training: { seed: _, ...training } }: Spec): unknown => ({ source, target, method, training })
