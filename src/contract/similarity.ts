import { z } from 'zod'
import { idSchema, splitNameSchema } from './datasets'
import { modelRefSchema } from './models'
import { deviceSchema } from './runs'

/** Two models whose layers are held against each other. */
export const similarityWantedSchema = z.object({
  first: modelRefSchema,
  second: modelRefSchema,
  /** Pictures of this data set are looked at, drawn with the seed. No label is read. */
  dataset: idSchema,
  /** At most; fewer where a layer's numbers for so many would not fit into memory. */
  images: z.int().min(16).max(2000).default(500),
  seed: z.int().default(1),
  device: deviceSchema.default('auto')
})
export type SimilarityWanted = z.input<typeof similarityWantedSchema>
export type SimilarityRequest = z.output<typeof similarityWantedSchema>

const layersSchema = z.array(z.object({ name: z.string(), title: z.string() }))

/** How alike two models' layers see the same pictures. */
export const similaritySchema = z.object({
  wanted: similarityWantedSchema,
  names: z.object({ first: z.string(), second: z.string(), dataset: z.string() }),
  /** Blocks in order, and the head's logits (`head`) where there is a head. */
  layers: z.object({ first: layersSchema, second: layersSchema }),
  /** Linear CKA, [layers of the first][layers of the second]: 1 where both see the same, about 0 where they share nothing; null where a layer tells no two pictures apart. */
  values: z.array(z.array(z.number().nullable())),
  /** Which pictures were looked at: of the test images where there are such, else of validation, else of training. */
  split: splitNameSchema,
  images: z.int(),
  seconds: z.number(),
  at: z.iso.datetime()
})
export type Similarity = z.infer<typeof similaritySchema>

export const similarityPhases = ['starting', 'loading', 'layers', 'comparing'] as const
export type SimilarityPhase = (typeof similarityPhases)[number]
