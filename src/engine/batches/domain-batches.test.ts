import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Dataset } from '../../contract/datasets'
import { domainSteps } from '../../rules/domains'
import type { Batch } from './batch-stream'
import type { ImageReader } from './batches'
import { DomainStream, type DomainBatchOptions } from './domain-batches'

beforeAll(() => tf.setBackend('cpu'))

/** 1×1 grey images, each as bright as its position. */
class Positions implements ImageReader {
  readonly dataset = { shape: [1, 1, 1], splits: {} } as unknown as Dataset
  reads = 0

  readImages(_split: string, positions: ArrayLike<number>, into = new Uint8Array(positions.length)): Promise<Uint8Array> {
    this.reads++
    return Promise.resolve(into.map((_, index) => positions[index]!))
  }
}

/** Ten images of domain 0, four of domain 2, two of domain 5, mixed up in the positions; the label is the domain. */
const domains = Int32Array.from([0, 2, 0, 5, 0, 2, 0, 0, 2, 0, 0, 5, 0, 2, 0, 0])
const source = (change: Partial<DomainBatchOptions> = {}): DomainStream => new DomainStream({
  reader: new Positions(), split: 'train', input: [1, 1, 1], normalisation: { mean: [0], standardDeviation: [1 / 255] },
  positions: Int32Array.from(domains.keys()), labels: domains, domains, batchSize: 9, seed: 1, name: 'source', shuffle: true, ...change
})

function contents(batch: Batch): { pixels: number[], labels: number[], positions: number[], domainSizes: number[] } {
  const result = {
    pixels: Array.from(batch.inputs.dataSync(), Math.round), labels: [...batch.labels!.dataSync()], positions: [...batch.positions],
    domainSizes: [...batch.domainSizes!]
  }
  tf.dispose([batch.inputs, batch.labels!])
  return result
}

describe('a batch by domain', () => {
  it('holds as many images of each domain, or all that there are, one domain after the other, each with its label', async () => {
    const batches = source()
    const { pixels, labels, positions, domainSizes } = contents(await batches.next(0, 0))
    // Nine images for three domains; the last has only two.
    expect(domainSizes).toEqual([3, 3, 2])
    expect(labels).toEqual([0, 0, 0, 2, 2, 2, 5, 5])
    expect(pixels).toEqual(positions)
    expect(positions.map((position) => domains[position])).toEqual(labels)
    await batches.close()
  })

  it('shows the largest domain once in an epoch, and a small one over and over', async () => {
    const batches = source({ batchSize: 6 })
    expect(batches.stepsPerEpoch).toBe(5)
    expect(domainSteps([10, 4, 2], 6)).toBe(5)
    const seen: number[] = []
    for (let step = 0; step < 5; step++) seen.push(...contents(await batches.next(0, step)).positions)
    const ofDomain = (domain: number): number[] => seen.filter((position) => domains[position] === domain)
    expect(new Set(ofDomain(0)).size).toBe(10)
    expect(ofDomain(2)).toHaveLength(10)
    expect(new Set(ofDomain(2).slice(0, 4)).size, 'all before any comes again').toBe(4)
    expect(ofDomain(5)).toHaveLength(10)
    await batches.close()
  })

  it('is the same whenever a step is asked for', async () => {
    const [one, other] = [source({ batchSize: 6 }), source({ batchSize: 6 })]
    const expected = []
    for (let step = 0; step < 5; step++) expected.push(contents(await one.next(1, step)))
    for (const step of [3, 4, 0]) expect(contents(await other.next(1, step))).toEqual(expected[step])
    await one.close()
    await other.close()
  })

  it('has two images of each domain at least, since a variance needs two', async () => {
    const batches = source({ batchSize: 1 })
    expect(contents(await batches.next(0, 0)).domainSizes).toEqual([2, 2, 2])
    await batches.close()
  })

  it('is read once where it is always all images', async () => {
    const reader = new Positions()
    const batches = source({ reader, batchSize: 100 })
    expect(batches.stepsPerEpoch).toBe(1)
    const first = contents(await batches.next(0, 0))
    expect(first.positions).toHaveLength(16)
    const { reads } = reader
    expect(contents(await batches.next(7, 0))).toEqual(first)
    expect(reader.reads).toBe(reads)
    await batches.close()
  })

  it('is read anew where images are changed', async () => {
    const batches = source({ batchSize: 100, augmentation: 'flip' })
    const orders = [contents(await batches.next(0, 0)).positions, contents(await batches.next(1, 0)).positions]
    expect(orders[0]).not.toEqual(orders[1])
    await batches.close()
  })

  it('leaves no tensor behind', async () => {
    const before = tf.memory().numTensors
    for (const batchSize of [6, 100]) {
      const batches = source({ batchSize })
      for (let epoch = 0; epoch < 3; epoch++) contents(await batches.next(epoch, 0))
      await batches.close()
    }
    expect(tf.memory().numTensors).toBe(before)
  })
})
