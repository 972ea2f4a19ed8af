import { z } from 'zod'

/** What would come of moving the data to a folder. */
export const dataFolderLookSchema = z.object({
  /** Where the data would lie: the folder itself, or one called `Graft` in it. */
  path: z.string(),
  /** It has Graft's data already: they are used, and nothing is copied. */
  holdsData: z.boolean(),
  /** What has to be copied. */
  bytes: z.number(),
  /** Absent where this computer does not tell. */
  freeBytes: z.number().optional()
})
export type DataFolderLook = z.infer<typeof dataFolderLookSchema>

/** Counted in bytes. */
export const moveProgressSchema = z.object({ phase: z.literal('copying'), done: z.number(), total: z.number(), secondsLeft: z.number().optional() })
export type MoveProgress = z.infer<typeof moveProgressSchema>
