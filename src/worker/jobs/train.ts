import { GraftError, toErrorValue } from '../../contract/errors'
import { createEngine } from '../../engine'
import { openLibrary } from '../../library'
import type { Work } from '../work'

export const train: Work<'train'> = async ({ runId }, { dataDir, cacheDir, signal, stopAfterEpoch, onProgress, onNews, onCheckpoint }) => {
  const engine = createEngine({ library: openLibrary(dataDir), cacheDir })
  const run = await engine.train(runId, {
    signal, stopAfterEpoch, waitForDataFolder: true,
    onProgress: (at) => onProgress({ ...at, done: at.step, ...(at.steps > 0 && { total: at.steps }) }),
    onMetrics: onNews,
    onCheckpoint: ({ epoch, step }) => onCheckpoint({ runId, epoch, step })
  })
  // The record says how it ended; only the end that was wished for is a result.
  if (run.state === 'cancelled') throw new GraftError('cancelled', { en: 'The training was cancelled.', zh: '训练已取消。' })
  if (run.state === 'failed') throw GraftError.fromValue(run.error ?? toErrorValue(new Error('The run failed without a reason.')))
  return run
}
