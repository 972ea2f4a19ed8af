import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Dataset } from '../../contract/datasets'
import type { Batch } from './batch-stream'
import { ImageStream, type ImageStreamOptions, type ImageReader } from './batches'

beforeAll(() => tf.setBackend('cpu'))

/** 1×1 grey images, each as bright as its position; reads are finished by hand where `slow`. */
class FakeReader implements ImageReader {
  readonly dataset = { shape: [1, 1, 1], splits: {} } as unknown as Dataset
  readonly started: number[][] = []
  private readonly waiting: (() => void)[] = []
  slow = false
  broken: Error | undefined

  async readImages(_split: string, positions: ArrayLike<number>, into?: Uint8Array): Promise<Uint8Array> {
    this.started.push(Array.from(positions))
    if (this.slow) await new Promise<void>((resolve) => this.waiting.push(resolve))
    else await Promise.resolve()
    if (this.broken) throw this.broken
    const bytes = into ?? new Uint8Array(positions.length)
    for (let index = 0; index < positions.length; index++) bytes[index] = positions[index]!
    return bytes
  }

  finishOne(): void {
    this.waiting.shift()!()
  }
}

let reader: FakeReader
beforeEach(() => { reader = new FakeReader() })

const range = (count: number, first = 0): Int32Array => Int32Array.from({ length: count }, (_, index) => first + index)
const source = (change: Partial<ImageStreamOptions> = {}): ImageStream => new ImageStream({
  reader, split: 'train', positions: range(10), input: [1, 1, 1], normalisation: { mean: [0], standardDeviation: [1 / 255] },
  batchSize: 4, seed: 1, name: 'target', shuffle: true, ...change
})

/** What a batch holds; disposes it. Brightness × 255 is the position: images and positions belong together. */
function contents({ inputs, labels, positions }: Batch): { pixels: number[], positions: number[], labels: number[] | undefined } {
  const result = {
    pixels: Array.from(inputs.dataSync(), Math.round), positions: Array.from(positions), labels: labels && Array.from(labels.dataSync())
  }
  tf.dispose([inputs, ...(labels ? [labels] : [])])
  return result
}
async function epochOf(batches: ImageStream, epoch: number): Promise<number[]> {
  const seen: number[] = []
  for (let step = 0; step < batches.stepsPerEpoch; step++) seen.push(...contents(await batches.next(epoch, step)).positions)
  return seen
}
const settled = (): Promise<void> => new Promise((resolve) => { setImmediate(resolve) })

describe('order', () => {
  it('shows every image once an epoch, in another order each time', async () => {
    const batches = source()
    expect(batches.stepsPerEpoch).toBe(3)
    const first = await epochOf(batches, 0)
    const second = await epochOf(batches, 1)
    expect([...first].sort((one, other) => one - other)).toEqual(Array.from(range(10)))
    expect([...second].sort((one, other) => one - other)).toEqual(Array.from(range(10)))
    expect(second).not.toEqual(first)
    await batches.close()
  })

  it('does not depend on where one starts', async () => {
    const whole = source()
    const expected = []
    for (const [epoch, step] of [[0, 0], [0, 1], [0, 2], [1, 0], [1, 1], [1, 2]] as const) expected.push(contents(await whole.next(epoch, step)))
    await whole.close()

    const resumed = source()
    expect(contents(await resumed.next(1, 1))).toEqual(expected[4])
    expect(contents(await resumed.next(1, 2))).toEqual(expected[5])
    // and back again: what was read ahead is not what is given
    expect(contents(await resumed.next(0, 1))).toEqual(expected[1])
    await resumed.close()
  })

  it('differs by seed and by stream', async () => {
    const orders = []
    for (const change of [{}, { seed: 2 }, { name: 'source' }]) {
      const batches = source(change)
      orders.push((await epochOf(batches, 0)).join(' '))
      await batches.close()
    }
    expect(new Set(orders).size).toBe(3)
  })

  it('keeps the positions\' own order for an evaluation', async () => {
    const batches = source({ shuffle: false, positions: range(5, 3) })
    expect(await epochOf(batches, 0)).toEqual([3, 4, 5, 6, 7])
    expect(await epochOf(batches, 0)).toEqual([3, 4, 5, 6, 7])
    await batches.close()
  })

  it('leaves the smaller last batch out where asked', async () => {
    const batches = source({ dropLast: true })
    expect(batches.stepsPerEpoch).toBe(2)
    expect(await epochOf(batches, 0)).toHaveLength(8)
    await batches.close()
  })

  it('makes one batch of fewer images than a batch', async () => {
    const batches = source({ positions: range(3), dropLast: true })
    expect(batches.stepsPerEpoch).toBe(1)
    expect(await epochOf(batches, 0)).toHaveLength(3)
    await batches.close()
  })

  it('refuses to start without images', () => {
    expect(() => source({ positions: range(0) })).toThrow('no images')
  })

  it('refuses a step that the epoch has not', async () => {
    await expect(source().next(0, 3)).rejects.toThrow('step 3')
  })
})

describe('contents', () => {
  it('gives each image its own pixels and label', async () => {
    // granted: positions 20 … 29, the label ten times the place
    const batches = source({ positions: range(10, 20), labels: Int32Array.from(range(10), (place) => place * 10) })
    const { pixels, positions, labels } = contents(await batches.next(0, 0))
    expect(pixels).toEqual(positions)
    expect(labels).toEqual(positions.map((position) => (position - 20) * 10))
    await batches.close()
  })

  it('has no labels where none are granted', async () => {
    const batches = source()
    const batch = await batches.next(0, 0)
    expect('labels' in batch).toBe(false)
    contents(batch)
    await batches.close()
  })

  it('changes training images by the augmentation, the same after a restart', async () => {
    const change: Partial<ImageStreamOptions> = { reader: wide, augmentation: 'flip', input: [1, 2, 1], positions: range(10), batchSize: 10 }
    const one = source(change)
    const pixels = contents(await one.next(3, 0)).pixels
    await one.close()
    const other = source(change)
    contents(await other.next(2, 0))
    expect(contents(await other.next(3, 0)).pixels).toEqual(pixels)
    await other.close()
    // some flipped, some not
    expect(new Set(Array.from({ length: 10 }, (_, index) => pixels[2 * index]))).toEqual(new Set([7, 9]))
  })

  it('gives several views of each image, each changed on its own', async () => {
    const keys: string[] = []
    const batches = source({
      views: 2, positions: range(4), batchSize: 4, labels: range(4),
      transform: (images, _shape, key) => {
        keys.push(key.stream)
        expect(key.view).toBe((keys.length - 1) % 2)
        // adds 100 times the view's number
        images.forEach((value, index) => { images[index] = value + 100 * keys.length })
      }
    })
    const { pixels, positions, labels } = contents(await batches.next(0, 0))
    expect(pixels).toEqual([...positions.map((position) => position + 100), ...positions.map((position) => position + 200)])
    expect(labels).toHaveLength(4)
    expect(new Set(keys.slice(0, 2)).size).toBe(2)
    await batches.close()
  })

  it('leaves no tensor behind', async () => {
    const before = tf.memory().numTensors
    const batches = source({ labels: range(10), input: [2, 2, 3] })
    for (let epoch = 0; epoch < 3; epoch++) await epochOf(batches, epoch)
    await batches.close()
    expect(tf.memory().numTensors).toBe(before)
  })
})

/** 1×2 grey images, all 7 9. */
const wide: ImageReader = {
  dataset: { shape: [1, 2, 1], splits: {} } as unknown as Dataset,
  readImages: (_split, positions, into = new Uint8Array(positions.length * 2)) =>
    Promise.resolve(into.map((_, index) => index % 2 === 0 ? 7 : 9))
}

describe('reading ahead', () => {
  it('reads the next batch while the caller works on this one', async () => {
    const batches = source()
    contents(await batches.next(0, 0))
    expect(reader.started).toHaveLength(2)
    // the second read is under way and is the one that is given
    const second = contents(await batches.next(0, 1))
    expect(reader.started[1]).toEqual(second.positions)
    expect(reader.started).toHaveLength(3)
    await batches.close()
  })

  it('reads over the end of an epoch', async () => {
    const batches = source()
    contents(await batches.next(0, 2))
    const next = contents(await batches.next(1, 0))
    expect(reader.started[1]).toEqual(next.positions)
    await batches.close()
  })

  it('does not read beyond the end of an evaluation', async () => {
    const batches = source({ shuffle: false })
    await epochOf(batches, 0)
    expect(reader.started).toHaveLength(3)
    await batches.close()
  })

  it('gives a batch that is ready at once, while a slow disk reads the next', async () => {
    reader.slow = true
    const batches = source()
    const first = batches.next(0, 0)
    await settled()
    reader.finishOne()
    contents(await first)
    // now the next is being read, and training goes on meanwhile
    let arrived = false
    const second = batches.next(0, 1).then((batch) => {
      arrived = true
      return contents(batch)
    })
    await settled()
    expect(arrived).toBe(false)
    reader.finishOne()
    expect((await second).pixels).toEqual((await second).positions)
    reader.slow = false
    reader.finishOne()
    await batches.close()
  })

  it('does not let a late read spoil another batch', async () => {
    reader.slow = true
    const batches = source()
    const first = batches.next(0, 0)
    await settled()
    reader.finishOne()
    contents(await first)
    // (0, 1) is being read, but (5, 2) is asked for
    const jump = batches.next(5, 2)
    await settled()
    reader.finishOne()
    await settled()
    reader.finishOne()
    const { pixels, positions } = contents(await jump)
    expect(pixels).toEqual(positions)
    reader.slow = false
    reader.finishOne()
    await batches.close()
  })

  it('tells of a failed read when that batch is asked for, not before', async () => {
    const batches = source()
    reader.slow = true
    const first = batches.next(0, 0)
    await settled()
    reader.finishOne()
    await first.then(contents)
    reader.broken = new Error('the disk is gone')
    reader.finishOne()
    await settled()
    await expect(batches.next(0, 1)).rejects.toThrow('the disk is gone')
    reader.broken = undefined
    reader.slow = false
    contents(await batches.next(0, 1))
    await batches.close()
  })

  it('waits for the read under way when closed, and gives nothing more', async () => {
    reader.slow = true
    const batches = source()
    const first = batches.next(0, 0)
    await settled()
    reader.finishOne()
    contents(await first)
    let closed = false
    const closing = batches.close().then(() => { closed = true })
    await settled()
    expect(closed).toBe(false)
    reader.finishOne()
    await closing
    await expect(batches.next(0, 1)).rejects.toThrow('closed')
  })
})
