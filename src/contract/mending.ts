import { z } from 'zod'
import { idSchema, splitNames, splitNameSchema } from './datasets'

const where = { split: splitNameSchema, position: z.int().min(0) }

/** What is done with one picture, by its place in the data set that the plan was made for. */
const correctionSchema = z.discriminatedUnion('do', [
  /** Gives it another of the data set's classes, by the name that the class has now. */
  z.object({ do: z.literal('relabel'), ...where, to: z.string().min(1) }),
  z.object({ do: z.literal('leave-out'), ...where }),
  z.object({ do: z.literal('move'), ...where, to: z.enum(splitNames) }),
  /** Gives a picture that has no label one, of the data set's classes or a new one, and with it a place in training. */
  z.object({ do: z.literal('label'), ...where, to: z.string().trim().min(1).max(200) })
])
export type Correction = z.infer<typeof correctionSchema>

/** What to change of a data set. The data set itself stays as it is: another is made. */
export const mendPlanSchema = z.object({
  /** The data set that the places mean, and the SHA-256 of its splits' images, so that no other is mended by mistake. */
  dataset: idSchema.optional(),
  images: z.partialRecord(splitNameSchema, z.string()).optional(),
  /** At most one relabelling, leaving out, moving and labelling of each picture. */
  corrections: z.array(correctionSchema).max(200_000).default([]),
  /** Old name → new name; classes that get the same name become one. */
  classes: z.record(z.string().min(1), z.string().trim().min(1).max(200)).default({})
})
export type MendPlan = z.output<typeof mendPlanSchema>

export const mendOptionsSchema = z.object({
  from: idSchema,
  id: idSchema.optional(),
  name: z.string().min(1).max(200).optional(),
  plan: mendPlanSchema
})
export type MendOptions = z.input<typeof mendOptionsSchema>
