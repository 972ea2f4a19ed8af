import { join } from 'node:path'
import type { Damaged } from '../../contract/app'
import { datasetSchema, type Dataset } from '../../contract/datasets'
import { GraftError, toErrorValue } from '../../contract/errors'
import type { Run } from '../../contract/runs'
import { sealed } from '../disk/checksums'
import { exists, listFolders, readJson, recordMissing, setAside, writeJsonDurably } from '../disk/files'
import { checkId } from '../disk/ids'
import { unlessDiskFull, type Trash } from '../disk/trash'
import { inUse } from '../in-use'
import { DatasetReader } from './cache'
import { RemovedSamples } from './removed-samples'

/** What answers are made of: damage to it shows. */
const sealedFields = ['shape', 'classes', 'domains', 'splits', 'statistics'] as const

/** A data set's record as it is written. */
export const sealDataset = (dataset: Dataset): Dataset => sealed(dataset, sealedFields)

/** Data sets on disk: `<data dir>/datasets/<id>/`. */
export class DatasetCatalogue {
  /** `<data dir>/datasets`; may not exist. */
  readonly folder: string
  readonly removedSamples: RemovedSamples

  /** @param userOf the run in a living process that reads a data set */
  constructor(
    dataDir: string, private readonly trash: Trash, private readonly userOf: (id: string) => Promise<Run | undefined> = () => Promise.resolve(undefined)
  ) {
    this.folder = join(dataDir, 'datasets')
    this.removedSamples = new RemovedSamples(this.folder)
  }

  /** Every data set, by name. A damaged one is set aside and named, and the rest opens. */
  async list(): Promise<{ datasets: Dataset[], damaged: Damaged[] }> {
    const datasets: Dataset[] = []
    const damaged: Damaged[] = []
    for (const id of await listFolders(this.folder)) {
      const path = join(this.folder, id, 'dataset.json')
      try {
        datasets.push({ ...await readJson(path, datasetSchema, sealedFields), id })
      } catch (error) {
        const value = toErrorValue(error)
        if (value.code === 'file-damaged') await setAside(path)
        damaged.push({ path, error: value.code === 'not-found' ? toErrorValue(await recordMissing(path)) : value })
      }
    }
    const collator = new Intl.Collator('en', { numeric: true })
    datasets.sort((a, b) => collator.compare(a.name, b.name) || (a.id < b.id ? -1 : 1))
    return { datasets, damaged }
  }

  /** One data set; throws `dataset-not-found` with the known ids, `file-damaged` where its record is. */
  async get(id: string): Promise<Dataset> {
    const path = join(this.folder, checkId(id, 'dataset'), 'dataset.json')
    try {
      return { ...await readJson(path, datasetSchema, sealedFields), id }
    } catch (error) {
      if (!(error instanceof GraftError) || error.code !== 'not-found') throw error
      if (await this.has(id)) throw await recordMissing(path)
      throw datasetNotFound(id, await listFolders(this.folder))
    }
  }

  /**
   * A reader over one data set's images and labels; close it when done.
   * @param wholePass see `DatasetReader`
   */
  async open(id: string, { wholePass = true } = {}): Promise<DatasetReader> {
    return new DatasetReader(await this.get(id), join(this.folder, id), wholePass)
  }

  /** Whether the id is taken, also by a damaged data set. */
  async has(id: string): Promise<boolean> {
    return exists(join(this.folder, checkId(id, 'dataset')))
  }

  /** Changes the name on screen; images, labels and their hashes stay. */
  async rename(id: string, name: string): Promise<Dataset> {
    const dataset = { ...await this.get(id), name }
    await writeJsonDurably(join(this.folder, id, 'dataset.json'), sealDataset(dataset))
    return dataset
  }

  /** Moves a data set to the trash and gives the token that brings it back. A sample then stays away at later starts. @throws `dataset-not-found`, `in-use` */
  async remove(id: string): Promise<string> {
    if (!await this.has(id)) throw datasetNotFound(id, await listFolders(this.folder))
    const user = await this.userOf(id)
    if (user) throw inUse(id, user)
    const isSample = await this.get(id).then(({ sample }) => sample === true, () => false)
    // Noted first: after a crash between the two the sample is still there, and can be removed again.
    if (isSample) await unlessDiskFull(this.removedSamples.add(id))
    return this.trash.remove([join('datasets', id)])
  }

  async restore(token: string): Promise<void> {
    await this.trash.restore(token)
    const removed = await this.removedSamples.list()
    const back: string[] = []
    for (const id of removed) if (await this.has(id)) back.push(id)
    await this.removedSamples.delete(back)
  }
}

function datasetNotFound(id: string, known: readonly string[]): GraftError {
  const shown = known.slice(0, 20).join(', ')
  return new GraftError('dataset-not-found', {
    en: `There is no data set "${id}".`,
    zh: `没有名为“${id}”的数据集。`
  }, {
    field: 'dataset',
    usage: true,
    remedy: shown === ''
      ? { en: 'Add one with `graft datasets add PATH`.', zh: '请用 `graft datasets add PATH` 添加一个。' }
      : { en: `There are: ${shown}.`, zh: `现有：${shown}。` }
  })
}
