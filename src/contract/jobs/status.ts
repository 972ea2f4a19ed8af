import { z } from 'zod'
import { idSchema } from '../datasets'
import { errorValueSchema } from '../errors'
import { modelRefSchema } from '../models'
import { jobs, type JobKind, type ProgressOf } from '.'

export const jobStates = ['queued', 'running', 'unresponsive', 'cancelling', 'done', 'failed', 'cancelled', 'interrupted'] as const

const common = z.object({
  id: idSchema,
  title: z.string(),
  state: z.enum(jobStates),
  runId: idSchema.optional(),
  datasetId: idSchema.optional(),
  /** Which of the known data sets a download brings. */
  known: idSchema.optional(),
  /** Graft does it by itself, and would again: nothing is lost when it is stopped. */
  unasked: z.boolean().optional(),
  /** What an import of a model brought. */
  modelRef: modelRefSchema.optional(),
  error: errorValueSchema.optional()
})

/** A job that main supervises, as the rail's foot shows it. `progressOf` reads how far it is. */
export type JobStatus = z.infer<typeof common> & {
  kind: JobKind
  /** By the kind's own schema. */
  progress?: ProgressOf<JobKind> | undefined
}

const [first, ...others] = jobs.map(({ kind, progress }) => common.extend({ kind: z.literal(kind), progress: progress.optional() }))

export const jobStatusSchema = z.discriminatedUnion('kind', [first!, ...others]) as unknown as z.ZodType<JobStatus, JobStatus>

/** How far a job is, where it is of that kind and has told. */
export function progressOf<Kind extends JobKind>(job: JobStatus | undefined, ...kinds: readonly Kind[]): ProgressOf<Kind> | undefined {
  const wanted: readonly JobKind[] = kinds
  // The schema above has paired kind and progress.
  return job && wanted.includes(job.kind) ? job.progress as ProgressOf<Kind> | undefined : undefined
}
