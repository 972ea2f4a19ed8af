import { z } from 'zod'
import { backendSummarySchema, runSchema, scoreSchema, specSchema } from './runs'

/**
 * What is asked of thousands of runs at once, in a tenth of a record's length: where each stands, what it transferred, and how
 * well it did. Every run is one of these too.
 */
export const runOverviewSchema = runSchema.pick({
  id: true, name: true, state: true, createdAt: true, names: true, epochs: true, seconds: true, unlearned: true, error: true,
  owner: true, away: true, leftThere: true, study: true, prediction: true, marks: true
}).extend({
  spec: z.object({
    source: specSchema.shape.source, target: specSchema.shape.target,
    method: z.object({ id: z.string() }), training: z.object({ epochs: z.number() })
  }),
  /** Without what there is of each class. */
  metrics: z.object({ test: scoreSchema.omit({ confusion: true, noneOfThese: true }).optional() }),
  backend: backendSummarySchema.pick({ kind: true }).optional()
})
export type RunOverview = z.infer<typeof runOverviewSchema>
