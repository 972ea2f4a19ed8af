import { createHash, type Hash } from 'node:crypto'
import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { Dataset, Split } from '../../contract/datasets'
import { throwIfCancelled } from '../cancel'
import { namingFile } from '../disk/files'
import { encodeSums, ImageSums } from './image-sums'
import { Column, writeColumn } from './column'
import { NameColumn, writeNames } from './names'
import { ChannelStatistics } from './statistics'

/** Images that leave for another split, or are left out. */
export interface Destination {
  file?: SplitFile
  /** Positions in this split, ascending. */
  positions: Int32Array
}

/** What of a split is whole on disk. */
export const splitStateSchema = z.object({
  count: z.int().min(0), labels: z.array(z.int().min(0)).optional(), domains: z.array(z.int().min(0)).optional(),
  names: z.array(z.string()).optional()
})
export type SplitState = z.infer<typeof splitStateSchema>

const chunkBytes = 4 << 20

/** One split while it is being written: `images.u8` grows on disk, labels and domains stay in memory until the end. */
export class SplitFile {
  count = 0
  readonly labels = new Column()
  readonly domains = new Column()
  readonly names = new NameColumn()
  private pending: Promise<void> = Promise.resolve()
  private written = 0
  private hash: Hash = createHash('sha256')
  private sums = new ImageSums(0, 0)

  private constructor(
    /** Its path once the data set is whole, as messages name it. */
    private readonly path: string, private readonly folder: string, private readonly handle: fs.FileHandle,
    private readonly imageBytes: number, private readonly channels: number
  ) {}

  /**
   * @param folder where it is written
   * @param shownFolder where it will lie, for messages
   */
  static async create(folder: string, shownFolder: string, imageBytes: number, channels: number): Promise<SplitFile> {
    const shown = join(shownFolder, 'images.u8')
    try {
      await fs.mkdir(folder)
      const handle = await fs.open(join(folder, 'images.u8'), 'wx+')
      return new SplitFile(shown, folder, handle, imageBytes, channels)
    } catch (error) {
      throw namingFile(error, shown)
    }
  }

  /** Goes on with a file of which `count` images, labels and domains are whole; throws where it is shorter. */
  static async reopen(
    folder: string, shownFolder: string, imageBytes: number, channels: number, { count, labels, domains, names }: SplitState
  ): Promise<SplitFile> {
    const handle = await fs.open(join(folder, 'images.u8'), 'r+')
    const file = new SplitFile(join(shownFolder, 'images.u8'), folder, handle, imageBytes, channels)
    if ((await handle.stat()).size < count * imageBytes) {
      await handle.close()
      throw new RangeError(`${file.path} is shorter than it should be.`)
    }
    await handle.truncate(count * imageBytes)
    file.labels.append(labels && Int32Array.from(labels), count)
    file.domains.append(domains && Int32Array.from(domains), count)
    file.names.append(names, count)
    file.count = count
    file.written = count * imageBytes
    return file
  }

  /** Flushes what was appended and says what is whole. */
  async state(): Promise<SplitState> {
    await this.pending
    await this.handle.datasync()
    const [labels, domains, names] = [this.labels.values(), this.domains.values(), this.names.values()]
    return {
      count: this.count, ...(labels && { labels: [...labels] }), ...(domains && { domains: [...domains] }), ...(names && { names: [...names] })
    }
  }

  /** All images in order, a few MiB at a time. */
  async* images(): AsyncGenerator<Uint8Array> {
    const rows = Math.max(1, Math.floor(chunkBytes / this.imageBytes))
    for (let first = 0; first < this.count; first += rows) {
      yield this.read(new Uint8Array(rows * this.imageBytes), first, Math.min(rows, this.count - first))
    }
  }

  get bytes(): number {
    const columns = [this.labels, this.domains].filter((column) => column.values()).length
    return this.count * (this.imageBytes + 4 * columns)
  }

  /** Writes in the background, one batch at a time: resolves when the batch before is on its way. */
  async append(images: Uint8Array, labels?: Int32Array, domains?: Int32Array, names?: readonly string[]): Promise<void> {
    const count = images.length / this.imageBytes
    if (!Number.isInteger(count)) throw new RangeError('These bytes are no whole images.')
    await this.pending
    this.labels.append(labels, count)
    this.domains.append(domains, count)
    this.names.append(names, count)
    this.pending = this.write(images, this.written)
    // Its error is met by the next append or by settle.
    this.pending.catch(() => undefined)
    this.written += images.length
    this.count += count
  }

  /**
   * One pass over the file as it will stay: images that are drawn for another split move there, the rest closes up in
   * place; hashes and gives the statistics of what stays.
   */
  async settle(destinations: readonly Destination[] | undefined, signal?: AbortSignal): Promise<Dataset['statistics']> {
    await this.pending
    const { imageBytes } = this
    const statistics = new ChannelStatistics(this.channels)
    const target = this.targets(destinations)
    const kept: number[] = []
    const rows = Math.max(1, Math.floor(chunkBytes / imageBytes))
    const total = this.count
    this.hash = createHash('sha256')
    this.sums = new ImageSums(imageBytes, total)
    this.written = 0
    const buffers = [new Uint8Array(rows * imageBytes), new Uint8Array(rows * imageBytes)]
    const readAhead = (buffer: Uint8Array, first: number): Promise<Uint8Array> => {
      const reading = this.read(buffer, first, Math.min(rows, total - first))
      // Met when awaited; after an earlier error nobody awaits it.
      reading.catch(() => undefined)
      return reading
    }
    let reading = readAhead(buffers[0]!, 0)
    for (let first = 0, turn = 0; first < total; first += rows, turn ^= 1) {
      throwIfCancelled(signal)
      const chunk = await reading
      const next = first + rows
      // Read ahead. What is written meanwhile lies before it, so the two never meet.
      if (next < total) reading = readAhead(buffers[turn ^ 1]!, next)
      let stay = chunk
      if (target && destinations) {
        stay = await this.distribute(chunk, first, target, destinations)
        for (let row = 0; row < chunk.length / imageBytes; row++) if (target[first + row] === 0) kept.push(first + row)
        await this.write(stay, this.written)
      }
      this.written += stay.length
      this.hash.update(stay)
      this.sums.add(stay)
      statistics.add(stay)
    }
    if (target) {
      await this.handle.truncate(this.written).catch((error: unknown) => { throw namingFile(error, this.path) })
      this.count = kept.length
      this.labels.keep(kept)
      this.domains.keep(kept)
      this.names.keep(kept)
      for (const { file } of destinations ?? []) await file?.pending
    }
    return statistics.result()
  }

  /** Writes labels, names and (where there are any in the whole data set) domains, flushes and closes; what `dataset.json` says of this split. */
  async close(classCount: number, domainCount: number): Promise<Split> {
    const labels = this.labels.values()
    const domains = domainCount > 0 ? this.domains.values() : undefined
    const names = this.names.values()
    try {
      await this.handle.sync()
      await this.handle.close()
      const written = labels && await writeColumn(join(this.folder, 'labels.i32'), labels, classCount)
      const places = domains && await writeColumn(join(this.folder, 'domains.i32'), domains, domainCount)
      const named = names && await writeNames(join(this.folder, 'names.json'), names)
      const images = this.hash.digest('hex')
      await fs.writeFile(join(this.folder, 'images.sums'), encodeSums(this.sums.values.subarray(0, this.sums.count), images))
      return {
        count: this.count,
        ...(written && { perClass: written.counts }),
        ...(places && { perDomain: places.counts }),
        sha256: {
          images,
          ...(written && { labels: written.sha256 }),
          ...(places && { domains: places.sha256 }),
          ...(named && { names: named.sha256 })
        }
      }
    } catch (error) {
      throw namingFile(error, this.path)
    }
  }

  /** Closes without keeping anything; never throws. */
  async abandon(): Promise<void> {
    await this.pending.catch(() => undefined)
    await this.handle.close().catch(() => undefined)
  }

  /** For each image 0 where it stays, or 1 + the index of its destination. */
  private targets(destinations: readonly Destination[] | undefined): Uint8Array | undefined {
    if (!destinations) return undefined
    const target = new Uint8Array(this.count)
    destinations.forEach(({ positions }, index) => positions.forEach((position) => { target[position] = index + 1 }))
    return target
  }

  /** Sends rows to their splits, and gives the others, closed up at the chunk's beginning. */
  private async distribute(
    chunk: Uint8Array, first: number, target: Uint8Array, destinations: readonly Destination[]
  ): Promise<Uint8Array> {
    const { imageBytes } = this
    const [labels, domains, names] = [this.labels.values(), this.domains.values(), this.names.values()]
    const count = chunk.length / imageBytes
    const outgoing = destinations.map(() => [] as number[])
    for (let row = 0; row < count; row++) {
      const to = target[first + row]!
      if (to > 0) outgoing[to - 1]!.push(row)
    }
    const leaving = outgoing.map((rows) => gather(chunk, rows, imageBytes))
    let end = 0
    for (let row = 0; row < count; row++) {
      if (target[first + row] !== 0) continue
      chunk.copyWithin(end, row * imageBytes, (row + 1) * imageBytes)
      end += imageBytes
    }
    for (const [index, { file }] of destinations.entries()) {
      const rows = outgoing[index]!
      if (!file || rows.length === 0) continue
      const theirs = (values: Int32Array | undefined): Int32Array | undefined =>
        values && Int32Array.from(rows, (row) => values[first + row]!)
      await file.append(leaving[index]!, theirs(labels), theirs(domains), names && rows.map((row) => names[first + row]!))
    }
    return chunk.subarray(0, end)
  }

  private async read(buffer: Uint8Array, firstRow: number, rows: number): Promise<Uint8Array> {
    const part = buffer.subarray(0, rows * this.imageBytes)
    try {
      for (let done = 0; done < part.length;) {
        const { bytesRead } = await this.handle.read(part, done, part.length - done, firstRow * this.imageBytes + done)
        if (bytesRead === 0) throw new RangeError(`${this.path} ended early.`)
        done += bytesRead
      }
    } catch (error) {
      throw namingFile(error, this.path)
    }
    return part
  }

  private async write(bytes: Uint8Array, at: number): Promise<void> {
    try {
      for (let done = 0; done < bytes.length;) {
        done += (await this.handle.write(bytes, done, bytes.length - done, at + done)).bytesWritten
      }
    } catch (error) {
      throw namingFile(error, this.path)
    }
  }
}

function gather(chunk: Uint8Array, rows: readonly number[], imageBytes: number): Uint8Array {
  const gathered = new Uint8Array(rows.length * imageBytes)
  rows.forEach((row, index) => gathered.set(chunk.subarray(row * imageBytes, (row + 1) * imageBytes), index * imageBytes))
  return gathered
}
