import { z } from 'zod'
import { idSchema, splitNameSchema } from './datasets'
import { defaultExaminer } from './examinations'
import { modelRefSchema } from './models'
import { deviceSchema } from './runs'
import { textSchema } from './text'

/** A picture by its place in a data set. */
export const placeSchema = z.object({ split: splitNameSchema, position: z.int().min(0) })
const mostDecided = 20_000

export const labelNextWantedSchema = z.object({
  dataset: idSchema,
  /** Whose features the pictures are looked at with. */
  source: modelRefSchema.default(defaultExaminer),
  /** How many pictures to name. */
  count: z.int().min(1).max(500).default(20),
  /** Unlabelled pictures, and labelled ones, to look at, at most. */
  images: z.int().min(20).max(100_000).default(3000),
  /** Labels that were given since, of pictures that have none in the data set, by the classes' names. */
  labels: z.array(placeSchema.extend({ class: z.string().min(1) })).max(mostDecided).default([]),
  /** Pictures that are not to be named: nobody was sure of them, or they are to go. */
  without: z.array(placeSchema).max(mostDecided).default([]),
  seed: z.int().default(1),
  device: deviceSchema.default('auto')
})
export type LabelNextWanted = z.input<typeof labelNextWantedSchema>
export type LabelNextRequest = z.output<typeof labelNextWantedSchema>

const nextPictureSchema = placeSchema.extend({
  /** What the labels so far make of it, by the class's name, and how sure that is, in [0, 1]; absent while they do not suffice. */
  guess: z.string().optional(),
  confidence: z.number().optional()
})
export type NextPicture = z.infer<typeof nextPictureSchema>

/** Which unlabelled pictures would teach most. */
export const labelNextSchema = z.object({
  wanted: labelNextWantedSchema,
  name: z.string(),
  /** The data set's, and those of the labels that were given since. */
  classes: z.array(z.string()),
  /** `typical`: they stand for many others; `doubtful`: the labels so far leave them in doubt. */
  how: z.enum(['typical', 'doubtful']),
  /** What that means, in plain words. */
  why: textSchema,
  /** The one that teaches most first. */
  pictures: z.array(nextPictureSchema),
  /** Pictures without a label: all, and of these looked at; and labels that were read. */
  waiting: z.int(), looked: z.int(), labelled: z.int(),
  cached: z.boolean(),
  seconds: z.number(),
  at: z.iso.datetime()
})
export type LabelNext = z.infer<typeof labelNextSchema>

export const labelNextPhases = ['starting', 'loading', 'features', 'choosing'] as const
export type LabelNextPhase = (typeof labelNextPhases)[number]
