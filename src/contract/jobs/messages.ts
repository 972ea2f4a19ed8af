import { z } from 'zod'
import { idSchema } from '../datasets'
import { errorValueSchema, type ErrorValue } from '../errors'
import { jobKinds, jobOf, type JobKind, type NewsOf, type ProgressOf, type ResultOf } from '.'

/** Whoever started it → worker. A job's input is read by its own schema, once its kind is known. */
export const toWorkerSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('start'),
    job: z.object({ kind: z.enum(jobKinds), input: z.unknown() }),
    dataDir: z.string(),
    cacheDir: z.string(),
    /** What to do when whoever started it is gone: leave at once, or end as after a cancel, with a checkpoint. */
    alone: z.enum(['leave', 'cancel'])
  }),
  z.object({ type: z.literal('cancel') }),
  /** End after this epoch; the run is then done early. */
  z.object({ type: z.literal('stop-after-epoch') })
])
export type ToWorker = z.infer<typeof toWorkerSchema>

/** Worker → whoever started it. Only `done` means done. */
export type FromWorker<Kind extends JobKind = JobKind> =
  | { type: 'hello', pid: number, node: string }
  /** Once a second, from the thread that works. `busy`: a single native call may now take long (loading TensorFlow). */
  | { type: 'heartbeat', residentBytes: number, busy?: boolean | undefined }
  | { type: 'progress', progress?: ProgressOf<Kind> | undefined, news?: NewsOf<Kind>[] | undefined }
  | { type: 'checkpoint', runId: string, epoch: number, step: number }
  | { type: 'done', result: ResultOf<Kind> }
  | { type: 'cancelled' }
  | { type: 'error', error: ErrorValue }

/** What the worker of one kind of job may say. */
export function fromWorkerSchema<Kind extends JobKind>(kind: Kind): z.ZodType<FromWorker<Kind>> {
  const { progress, news, result } = jobOf(kind)
  return z.discriminatedUnion('type', [
    z.object({ type: z.literal('hello'), pid: z.int(), node: z.string() }),
    z.object({ type: z.literal('heartbeat'), residentBytes: z.number(), busy: z.boolean().optional() }),
    z.object({ type: z.literal('progress'), progress: progress.optional(), news: z.array(news ?? z.never()).optional() }),
    z.object({ type: z.literal('checkpoint'), runId: idSchema, epoch: z.int(), step: z.int() }),
    z.object({ type: z.literal('done'), result }),
    z.object({ type: z.literal('cancelled') }),
    z.object({ type: z.literal('error'), error: errorValueSchema })
  ]) as unknown as z.ZodType<FromWorker<Kind>>
}

/** Longest silence before a worker counts as hung, in milliseconds; `busyMilliseconds` while it said it is busy. */
export const heartbeatLimits = { intervalMilliseconds: 1_000, silentMilliseconds: 10_000, busyMilliseconds: 120_000 }
