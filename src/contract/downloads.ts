import { z } from 'zod'
import { idSchema, imageShapeSchema, importOptionsSchema } from './datasets'
import { textSchema } from './text'

/** A data set that Graft knows where to get: official addresses stand in `library/datasets/known/manifest.ts`. */
export const knownDatasetSchema = z.object({
  /** Also the id it gets in the catalogue, where no other is asked for. */
  id: idSchema,
  title: z.string(),
  summary: textSchema,
  shape: imageShapeSchema,
  classes: z.int(),
  /** Images for training and for testing. */
  images: z.object({ train: z.int(), test: z.int() }),
  /** Bytes to download, and bytes the images take once they are there. */
  downloadBytes: z.int(),
  diskBytes: z.int(),
  /** Under which terms its authors give it, in their words or, where they give none, plainly so. */
  licence: textSchema,
  citation: z.string(),
  /** The authors' page. */
  page: z.url(),
  files: z.array(z.object({ name: z.string(), address: z.url() })),
  /** The data sets in the catalogue that came from it. */
  installed: z.array(idSchema),
  /** Bytes that an earlier download left, to go on from. */
  partialBytes: z.int()
})
export type KnownDataset = z.infer<typeof knownDatasetSchema>

export const getDatasetSchema = importOptionsSchema.pick({ size: true, fit: true, validation: true, name: true }).extend({
  /** Which of the known data sets. */
  known: idSchema,
  /** Id in the catalogue; the known one's when absent. */
  id: idSchema.optional()
})
export type GetDatasetOptions = z.input<typeof getDatasetSchema>

/** A trained network of others that Graft knows where to get: addresses stand in `library/models/known.ts`. */
export const knownModelSchema = z.object({
  /** Also its id on the shelf. */
  id: idSchema,
  title: z.string(),
  architecture: z.string(),
  /** The pictures it learned from. */
  learned: textSchema,
  /** Classes that it names; 0 where it is a backbone without a head. */
  classes: z.int(),
  /** Pictures as it sees them on the shelf. */
  input: imageShapeSchema,
  downloadBytes: z.int(),
  licence: z.string(),
  attribution: z.string(),
  page: z.url(),
  address: z.url(),
  /** Whether the file is held to a checksum that those who give it publish. */
  checked: z.boolean(),
  isHere: z.boolean(),
  /** Bytes that an earlier download left, to go on from. */
  partialBytes: z.int()
})
export type KnownModelEntry = z.infer<typeof knownModelSchema>

/** Which of the known networks. */
export const getModelSchema = z.object({ known: idSchema })

/** Where a download stands, over all its files. */
export const downloadProgressSchema = z.object({
  phase: z.literal('downloading'),
  file: z.string(),
  /** From 1. */
  fileNumber: z.int(),
  files: z.int(),
  /** Bytes that have arrived, and bytes there are. */
  done: z.number(),
  total: z.number().optional(),
  bytesPerSecond: z.number().optional(),
  secondsLeft: z.number().optional(),
  /** Set while it waits to try again: how long, which attempt comes next, and why. */
  waiting: z.object({ seconds: z.number(), attempt: z.int(), reason: textSchema }).optional()
})
export type DownloadProgress = z.infer<typeof downloadProgressSchema>
