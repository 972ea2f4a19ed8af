import { jobOf, type JobKind, type ProgressOf } from '../../contract/jobs'
import { jobStatusSchema, type JobStatus } from '../../contract/jobs/status'
import type { RunProgress } from '../../contract/runs'

/** The job of a kind that the fake main process starts when the window asks for one. */
export const fakeJobId = (kind: JobKind): string => `job-${kind}`
export const started = (kind: JobKind): { jobId: string } => ({ jobId: fakeJobId(kind) })

/** A job as main tells of it, checked by its kind's schemas. */
export function fakeJob<Kind extends JobKind>(
  kind: Kind, more: Partial<Omit<JobStatus, 'kind' | 'progress'>> & { progress?: ProgressOf<Kind> } = {}
): JobStatus {
  return jobStatusSchema.parse({ id: fakeJobId(kind), kind, title: jobOf(kind).words.running.en, state: 'running', ...more } as JobStatus)
}

/** Where a run stands, as its job tells it. */
export const trainingProgress = (progress: RunProgress): ProgressOf<'train'> => ({ ...progress, done: progress.step, total: progress.steps })
