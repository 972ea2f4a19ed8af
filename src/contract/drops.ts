import { z } from 'zod'

/** What files and folders that were dropped together are: a model, by the path to import it from, a file of runs, or data. */
export const droppedSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('model'), path: z.string() }),
  z.object({ kind: z.literal('runs'), path: z.string() }),
  z.object({ kind: z.literal('dataset') })
])
export type Dropped = z.infer<typeof droppedSchema>

/** Paths of one drop, as the system gives them. */
export const droppedPathsSchema = z.array(z.string().min(1)).min(1)
