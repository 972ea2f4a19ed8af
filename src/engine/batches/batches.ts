import * as tf from '@tensorflow/tfjs-core'
import type { Dataset, ImageShape, SplitName } from '../../contract/datasets'
import { GraftError } from '../../contract/errors'
import type { Normalisation } from '../../contract/models'
import { randomStream } from '../random'
import { balancedOrder } from './balanced-order'
import type { Batch, BatchStream, ImageTransform } from './batch-stream'
import { augment, type Augmentation } from './augmentation'
import { normaliser, type Normaliser } from './normalise'

/** What batches need of a data set's reader. */
export interface ImageReader {
  readonly dataset: Dataset
  /** Bytes [positions.length, height, width, channels]. */
  readImages(split: SplitName, positions: ArrayLike<number>, into?: Uint8Array): Promise<Uint8Array>
}

export interface OrderOptions {
  /** Positions in the split to draw from. */
  positions: Int32Array
  /** Granted labels, labels[i] for positions[i]; absent where the spec grants none. */
  labels?: Int32Array | undefined
  batchSize: number
  seed: number
  /** Names the stream's random numbers, e.g. `target`. */
  name: string
  /** A new order each epoch; false gives the positions in their own order, for evaluation. */
  shuffle: boolean
  /** Draws every class equally often, where labels are granted. */
  balanced?: boolean | undefined
  /** Leaves out the smaller batch at an epoch's end. */
  dropLast?: boolean | undefined
}

export interface ImageStreamOptions extends OrderOptions {
  reader: ImageReader
  split: SplitName
  /** The network's input; images of another size or channel count are brought to it. */
  input: ImageShape
  normalisation: Normalisation
  augmentation?: Augmentation
  /** After the augmentation. */
  transform?: ImageTransform | undefined
  /** Copies of each image, each augmented and transformed on its own, one after the other; 1 when absent. */
  views?: number | undefined
}

/** Which positions make up the batch of (epoch, step): a function of the seed, never of what was drawn before. */
export class EpochOrder {
  readonly count: number
  readonly stepsPerEpoch: number
  private readonly batchSize: number
  private latest: { epoch: number, order: Int32Array } | undefined

  /** Throws `no-images` where there is nothing to draw from. */
  constructor(private readonly options: OrderOptions) {
    this.count = options.positions.length
    if (this.count === 0) {
      throw new GraftError('no-images', {
        en: `There are no images to draw batches from (${options.name}).`,
        zh: `没有可用于组成批次的图像（${options.name}）。`
      }, { remedy: { en: 'Choose a data set with images in this split.', zh: '请选择在该划分中含有图像的数据集。' } })
    }
    if (options.labels && options.labels.length !== this.count) throw new RangeError('one label for each position')
    this.batchSize = Math.min(options.batchSize, this.count)
    const steps = this.count / this.batchSize
    this.stepsPerEpoch = options.dropLast === true ? Math.floor(steps) : Math.ceil(steps)
  }

  /** Indices into the positions, and the positions and labels themselves, of one batch. */
  batch(epoch: number, stepInEpoch: number): { indices: Int32Array, positions: Int32Array, labels: Int32Array | undefined } {
    if (!(stepInEpoch >= 0 && stepInEpoch < this.stepsPerEpoch)) {
      throw new RangeError(`step ${stepInEpoch} of an epoch of ${this.stepsPerEpoch}`)
    }
    const { positions, labels } = this.options
    const start = stepInEpoch * this.batchSize
    const indices = this.order(epoch).slice(start, start + this.batchSize)
    return {
      indices,
      positions: indices.map((index) => positions[index]!),
      labels: labels && indices.map((index) => labels[index]!)
    }
  }

  /** The step after this one; none after an unshuffled epoch, which is read once. */
  after(epoch: number, stepInEpoch: number): { epoch: number, stepInEpoch: number } | undefined {
    if (stepInEpoch + 1 < this.stepsPerEpoch) return { epoch, stepInEpoch: stepInEpoch + 1 }
    return this.options.shuffle ? { epoch: epoch + 1, stepInEpoch: 0 } : undefined
  }

  private order(epoch: number): Int32Array {
    const { seed, name, shuffle, balanced, labels } = this.options
    if (this.latest === undefined || (shuffle && this.latest.epoch !== epoch)) {
      const order = shuffle
        ? balanced && labels ? balancedOrder(labels, seed, name, epoch) : randomStream(seed, 'order', name, epoch).permutation(this.count)
        : Int32Array.from({ length: this.count }, (_, index) => index)
      this.latest = { epoch, order }
    }
    return this.latest.order
  }
}

interface Read {
  epoch: number
  stepInEpoch: number
  positions: Int32Array
  labels: Int32Array | undefined
  /** Resolves to the bytes; a failure waits here until the batch is asked for. */
  bytes: Promise<{ images: Uint8Array } | { error: unknown }>
}

/**
 * Batches of normalised images out of a data set's cache. While the caller works on one batch, the next is read, also
 * over the end of an epoch.
 */
export class ImageStream implements BatchStream {
  private readonly order: EpochOrder
  private readonly normalise: Normaliser
  /** Two buffers, one being read into while the other is turned into a tensor. */
  private readonly buffers: (Uint8Array | undefined)[] = [undefined, undefined]
  private turn = 0
  private ahead: Read | undefined
  private closed = false

  constructor(private readonly options: ImageStreamOptions) {
    this.order = new EpochOrder(options)
    this.normalise = normaliser(options.reader.dataset.shape, options.input, options.normalisation)
  }

  get count(): number {
    return this.order.count
  }

  get stepsPerEpoch(): number {
    return this.order.stepsPerEpoch
  }

  async next(epoch: number, stepInEpoch: number): Promise<Batch> {
    if (this.closed) throw new Error('this source of batches is closed')
    let read = this.ahead
    this.ahead = undefined
    if (read?.epoch !== epoch || read.stepInEpoch !== stepInEpoch) {
      await read?.bytes
      read = this.begin(epoch, stepInEpoch)
    }
    const result = await read.bytes
    if ('error' in result) throw result.error
    const following = this.order.after(epoch, stepInEpoch)
    if (following && !this.closed) this.ahead = this.begin(following.epoch, following.stepInEpoch)
    return {
      inputs: this.normalise(result.images, read.positions.length * (this.options.views ?? 1)),
      ...(read.labels && { labels: tf.tensor1d(read.labels, 'int32') }),
      positions: read.positions
    }
  }

  async close(): Promise<void> {
    this.closed = true
    await this.ahead?.bytes
    this.ahead = undefined
  }

  private begin(epoch: number, stepInEpoch: number): Read {
    const { positions, labels } = this.order.batch(epoch, stepInEpoch)
    return { epoch, stepInEpoch, positions, labels, bytes: this.read(epoch, positions).then(
      (images) => ({ images }),
      (error: unknown) => ({ error })
    ) }
  }

  private async read(epoch: number, positions: Int32Array): Promise<Uint8Array> {
    const { reader, split, seed, name, augmentation = 'none', transform, views = 1 } = this.options
    const { shape } = reader.dataset
    const bytes = positions.length * shape[0] * shape[1] * shape[2]
    this.turn = 1 - this.turn
    let buffer = this.buffers[this.turn]
    if (buffer === undefined || buffer.length < bytes * views) {
      buffer = new Uint8Array(bytes * views)
      this.buffers[this.turn] = buffer
    }
    const read = await reader.readImages(split, positions, buffer.subarray(0, bytes))
    if (read.buffer !== buffer.buffer) buffer.set(read)
    for (let view = 1; view < views; view++) buffer.copyWithin(view * bytes, 0, bytes)
    for (let view = 0; view < views; view++) {
      const images = buffer.subarray(view * bytes, (view + 1) * bytes)
      const key = { seed, stream: view === 0 ? name : `${name}, view ${view + 1}`, epoch, positions, view }
      augment(images, shape, augmentation, key)
      transform?.(images, shape, key)
    }
    return buffer.subarray(0, bytes * views)
  }
}
