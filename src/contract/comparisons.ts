import { z } from 'zod'
import { idSchema } from './datasets'

/** A comparison that was given a name: which runs, the first of them the reference. */
export const keptComparisonSchema = z.object({
  id: idSchema,
  name: z.string().trim().min(1).max(200),
  note: z.string().max(5000),
  runs: z.array(idSchema).min(2).max(8),
  createdAt: z.iso.datetime()
})
export type KeptComparison = z.infer<typeof keptComparisonSchema>
