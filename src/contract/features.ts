import { z } from 'zod'
import { anySplitSchema, idSchema } from './datasets'
import { modelRefSchema } from './refs'

/** What features can be saved as: NumPy's array with a table beside it, or one Parquet file. */
export const featureFormats = ['npy', 'parquet'] as const
export const featureFormatSchema = z.enum(featureFormats)
export type FeatureFormat = z.infer<typeof featureFormatSchema>

/** Features of a data set's images, to be saved for other programs. */
export const featuresWantedSchema = z.object({
  model: modelRefSchema, dataset: idSchema, split: anySplitSchema, format: featureFormatSchema,
  /** The file to write; its ending is added where it is missing. */
  path: z.string().min(1),
  /** Writes over what is there. */
  replace: z.boolean()
})
export type FeaturesWanted = z.infer<typeof featuresWantedSchema>

export const featuresSavedSchema = z.object({
  model: modelRefSchema, dataset: idSchema, format: featureFormatSchema, path: z.string(),
  /** The table of labels and file names beside an array; a Parquet file holds them itself. */
  table: z.string().optional(),
  /** Images, and numbers of each. */
  rows: z.int(), length: z.int(), bytes: z.number()
})
export type FeaturesSaved = z.infer<typeof featuresSavedSchema>
