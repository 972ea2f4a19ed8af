import { createHash, randomUUID } from 'node:crypto'
import { mkdir, open, readdir, rm, stat, utimes, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import type { SplitName } from '../../contract/datasets'
import { namingFile, rename } from '../../library/disk'
import { inferenceBatchSize } from '../network/batch-sizes'
import { openLook } from '../network/look'
import { inference, type Network } from '../network/network'
import type { Batch, BatchStream } from '../batches/batch-stream'
import { EpochOrder, ImageStream, type ImageReader, type OrderOptions } from '../batches/batches'

/** Images per step while features are computed, where memory allows: a feature never depends on the spec's batch size. */
const computeBatchSize = 100
/** 2: the rows are followed by their SHA-256. 3: batch normalisation is in the weights, which changes last digits. */
const formatVersion = 3
const hashBytes = 32

interface FeatureCacheOptions {
  /** Graft's cache folder; the files lie in `features/` in it. */
  cacheDir: string
  /** Size of all files together beyond which the least recently used go. */
  limitBytes?: number
  /** Size up to which a table is held as a tensor; larger ones are read by position. */
  heldBytes?: number
}

export interface FeatureRequest {
  /** Only its backbone is used, in inference mode. */
  network: Network
  reader: ImageReader
  split: SplitName
  /** Positions in the split, one row of the table for each, in this order. */
  positions: Int32Array
  /** Backend and library as text: another one gives other last digits, so it has its own file. */
  surroundings: string
  signal?: AbortSignal
  /** Images done and to do; not called where the features were there already. */
  onProgress?(done: number, total: number): void
}

/**
 * Features of frozen backbones, computed once and kept on disk. A file's name is the SHA-256 of all that its numbers
 * depend on: the backbone's definition and weights, the images' hash, split and positions, and the backend.
 */
export class FeatureCache {
  readonly folder: string
  private readonly limitBytes: number
  private readonly heldBytes: number

  constructor({ cacheDir, limitBytes = 4 * 2 ** 30, heldBytes = 256 * 2 ** 20 }: FeatureCacheOptions) {
    this.folder = join(cacheDir, 'features')
    this.limitBytes = limitBytes
    this.heldBytes = heldBytes
  }

  /** The table for a request: found, or computed now. Cancelling or failing leaves no file behind. */
  async open(request: FeatureRequest): Promise<FeatureTable> {
    const { network, positions } = request
    const batchSize = inferenceBatchSize(network.definition, computeBatchSize)
    const path = join(this.folder, `${featureKey(request, batchSize)}.f32`)
    const rowBytes = network.featureLength * 4
    const existing = await stat(path).catch(() => undefined)
    // Features that were damaged on disk would train another model without a word: they are computed anew.
    const found = existing?.size === positions.length * rowBytes + hashBytes && await isWhole(path, existing.size)
    if (found) {
      const now = new Date()
      await utimes(path, now, now)
    } else {
      await this.compute(request, path, batchSize)
      await this.shrink(path)
    }
    return FeatureTable.open(path, { count: positions.length, length: network.featureLength, found, held: this.heldBytes })
  }

  private async compute(request: FeatureRequest, path: string, batchSize: number): Promise<void> {
    const { network, reader, split, positions, signal, onProgress } = request
    signal?.throwIfAborted()
    await mkdir(this.folder, { recursive: true })
    const { input, normalisation } = network.definition
    const stream = new ImageStream({
      reader, split, positions, input, normalisation, batchSize, seed: 0, name: 'features', shuffle: false
    })
    const look = await openLook(network.definition, positions.length, batchSize)
    const partial = `${path}.${process.pid}-${randomUUID().slice(0, 8)}.partial`
    let file: FileHandle | undefined
    try {
      file = await open(partial, 'wx')
      let done = 0
      const hash = createHash('sha256')
      for (let step = 0; step < stream.stepsPerEpoch; step++) {
        signal?.throwIfAborted()
        const { inputs } = await stream.next(0, step)
        const features = look(inputs.shape[0]!, () => tf.tidy(() => network.features(inputs as tf.Tensor4D, inference)))
        inputs.dispose()
        const rows = await features.data<'float32'>().finally(() => features.dispose())
        const bytes = bytesOf(rows)
        hash.update(bytes)
        await file.writeFile(bytes)
        done += rows.length / network.featureLength
        onProgress?.(done, positions.length)
      }
      await file.writeFile(hash.digest())
      await file.sync()
      await file.close()
      file = undefined
      await rename(partial, path)
    } catch (error) {
      await file?.close().catch(() => undefined)
      await rm(partial, { force: true })
      throw namingFile(error, path)
    } finally {
      await stream.close()
    }
  }

  /** Removes the least recently used files beyond the limit, never the one just made, and what broken-off runs left. */
  private async shrink(kept: string): Promise<void> {
    const day = 24 * 60 * 60 * 1000
    const names = await readdir(this.folder)
    const files = (await Promise.all(names.map(async (name) => {
      const path = join(this.folder, name)
      const facts = await stat(path).catch(() => undefined)
      return facts?.isFile() ? [{ path, bytes: facts.size, used: facts.mtimeMs }] : []
    }))).flat()
    const tables = files.filter(({ path }) => path.endsWith('.f32')).sort((one, other) => other.used - one.used)
    const remove = files.filter(({ path, used }) => path.endsWith('.partial') && used < Date.now() - day)
    let total = tables.find(({ path }) => path === kept)?.bytes ?? 0
    for (const table of tables) {
      if (table.path === kept) continue
      total += table.bytes
      if (total > this.limitBytes) remove.push(table)
    }
    // Windows refuses while another process reads one: then it goes next time.
    for (const { path } of remove) await rm(path, { force: true }).catch(() => undefined)
  }
}

/** Whether the rows of a file of so many bytes fit the hash that follows them. */
async function isWhole(path: string, size: number): Promise<boolean> {
  const file = await open(path, 'r')
  try {
    const buffer = new Uint8Array(Math.min(4 << 20, size))
    const hash = createHash('sha256')
    for (let at = 0; at < size - hashBytes;) {
      const part = buffer.subarray(0, Math.min(buffer.length, size - hashBytes - at))
      await readFully(file, part, at, path)
      hash.update(part)
      at += part.length
    }
    const kept = new Uint8Array(hashBytes)
    await readFully(file, kept, size - hashBytes, path)
    return hash.digest().equals(kept)
  } finally {
    await file.close()
  }
}

function featureKey({ network, reader, split, positions, surroundings }: FeatureRequest, batchSize: number): string {
  const { definition } = network
  const hash = createHash('sha256')
  const { input, normalisation, blocks } = definition
  const { shape, splits } = reader.dataset
  hash.update(JSON.stringify([
    formatVersion, batchSize, surroundings, { input, normalisation, blocks },
    shape, split, splits[split]?.sha256.images
  ]))
  hash.update(bytesOf(positions))
  for (const block of blocks) {
    for (const [name, weight] of network.weightsOf(block.name)) {
      hash.update(JSON.stringify([name, weight.shape]))
      hash.update(bytesOf(weight.dataSync<'float32'>()))
    }
  }
  return hash.digest('hex')
}

const bytesOf = (values: Float32Array | Int32Array): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength)

/** Rows of features on disk, read by row number. */
export class FeatureTable {
  private constructor(
    private readonly file: FileHandle,
    private readonly held: tf.Tensor2D | undefined,
    readonly count: number,
    readonly length: number,
    /** Whether the features were there already. */
    readonly found: boolean
  ) {}

  /** @param held size in bytes up to which the table is held as a tensor */
  static async open(
    path: string, { count, length, found, held }: { count: number, length: number, found: boolean, held: number }
  ): Promise<FeatureTable> {
    const file = await open(path, 'r')
    try {
      const values = count * length * 4 <= held ? new Float32Array(count * length) : undefined
      if (values) await readFully(file, bytesOf(values), 0, path)
      return new FeatureTable(file, values && tf.tensor2d(values, [count, length]), count, length, found)
    } catch (error) {
      await file.close()
      throw error
    }
  }

  /** Features [rows.length, length], in the rows' order; the tensor is the caller's. */
  async read(rows: Int32Array): Promise<tf.Tensor2D> {
    const { held, length, file } = this
    if (held) return tf.tidy(() => tf.gather(held, tf.tensor1d(rows, 'int32')))
    const values = new Float32Array(rows.length * length)
    await Promise.all(Array.from(rows, (row, index) =>
      readFully(file, bytesOf(values.subarray(index * length, (index + 1) * length)), row * length * 4, 'features')))
    return tf.tensor2d(values, [rows.length, length])
  }

  async close(): Promise<void> {
    this.held?.dispose()
    await this.file.close()
  }
}

async function readFully(file: FileHandle, into: Uint8Array, position: number, path: string): Promise<void> {
  for (let done = 0; done < into.length;) {
    const { bytesRead } = await file.read(into, done, into.length - done, position + done)
    if (bytesRead === 0) throw new Error(`${path} ends early`)
    done += bytesRead
  }
}

/** Batches of cached features, in the same order as an ImageStream with the same options draws images. */
export class FeatureStream implements BatchStream {
  private readonly order: EpochOrder

  /** @param rows of the table, one for each position; without, the table was made for these positions */
  constructor(private readonly table: FeatureTable, options: OrderOptions, private readonly rows?: Int32Array) {
    if (options.positions.length !== (rows?.length ?? table.count)) throw new RangeError('the table was made for other positions')
    this.order = new EpochOrder(options)
  }

  get count(): number {
    return this.order.count
  }

  get stepsPerEpoch(): number {
    return this.order.stepsPerEpoch
  }

  async next(epoch: number, stepInEpoch: number): Promise<Batch> {
    const { indices, positions, labels } = this.order.batch(epoch, stepInEpoch)
    return {
      inputs: await this.table.read(this.rows ? indices.map((index) => this.rows![index]!) : indices),
      ...(labels && { labels: tf.tensor1d(labels, 'int32') }),
      positions
    }
  }

  /** The table stays open: it belongs to whoever opened it. */
  close(): Promise<void> {
    return Promise.resolve()
  }
}
