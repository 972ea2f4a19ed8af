import { z } from 'zod'

/** The most tags that one run may have. */
export const mostTags = 20
const tagSchema = z.string().trim().min(1).max(40)

/** What a person puts on a run to find it again. Nothing is computed from it, and it is not shared with the run. */
export const runMarksSchema = z.object({
  /** In the order they were given, each once. */
  tags: z.array(tagSchema).max(mostTags),
  note: z.string().max(5000),
  /** Pinned runs stand on top of the list. */
  pinned: z.boolean()
})
export type RunMarks = z.infer<typeof runMarksSchema>

/** How a run went, in few points: to be drawn beside its name. */
export const runCurveSchema = z.object({
  /** Accuracy on what, in [0, 1]; where no accuracy was told, there is no curve. */
  of: z.enum(['validation', 'train']),
  values: z.array(z.number()),
  /** Place among the values of the epoch that was kept. */
  kept: z.int().min(0).optional()
})
export type RunCurve = z.infer<typeof runCurveSchema>

/** Curves that are asked for at once. */
export const mostCurves = 64
