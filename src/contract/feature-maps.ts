import { z } from 'zod'
import { idSchema, splitNameSchema } from './datasets'
import { modelRefSchema } from './models'
import { deviceSchema } from './runs'

/** The most models whose features are laid out in one plane. */
export const mostMapped = 4

/** Fewer pictures tell nothing of a layer. */
export const fewestPictures = 16

/** Models whose features of the same pictures are laid out in one plane. */
export const featureMapWantedSchema = z.object({
  models: z.array(modelRefSchema).min(1).max(mostMapped),
  dataset: idSchema,
  /** A block by its name; the features that the head sees when absent. */
  layer: z.string().optional(),
  /** How many neighbours a point is held together with: few show small groups, many the whole. */
  neighbours: z.int().min(2).max(100).default(15),
  /** Pictures at most, drawn with the seed. */
  images: z.int().min(fewestPictures).max(2000).default(500),
  seed: z.int().default(1),
  device: deviceSchema.default('auto')
})
export type FeatureMapWanted = z.input<typeof featureMapWantedSchema>
export type FeatureMapRequest = z.output<typeof featureMapWantedSchema>

/** A point for each picture, of each model one after the other. */
export const featureMapSchema = z.object({
  wanted: featureMapWantedSchema,
  names: z.object({ models: z.array(z.string()), dataset: z.string() }),
  /** Layers that all the models have, and that can be asked for. */
  layers: z.array(z.object({ name: z.string(), title: z.string() })),
  /** Of the data set. */
  classes: z.array(z.string()),
  domains: z.array(z.string()).optional(),
  /** Of each picture: its place in the split, its class, or −1 where it has none, and its domain. */
  positions: z.array(z.int().min(0)),
  labels: z.array(z.int()),
  domain: z.array(z.int()).optional(),
  /** Of each model and picture: the class of the data set that it answers, −1 where it knows other classes; and x, y. */
  predicted: z.array(z.array(z.int())),
  places: z.array(z.array(z.tuple([z.number(), z.number()]))),
  /** Test images where there are such, else validation, else training. */
  split: splitNameSchema,
  seconds: z.number(),
  at: z.iso.datetime()
})
export type FeatureMap = z.infer<typeof featureMapSchema>

export const featureMapPhases = ['starting', 'loading', 'features', 'laying-out'] as const
export type FeatureMapPhase = (typeof featureMapPhases)[number]
