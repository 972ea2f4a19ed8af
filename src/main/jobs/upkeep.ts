import type { AppContract } from '../../contract/app'
import { toErrorValue } from '../../contract/errors'
import type { Library } from '../../library'
import { installSamples } from '../../library/datasets'
import { missingEmbedded } from '../../library/models'
import { clearLeftovers } from '../../library/repair'
import type { Elsewhere } from './elsewhere'
import type { Downloads } from './downloads'
import type { JobQueue } from './jobs'
import type { SendEvent } from '../ipc'
import type { Log } from '../shell/log'
import { noticeTexts } from '../shell/texts'
import type { Training } from './training'

export interface UpkeepOptions {
  library: Library
  samples: string
  /** Folders that may hold `current.json`, which names the models that come with Graft; the best first. */
  runtimeFolders: readonly string[]
  jobs: Pick<JobQueue, 'add'>
  training: Training
  elsewhere: Pick<Elsewhere, 'restore'>
  downloads: Pick<Downloads, 'restore'>
  send: SendEvent<AppContract>
  log: Log
}

/** Undo is offered for ten seconds; the disk is freed once nobody can still be about to press it. */
export const undoMilliseconds = 60_000
const emptyingMilliseconds = 15_000

/** What a start does beside the window, without delaying it: the sample, the model, interrupted runs, the trash. */
export async function tidyAfterStart(options: UpkeepOptions): Promise<void> {
  const { library, samples, training, elsewhere, downloads, send, log } = options
  try {
    await installSamples(library, samples)
    send('datasets', 'changed', {})
  } catch (error) {
    log.error('the sample could not be installed', error)
    send('notices', 'raised', { level: 'warning', text: noticeTexts.samplesMissing(toErrorValue(error).message) })
  }
  try {
    for (const run of await training.restore()) {
      send('runs', 'changed', { id: run.id, run })
      send('notices', 'raised', {
        level: 'warning', runId: run.id, text: noticeTexts.interrupted(run.name), remedy: noticeTexts.offerResume
      })
    }
  } catch (error) {
    log.error('the runs of before could not be looked through', error)
  }
  try {
    await elsewhere.restore()
  } catch (error) {
    log.error('the runs on other machines could not be taken up', error)
  }
  try {
    await downloads.restore()
  } catch (error) {
    log.error('the downloads of before could not be taken up', error)
  }
  // After the queue of before was read: it is written anew at every job.
  await bringModels(options)
  const emptyTrash = (): void => {
    library.trash.emptyExpired().catch((error: unknown) => log.warn('the trash could not be emptied', error))
  }
  emptyTrash()
  setInterval(emptyTrash, emptyingMilliseconds).unref()
  // Last, since it looks into every run's folder.
  try {
    for (const { path, done } of await clearLeftovers(library.dataDir)) log.info(`${done} what a killed write left: ${path}`)
  } catch (error) {
    log.warn('what killed writes left could not be cleared', error)
  }
}

/** Imports the models that come with Graft where they are missing, each in a worker: main reads no model file. */
async function bringModels({ library, runtimeFolders, jobs, send, log }: UpkeepOptions): Promise<void> {
  try {
    for (const { name, options } of await missingEmbedded(library.models, runtimeFolders)) {
      jobs.add({ kind: 'import-model', input: options, title: name })
    }
  } catch (error) {
    log.error('the model that comes with Graft could not be read', error)
    send('notices', 'raised', { level: 'warning', text: noticeTexts.modelMissing(toErrorValue(error).message) })
  }
}
