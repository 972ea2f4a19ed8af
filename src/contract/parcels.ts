import { z } from 'zod'
import { idSchema } from './datasets'
import { errorValueSchema } from './errors'
import { runProgressSchema, runSchema } from './runs'

/** A file below a data folder, held against its hash wherever it arrives. */
const parcelFileSchema = z.object({
  /** Parts joined by `/`; none of them leads out of the folder. */
  path: z.string().max(500).regex(/^(?!.*(?:^|\/)\.{1,2}(?:\/|$))[A-Za-z0-9][A-Za-z0-9._/-]*$/),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: z.int().min(0)
})
export type ParcelFile = z.infer<typeof parcelFileSchema>

/** What a node is told of a run: its record, and the files that it reads. */
export const parcelSchema = z.object({
  schemaVersion: z.literal(1),
  /** The version of Graft that made it. */
  graft: z.string(),
  record: runSchema,
  inputs: z.array(parcelFileSchema).max(100_000)
})
export type Parcel = z.infer<typeof parcelSchema>

/** Files of a run that lie in the store; written once all of them are there. */
export const deliverySchema = z.object({
  schemaVersion: z.literal(1), attempt: z.int().min(1), host: z.string(), files: z.array(parcelFileSchema).max(100_000)
})
export type Delivery = z.infer<typeof deliverySchema>

/** Where a run stands on its node. */
export const nowSchema = z.object({ host: z.string(), at: z.iso.datetime(), progress: runProgressSchema.optional() })

/**
 * Which job works on an attempt of a run. It is written once: whoever writes it first has it. Home writes it without a job,
 * so that nobody begins with what was cancelled.
 */
export const takenSchema = z.object({ job: z.string().max(500), host: z.string(), at: z.iso.datetime() })
export type Taken = z.infer<typeof takenSchema>

/** Why an attempt brought nothing. */
export const failureSchema = z.object({ host: z.string(), error: errorValueSchema })

/** The newest attempt of a run: an older one that is still at work ends itself. */
export const newestSchema = z.object({ run: idSchema, attempt: z.int().min(1) })
