import type { ModelRef } from '../../contract/models'
import type { Spec } from '../../contract/runs'

/** Whether a run of this spec reads a data set, by its id. */
export const readsDataset = ({ source, target }: Spec, id: string): boolean => target.dataset === id || source.dataset === id

/** Whether it reads a saved model: as its source, or among its method's parameters, as a teacher is. */
export const reads = ({ source, method }: Spec, ref: ModelRef): boolean =>
  source.model === ref || Object.values(method.params).some((value) => value === ref || (Array.isArray(value) && (value as unknown[]).includes(ref)))
