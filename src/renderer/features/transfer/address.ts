import { z } from 'zod'
import { labelGrantSchema, type Spec } from '../../../contract/runs'
import type { Choices } from './choices'

const changeSchema = z.strictObject({
  method: z.string().optional(), labels: labelGrantSchema.optional(), epochs: z.int().min(1).max(10_000).optional(),
  learningRate: z.number().positive().max(10).optional(), twins: z.boolean().optional()
})

/** What an address asks to change of the run that it repeats; nothing where it cannot be read. */
export function changeIn(query: unknown): z.infer<typeof changeSchema> {
  if (typeof query !== 'string') return {}
  try {
    return changeSchema.parse(JSON.parse(query))
  } catch {
    return {}
  }
}

/** The choices of a run's spec with that change: another method comes with its own settings. */
export function changed(choices: Choices, { source, target }: Spec, { method, labels, epochs, learningRate }: ReturnType<typeof changeIn>): Choices {
  const training = { ...choices.training, ...(epochs !== undefined && { epochs }), ...(learningRate !== undefined && { learningRate }) }
  if (method === undefined) return { ...choices, training, ...(labels !== undefined && { labels, validationLabels: undefined }) }
  return {
    source: source.model, target: target.dataset, domain: target.domain ?? null, testSplit: target.testSplit,
    method, params: {}, training: { seed: choices.training.seed ?? 1 },
    labels: labels ?? target.labels
  }
}
