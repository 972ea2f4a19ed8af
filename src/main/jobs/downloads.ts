import { join } from 'node:path'
import { z } from 'zod'
import type { AppContract } from '../../contract/app'
import { getDatasetSchema, type GetDatasetOptions, type KnownDataset, type KnownModelEntry } from '../../contract/downloads'
import { GraftError } from '../../contract/errors'
import type { JobStatus } from '../../contract/jobs/status'
import type { Library } from '../../library'
import { readJson, setAside, writeJsonDurably } from '../../library/disk'
import { discardDownload, knownDatasets, listKnown } from '../../library/intake/known'
import { discardKnownModel, knownModelOf, listKnownModels } from '../../library/models'
import type { SendEvent } from '../ipc'
import type { JobEnd, JobQueue } from './jobs'

interface DownloadsOptions {
  library: Pick<Library, 'dataDir' | 'datasets' | 'models'>
  cacheDir: string
  jobs: JobQueue
  send: SendEvent<AppContract>
  onFailure(what: string, error: unknown): void
}

const fileSchema = z.object({ schemaVersion: z.literal(1), downloads: z.array(getDatasetSchema) })

/**
 * Downloads of known data sets, one after another. Which are under way stands in `downloads.json`: when the program is
 * closed or dies, the next start goes on with them.
 */
export class Downloads {
  /** By the known data set's id. */
  readonly #underWay = new Map<string, GetDatasetOptions>()
  /** Known models whose downloads are under way. */
  readonly #models = new Set<string>()
  #last: Promise<void> = Promise.resolve()

  constructor(private readonly options: DownloadsOptions) {}

  list(): Promise<KnownDataset[]> {
    return listKnown(this.options.library, this.options.cacheDir)
  }

  /** Queues a download. @throws `known-dataset-unknown`, `download-running` */
  start(options: GetDatasetOptions): JobStatus {
    const title = titleOf(options.known)
    if (this.#underWay.has(options.known)) throw running(title)
    this.#underWay.set(options.known, options)
    this.#save()
    return this.options.jobs.add({
      kind: 'download-dataset', input: options, title, onEnd: (end) => this.#ended(options, end)
    }).status
  }

  models(): Promise<KnownModelEntry[]> {
    return listKnownModels(this.options.library, this.options.cacheDir)
  }

  /** Queues the download of a known model. What has arrived of one that was broken off stands in the list, to go on from. @throws `known-model-unknown`, `download-running` */
  startModel(known: string): JobStatus {
    const { title } = knownModelOf(known)
    if (this.#models.has(known)) throw running(title)
    this.#models.add(known)
    return this.options.jobs.add({
      kind: 'download-model', input: { known }, title, onEnd: () => {
        this.#models.delete(known)
        this.options.send('models', 'changed', {})
      }
    }).status
  }

  /** Frees the disk of what a model's download left. @throws `known-model-unknown`, `download-running` */
  async discardModel(known: string): Promise<void> {
    if (this.#models.has(known)) throw running(knownModelOf(known).title)
    await discardKnownModel(this.options.cacheDir, known)
    this.options.send('models', 'changed', {})
  }

  /** Frees the disk of what a download left. @throws `download-running` */
  async discard(known: string): Promise<void> {
    if (this.#underWay.has(known)) throw running(titleOf(known))
    await discardDownload(this.options.cacheDir, known)
    this.options.send('datasets', 'changed', {})
  }

  /** After a start: goes on with what was under way when the program ended. */
  async restore(): Promise<void> {
    for (const options of await this.#read()) {
      const taken = await this.options.library.datasets.has(options.id ?? options.known)
      if (taken || this.#underWay.has(options.known)) continue
      try {
        this.start(options)
      } catch (error) {
        this.options.onFailure(`go on with ${options.known}`, error)
      }
    }
    this.#save()
  }

  /** Resolves once the file says what is under way. */
  saved(): Promise<void> {
    return this.#last
  }

  #ended(options: GetDatasetOptions, end: JobEnd<'download-dataset'>): void {
    const { send, jobs } = this.options
    this.#underWay.delete(options.known)
    // The program ends, not the person's wish: it stays in the file for the next start.
    const goesOn = jobs.held && (end.kind === 'cancelled' || end.kind === 'dropped')
    if (!goesOn) this.#save()
    // What has arrived stands in the list, also where it is not all.
    if (end.kind !== 'done') send('datasets', 'changed', {})
  }

  get #path(): string {
    return join(this.options.library.dataDir, 'downloads.json')
  }

  async #read(): Promise<GetDatasetOptions[]> {
    try {
      return (await readJson(this.#path, fileSchema)).downloads
    } catch (error) {
      if (!(error instanceof GraftError) || error.code !== 'not-found') await setAside(this.#path)
      return []
    }
  }

  /** Writes follow one another. */
  #save(): void {
    const downloads = [...this.#underWay.values()]
    this.#last = this.#last.then(() => writeJsonDurably(this.#path, { schemaVersion: 1, downloads }))
      .catch((error: unknown) => this.options.onFailure('save which downloads are under way', error))
  }
}

function titleOf(known: string): string {
  const entry = knownDatasets.find(({ id }) => id === known)
  if (entry) return entry.title
  throw new GraftError('known-dataset-unknown', {
    en: `Graft does not know where to get "${known}".`, zh: `Graft 不知道从何处获取“${known}”。`
  }, { field: 'known', usage: true })
}

function running(title: string): GraftError {
  return new GraftError('download-running', { en: `${title} is being downloaded already.`, zh: `${title} 正在下载。` })
}
