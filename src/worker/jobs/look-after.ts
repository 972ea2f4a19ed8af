import { openLibrary } from '../../library'
import { lookAfterRuns } from '../../remote'
import { isOpen } from '../../rules/states'
import type { Work } from '../work'

export const lookAfter: Work<'look-after'> = async (_, { dataDir, signal, onProgress, onNews }) => {
  const library = openLibrary(dataDir)
  let [home, out] = [0, 0]
  const count = async (): Promise<void> => {
    out = (await library.runs.overview()).runs.filter((run) => run.away && isOpen(run)).length
    onProgress({ done: home, total: home + out })
  }
  await count()
  await lookAfterRuns({
    library, signal,
    onRun: (run) => {
      if (!isOpen(run)) home++
      onNews([{ run }])
      void count()
    },
    onNews: ({ id }, { progress, lines }) => onNews([{ id, metrics: lines, ...(progress && { progress }) }]),
    onWaiting: (error) => onProgress({ done: home, total: home + out, ...(error && { waiting: error.value }) })
  })
  return { home }
}
