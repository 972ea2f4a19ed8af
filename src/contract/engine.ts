import { z } from 'zod'
import { importOptionsSchema, importProgressSchema, datasetSchema, deriveOptionsSchema, datasetFormatSchema, idSchema } from './datasets'
import { downloadProgressSchema, getDatasetSchema } from './downloads'
import { droppedPathsSchema, droppedSchema } from './drops'
import { errorValueSchema } from './errors'
import { inspectionSchema, inspectOptionsSchema } from './inspections'
import { mostPictures, predictionsSchema } from './predictions'
import { methodSummarySchema } from './methods'
import { backendKinds, backendSummarySchema, metricSchema, runProgressSchema, runSchema, scoreSchema } from './runs'
import {
  architectureSummarySchema, exportedSchema, exportFormatSchema, modelFormatSchema, modelImportOptionsSchema, modelInspectionSchema, modelRefSchema,
  modelSummarySchema
} from './models'
import { languageSchema, textSchema } from './text'

/** Which backends there are, which one runs, why not the better ones, and what would change that. */
export const doctorSchema = z.object({
  chosen: backendSummarySchema,
  backends: z.array(z.object({
    kind: z.enum(backendKinds),
    available: z.boolean(),
    chosen: z.boolean(),
    library: z.string().optional(),
    reason: textSchema.optional(),
    remedy: textSchema.optional()
  })),
  versions: z.record(z.string(), z.string()),
  folders: z.object({ data: z.string(), cache: z.string() }),
  freeDiskBytes: z.number()
})
export type Doctor = z.infer<typeof doctorSchema>

/** All that can be known of the engine without starting it; written by the build, read by main. */
export const catalogueSchema = z.object({
  methods: z.array(methodSummarySchema),
  architectures: z.array(architectureSummarySchema),
  datasetFormats: z.array(datasetFormatSchema),
  modelFormats: z.array(modelFormatSchema)
})
export type Catalogue = z.infer<typeof catalogueSchema>

/** One job for one worker process. */
const jobSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('train'), runId: idSchema }),
  z.object({ kind: z.literal('import-dataset'), options: importOptionsSchema }),
  z.object({ kind: z.literal('download-dataset'), options: getDatasetSchema }),
  z.object({ kind: z.literal('inspect-dataset'), options: inspectOptionsSchema }),
  z.object({ kind: z.literal('derive-dataset'), options: deriveOptionsSchema }),
  z.object({ kind: z.literal('tell-apart'), paths: droppedPathsSchema }),
  z.object({ kind: z.literal('inspect-model'), options: modelImportOptionsSchema }),
  z.object({ kind: z.literal('import-model'), options: modelImportOptionsSchema }),
  z.object({ kind: z.literal('evaluate'), model: modelRefSchema, dataset: idSchema }),
  /** Pictures by their paths: what the model says of them, where it looked, and small copies for the window. */
  z.object({ kind: z.literal('predict'), model: modelRefSchema, images: z.array(z.string()).min(1).max(mostPictures) }),
  z.object({
    kind: z.literal('export-model'), ref: modelRefSchema, format: exportFormatSchema, path: z.string(), replace: z.boolean(), language: languageSchema
  }),
  z.object({ kind: z.literal('doctor') })
])
export type Job = z.infer<typeof jobSchema>

const jobResultSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('train'), run: runSchema }),
  z.object({ kind: z.literal('import-dataset'), dataset: datasetSchema }),
  z.object({ kind: z.literal('download-dataset'), dataset: datasetSchema }),
  z.object({ kind: z.literal('inspect-dataset'), inspection: inspectionSchema }),
  z.object({ kind: z.literal('derive-dataset'), dataset: datasetSchema }),
  z.object({ kind: z.literal('tell-apart'), dropped: droppedSchema }),
  z.object({ kind: z.literal('inspect-model'), inspection: modelInspectionSchema }),
  z.object({ kind: z.literal('import-model'), model: modelSummarySchema, inspection: modelInspectionSchema }),
  z.object({ kind: z.literal('evaluate'), score: scoreSchema }),
  z.object({ kind: z.literal('predict'), outcome: predictionsSchema }),
  z.object({ kind: z.literal('export-model'), exported: exportedSchema }),
  z.object({ kind: z.literal('doctor'), doctor: doctorSchema })
])
export type JobResult = z.infer<typeof jobResultSchema>

/** How much of some countable work is done. */
export const workProgressSchema = z.object({ done: z.number(), total: z.number() })
export type WorkProgress = z.infer<typeof workProgressSchema>

/** main → worker. */
export const toWorkerSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('start'), job: jobSchema, dataDir: z.string(), cacheDir: z.string() }),
  z.object({ type: z.literal('cancel') }),
  /** End after this epoch; the run is then done early. */
  z.object({ type: z.literal('stop-after-epoch') })
])
export type ToWorker = z.infer<typeof toWorkerSchema>

/** worker → main. Only `done` means done. */
export const fromWorkerSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('hello'), pid: z.int(), node: z.string() }),
  /** Once a second, from the thread that works. `busy`: a single native call may now take long (loading TensorFlow). */
  z.object({ type: z.literal('heartbeat'), residentBytes: z.number(), busy: z.boolean().optional() }),
  z.object({
    type: z.literal('progress'),
    run: runProgressSchema.optional(),
    metrics: z.array(metricSchema).optional(),
    import: importProgressSchema.optional(),
    download: downloadProgressSchema.optional(),
    work: workProgressSchema.optional()
  }),
  z.object({ type: z.literal('checkpoint'), runId: idSchema, epoch: z.int(), step: z.int() }),
  z.object({ type: z.literal('done'), result: jobResultSchema }),
  z.object({ type: z.literal('cancelled') }),
  z.object({ type: z.literal('error'), error: errorValueSchema })
])
export type FromWorker = z.infer<typeof fromWorkerSchema>

/** Longest silence before a worker counts as hung, in milliseconds; `busyMilliseconds` while it said it is busy. */
export const heartbeatLimits = { intervalMilliseconds: 1_000, silentMilliseconds: 10_000, busyMilliseconds: 120_000 }
