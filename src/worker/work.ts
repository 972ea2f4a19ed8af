import type { JobKind, NewsOf, ParsedInputOf, ProgressOf, ResultOf } from '../contract/jobs'

/** What a job's work is given beside its input. */
interface WorkContext<Kind extends JobKind> {
  dataDir: string
  cacheDir: string
  /** Aborted when the job is cancelled. */
  signal: AbortSignal
  /** Aborted when it is to end after the epoch it is in. */
  stopAfterEpoch: AbortSignal
  /** Tells where it stands; what comes faster than it may be sent is joined. */
  onProgress(progress: ProgressOf<Kind>): void
  /** Tells what may not be left out. */
  onNews(news: readonly NewsOf<Kind>[]): void
  onCheckpoint(checkpoint: { runId: string, epoch: number, step: number }): void
}

/**
 * The work of a kind of job. What it throws is told as why it failed, or as cancelled where its signal was aborted and
 * the error says no more than that.
 */
export type Work<Kind extends JobKind> = (input: ParsedInputOf<Kind>, context: WorkContext<Kind>) => Promise<ResultOf<Kind>>
