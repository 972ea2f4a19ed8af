import { z } from 'zod'
import { anySplitSchema, idSchema } from './datasets'

/**
 * What one or several runs took each test image for, so that a mistake can be traced to its file. Lists are by image, in
 * the order of the split; those of `runs` hold one entry for each run that was asked about.
 */
export const answerListSchema = z.object({
  dataset: idSchema,
  /** What was tested on; positions count within it, through all splits where that is `all`. */
  split: anySplitSchema,
  /** Names of the classes by their indices. */
  classes: z.array(z.string()),
  /** Where each image lies in its split. */
  positions: z.array(z.int()),
  /** The file that each image was, below the folder that was imported; null where the images were no files of their own. */
  files: z.array(z.string()).nullable(),
  /** Indices into `classes`. */
  truth: z.array(z.int()),
  runs: z.array(z.object({
    id: idSchema,
    name: z.string(),
    /** Indices into `classes`. */
    predicted: z.array(z.int()),
    /** How sure it was, in [0, 1]; null where it did not keep that. */
    confidence: z.array(z.number()).nullable()
  }))
})
export type AnswerList = z.infer<typeof answerListSchema>
