import type { Spec } from '../../contract/runs'
import { idIn } from '../../rules/refs'
import type { MethodRun } from '../methods'

/**
 * Whether a run's network has not learned from the target's training pictures, so that they look to it as any others of their
 * kind do: its head alone was trained, or a classifier on its features. A network that an earlier run made may have seen
 * them there, and counts as one that has.
 */
export function isUnfitted({ network, stages, classifier }: Pick<MethodRun, 'network' | 'stages' | 'classifier'>, { source, target }: Pick<Spec, 'source' | 'target'>): boolean {
  if (target.labels === 'none' || idIn('run', source.model) !== undefined) return false
  return stages.every((stage) => stage.kind === 'gradient' ? stage.featuresOf === network : classifier !== undefined)
}
