import type { Metric, RunProgress } from '../../contract/runs'

/** How the caller of a training hears of it and steers it. */
export interface TrainHooks {
  /** Cancel: takes effect within one step; a checkpoint is written first. */
  signal?: AbortSignal
  /** Ends after the epoch under way; the run is then done. */
  stopAfterEpoch?: AbortSignal
  /** Where the data folder is pulled out or renamed, the run waits for it instead of failing; for a window, which says so. */
  waitForDataFolder?: boolean
  onProgress?(progress: RunProgress): void
  onMetrics?(metrics: Metric[]): void
  onCheckpoint?(checkpoint: { epoch: number, step: number }): void
}
