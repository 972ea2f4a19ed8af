import type { MethodSummary } from '../../contract/methods'
import { defaultsOf, type ParameterValue } from '../../contract/parameters'
import type { Device, LabelGrant, Spec } from '../../contract/runs'
import { trainingParameters, type TrainingSettings } from '../../contract/training'

/** A spec with what follows from its method left out. */
export interface SpecDraft {
  source: Spec['source']
  target: Omit<Spec['target'], 'labels'> & { labels?: LabelGrant }
  method: { id: string, params?: Readonly<Record<string, ParameterValue>> }
  training?: Readonly<Record<string, ParameterValue>>
  device?: Device
}

/** Labels that a method is granted where nobody says: all, or none where it needs none. */
export const usualLabels = (method: MethodSummary | undefined): LabelGrant => method?.needs.targetLabels === 'none' ? 'none' : 'all'

/**
 * Few labels choose with few: as many validation images per class as training images, so that the labels that choose the
 * epoch are no more than those that were granted to learn from.
 */
function withUsualValidation(target: Spec['target']): Spec['target'] {
  return typeof target.labels === 'object' && target.validationLabels === undefined ? { ...target, validationLabels: target.labels } : target
}

/** The training settings' defaults, with those that suit the method better. */
export const usualTraining = (method: MethodSummary | undefined): TrainingSettings =>
  ({ ...defaultsOf(trainingParameters), ...method?.trainingDefaults } as TrainingSettings)

/** The method's own parameters as they come. */
export const usualParams = (method: MethodSummary | undefined): Record<string, ParameterValue> => defaultsOf(method?.parameters ?? {})

/**
 * The spec with every default filled in: the general ones, then the method's, then what is given. It does not check: what
 * is given stays as it is, unknown names too.
 */
export function completeSpec(draft: SpecDraft, method: MethodSummary | undefined): Spec {
  return {
    device: 'auto', ...draft,
    target: withUsualValidation({ labels: usualLabels(method), ...draft.target }),
    method: { ...draft.method, params: { ...usualParams(method), ...draft.method.params } },
    training: { ...usualTraining(method), ...draft.training } as TrainingSettings
  }
}
