import { GraftError, toErrorValue } from '../../contract/errors'
import { createEngine } from '../../engine'
import { openLibrary } from '../../library'
import type { Work } from '../work'

export const train: Work<'train'> = async ({ runId }, { dataDir, cacheDir, signal, stopAfterEpoch, onProgress, onNews, onCheckpoint }) => {
  const library = openLibrary(dataDir)
  const engine = createEngine({ library, cacheDir })
  // What it reached elsewhere and could not bring home then; few runs need that room.
  if ((await library.runs.get(runId)).leftThere) {
    const settled = await (await import('../../remote')).settleBeforeTraining(library, runId)
    if (settled.state === 'done') return settled
  }
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
