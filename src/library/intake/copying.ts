import { imageBytesOf, type SplitName } from '../../contract/datasets'
import { GraftError } from '../../contract/errors'
import { freeBytes } from '../disk/files'
import type { DatasetReader } from '../datasets/cache'
import type { DatasetWriter } from '../datasets/writer'

const batchBytes = 1 << 20
const reserveBytes = 64 << 20

/** Where a picture goes, and with which label; undefined: it does not come along. */
type Place = (position: number, label: number | undefined) => { split: SplitName, label: number | undefined } | undefined

/** Copies the pictures of a split to where each belongs, in order, batch by batch; gives how many each batch looked at. */
export async function* copySplit(reader: DatasetReader, split: SplitName, place: Place, writer: DatasetWriter): AsyncGenerator<number> {
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
      const to = place(position, labels?.[position])
      if (!to) continue
      const list = going.get(to.split)
      if (list) list.push({ position, label: to.label })
      else going.set(to.split, [{ position, label: to.label }])
    }
    for (const [into, list] of going) {
      const positions = list.map(({ position }) => position)
      await writer.append({
        split: into, images: await reader.readImages(split, positions),
        ...(labels && { labels: Int32Array.from(list, ({ label }) => label!) }),
        ...(domains && { domains: Int32Array.from(positions, (position) => domains[position]!) }),
        ...(names && { names: positions.map((position) => names[position]!) })
      })
    }
    yield length
  }
}

/** @throws `disk-full` where a copy of so many bytes has no room */
export async function checkSpace(dataDir: string, bytes: number): Promise<void> {
  const free = await freeBytes(dataDir)
  if (free >= bytes + reserveBytes) return
  const megabytes = (value: number): string => `${Math.ceil(value / 1e6)} MB`
  throw new GraftError('disk-full', {
    en: `The new data set needs ${megabytes(bytes + reserveBytes)} on the disk of ${dataDir}, where ${megabytes(free)} are free.`,
    zh: `新数据集需要在 ${dataDir} 所在磁盘上占用 ${megabytes(bytes + reserveBytes)}，而可用空间只有 ${megabytes(free)}。`
  }, { remedy: { en: 'Free some space first.', zh: '请先释放空间。' } })
}
