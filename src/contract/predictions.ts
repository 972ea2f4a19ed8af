import { z } from 'zod'
import { calibrationSchema } from './calibration'
import { anySplitSchema, idSchema } from './datasets'
import { errorValueSchema } from './errors'
import { modelRefSchema } from './models'
import { textSchema } from './text'

const classScoreSchema = z.object({ class: z.string(), probability: z.number() })
export type ClassScore = z.infer<typeof classScoreSchema>

/** Where in a picture a class is seen (Grad-CAM): shares in [0, 1], row by row, over the whole picture. */
const saliencySchema = z.object({ class: z.string(), height: z.int(), width: z.int(), map: z.array(z.number()) })
export type Saliency = z.infer<typeof saliencySchema>

/** What a model says of one picture: its classes, most likely first, or why the picture could not be read. */
const predictionSchema = z.union([
  z.object({
    image: z.string(),
    classes: z.array(classScoreSchema),
    /** Whether it is unlike the pictures that the model knows; absent where no threshold is known. */
    noneOfThese: z.boolean().optional(),
    /** Whether its features lie far from those of all training pictures; absent where that is not known. */
    unlike: z.boolean().optional(),
    saliency: saliencySchema.optional(),
    /** What the model that it was made from says. */
    source: z.array(classScoreSchema).optional(),
    /** A small PNG of the picture, in base 64. */
    picture: z.string().optional()
  }),
  z.object({ image: z.string(), error: errorValueSchema })
])
export type Prediction = z.infer<typeof predictionSchema>

export const predictionsSchema = z.object({
  model: modelRefSchema,
  /** The saved model that it was made from, where that is still there. */
  source: z.object({ ref: modelRefSchema, name: z.string() }).optional(),
  /** How sure the model may be, where that is known. */
  calibration: calibrationSchema.optional(),
  predictions: z.array(predictionSchema),
  /** Why something that was asked for is not in it. */
  notes: z.array(textSchema)
})
export type Predictions = z.infer<typeof predictionsSchema>

/** A picture to ask about: a file's path, or one of a data set by its place. */
export const pictureWantedSchema = z.union([z.string(), z.object({ dataset: idSchema, split: anySplitSchema, position: z.int().min(0) })])
export type PictureWanted = z.infer<typeof pictureWantedSchema>

/** Pictures that the window may ask about at once, and classes that it is told of each. */
export const mostPictures = 200
export const classesTold = 5

/** Pictures of folders that the window asks about at once: it keeps a small copy of each. */
export const mostInTable = 10_000

/** What a model says of one file of many, or why it could not be read. Files are named below a folder, with `/`. */
const answeredFileSchema = z.union([
  z.object({
    file: z.string(),
    class: z.string(),
    confidence: z.number(),
    /** It is unlike the pictures that the model knows. */
    noneOfThese: z.literal(true).optional(),
    /** Its features lie far from those of all training pictures. */
    unlike: z.literal(true).optional(),
    /** A small JPEG of the picture, in base 64. */
    picture: z.string().optional()
  }),
  z.object({ file: z.string(), error: errorValueSchema })
])
export type AnsweredFile = z.infer<typeof answeredFileSchema>

/** Many pictures and their classes. */
export const sortedSchema = z.object({
  model: modelRefSchema,
  /** The folder that the files lie below. */
  folder: z.string(),
  /** Classes of the model, in its order. */
  classes: z.array(z.string()),
  /** How sure the model may be, where that is known. */
  calibration: calibrationSchema.optional(),
  /** [height, width] of the model's input. */
  size: z.tuple([z.int(), z.int()]),
  /** In the order in which a person counts. */
  files: z.array(answeredFileSchema),
  /** Pictures that were found and not asked about, for there were too many. */
  left: z.int()
})
export type Sorted = z.infer<typeof sortedSchema>
