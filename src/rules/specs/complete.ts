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
    target: { labels: usualLabels(method), ...draft.target },
    method: { ...draft.method, params: { ...usualParams(method), ...draft.method.params } },
    training: { ...usualTraining(method), ...draft.training } as TrainingSettings
  }
}
