import { z } from 'zod'

/** A newer version than this one, as the signed list of versions tells of it. */
export const updateSchema = z.object({
  version: z.string(),
  /** The file for this system; absent where there is none of its form. */
  file: z.object({ name: z.string(), bytes: z.int().positive() }).optional()
})
export type Update = z.infer<typeof updateSchema>

export const updateStateSchema = z.object({
  /** Where this copy would look for newer versions; null where it was packed without an address. */
  address: z.string().nullable(),
  /** Whether the person is to be asked now: they never were, and have used the program before. */
  ask: z.boolean()
})
export type UpdateState = z.infer<typeof updateStateSchema>
