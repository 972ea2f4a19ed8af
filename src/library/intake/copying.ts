import { everySplit, imageBytesOf, type Dataset, type ImportProgress, type SplitName } from '../../contract/datasets'
import { GraftError } from '../../contract/errors'
import { throwIfCancelled } from '../cancel'
import type { DatasetReader } from '../datasets/cache'
import { ProgressMeter } from '../datasets/progress'
import { DatasetWriter, datasetExists } from '../datasets/writer'
import { ensureWritable, freeBytes } from '../disk/files'
import { slugOf } from '../disk/ids'
import type { Library } from '../library'

const batchBytes = 1 << 20
const reserveBytes = 64 << 20

/** What is made of another data set. */
interface Copy {
  name: string
  classes: readonly string[]
  /** Where a picture goes, and with which label; undefined: it does not come along. */
  place(split: SplitName, position: number, label: number | undefined): { split: SplitName, label: number | undefined } | undefined
  /** Share of the training images for validation where no picture goes there. */
  validation: number
  seed: number
  provenance: Omit<Dataset['provenance'], 'importedAt'>
}

/**
 * A new data set of another's pictures, with hashes of its own; the other stays as it is.
 * @param plan what is made of it
 * @throws what the plan throws; `dataset-exists`, `dataset-not-found`, `disk-full`, `cancelled`
 */
export async function copyDataset(
  library: Pick<Library, 'dataDir' | 'datasets'>, { from, id: wantedId }: { from: string, id?: string | undefined },
  plan: (reader: DatasetReader) => Promise<Copy>,
  { signal, onProgress }: { signal?: AbortSignal, onProgress?(progress: ImportProgress): void }
): Promise<Dataset> {
  const reader = await library.datasets.open(from)
  let writer: DatasetWriter | undefined
  try {
    const { dataset } = reader
    const { place, ...made } = await plan(reader)
    const id = wantedId ?? slugOf(made.name, `${from}-2`)
    if (await library.datasets.has(id)) throw datasetExists(id)
    await ensureWritable(library.dataDir)
    await checkSpace(library.dataDir, dataset.bytes)
    const meter = new ProgressMeter(onProgress)
    writer = await DatasetWriter.create(library.datasets.folder, id, dataset.shape)
    meter.phase('reading', Object.values(dataset.splits).reduce((sum, { count }) => sum + count, 0))
    let done = 0
    for (const split of everySplit) {
      if (!dataset.splits[split]) continue
      for await (const count of copySplit(reader, split, place, writer)) {
        throwIfCancelled(signal)
        done += count
        meter.update(done, 0)
      }
    }
    meter.phase('finishing', writer.count)
    return await writer.finish({ ...made, ...(dataset.domains && { domains: dataset.domains }), test: 0, ...(signal && { signal }) })
  } catch (error) {
    await writer?.discard()
    throwIfCancelled(signal)
    throw error
  } finally {
    await reader.close()
  }
}

/** Copies the pictures of a split to where each belongs, in order, batch by batch; gives how many each batch looked at. */
async function* copySplit(reader: DatasetReader, split: SplitName, place: Copy['place'], writer: DatasetWriter): AsyncGenerator<number> {
  const { dataset } = reader
  const { count } = dataset.splits[split]!
  const labels = reader.hasLabels(split) ? await reader.readLabels(split) : undefined
  const domains = reader.hasDomains(split) ? await reader.readDomains(split) : undefined
  const names = reader.hasNames(split) ? await reader.readNames(split) : undefined
  const inBatch = Math.max(1, Math.floor(batchBytes / imageBytesOf(dataset.shape)))
  for (let start = 0; start < count; start += inBatch) {
    const length = Math.min(inBatch, count - start)
    const going = new Map<SplitName, { position: number, label: number | undefined }[]>()
    for (let position = start; position < start + length; position++) {
      const to = place(split, position, labels?.[position])
      if (!to) continue
      const list = going.get(to.split)
      if (list) list.push({ position, label: to.label })
      else going.set(to.split, [{ position, label: to.label }])
    }
    for (const [into, list] of going) {
      const positions = list.map(({ position }) => position)
      await writer.append({
        split: into, images: await reader.readImages(split, positions),
        ...(list.every(({ label }) => label !== undefined) && { labels: Int32Array.from(list, ({ label }) => label!) }),
        ...(domains && { domains: Int32Array.from(positions, (position) => domains[position]!) }),
        ...(names && { names: positions.map((position) => names[position]!) })
      })
    }
    yield length
  }
}

/** @throws `disk-full` where a copy of so many bytes has no room */
async function checkSpace(dataDir: string, bytes: number): Promise<void> {
  const free = await freeBytes(dataDir)
  if (free >= bytes + reserveBytes) return
  const megabytes = (value: number): string => `${Math.ceil(value / 1e6)} MB`
  throw new GraftError('disk-full', {
    en: `The new data set needs ${megabytes(bytes + reserveBytes)} on the disk of ${dataDir}, where ${megabytes(free)} are free.`,
    zh: `新数据集需要在 ${dataDir} 所在磁盘上占用 ${megabytes(bytes + reserveBytes)}，而可用空间只有 ${megabytes(free)}。`
  }, { remedy: { en: 'Free some space first.', zh: '请先释放空间。' } })
}
