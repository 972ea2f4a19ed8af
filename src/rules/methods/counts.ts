import type { MethodSummary } from '../../contract/methods'

/** Whether a setting of the training means anything to a method: to one without gradient steps its seed alone does. */
export const trainingCounts = (method: Pick<MethodSummary, 'recipe'> | undefined, name: string): boolean =>
  method?.recipe?.noSteps !== true || name === 'seed'
