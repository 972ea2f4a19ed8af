import { mkdtemp, readdir, readFile, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Dataset } from '../../contract/datasets'
import type { NetworkDefinition } from '../network/definition'
import { Network } from '../network/network'
import { ImageStream, type ImageReader } from '../batches/batches'
import { FeatureCache, FeatureStream, type FeatureRequest } from './cache'

beforeAll(() => tf.setBackend('cpu'))

const definition: NetworkDefinition = {
  architecture: 'tiny', options: {}, input: [2, 2, 1], normalisation: { mean: [0.5], standardDeviation: [0.5] }, classes: ['one', 'two'],
  blocks: [{ name: 'dense', title: 'Dense', layers: [
    { kind: 'flatten', name: 'flatten' }, { kind: 'dense', name: 'dense', units: 3, bias: true }, { kind: 'relu', name: 'relu' }
  ] }],
  head: { name: 'head', title: 'Head', layers: [{ kind: 'dense', name: 'dense', units: 2, bias: true }] }
}

/** 250 images of 2×2 whose bytes tell their position. */
class FakeReader implements ImageReader {
  reads = 0

  constructor(private readonly hash = 'abc') {}

  get dataset(): Dataset {
    return { shape: [2, 2, 1], splits: { train: { count: 250, sha256: { images: this.hash } } } } as unknown as Dataset
  }

  readImages(_split: string, positions: ArrayLike<number>, into = new Uint8Array(positions.length * 4)): Promise<Uint8Array> {
    this.reads++
    return Promise.resolve(into.map((_, index) => positions[index >> 2]! + (index & 3)))
  }
}

let folder: string
let cache: FeatureCache
let network: Network
let reader: FakeReader
let before: number
const all = Int32Array.from({ length: 250 }, (_, index) => index)

beforeEach(async () => {
  before = tf.memory().numTensors
  folder = await mkdtemp(join(tmpdir(), 'graft-features-'))
  cache = new FeatureCache({ cacheDir: folder })
  network = Network.create(definition, 1)
  reader = new FakeReader()
})
afterEach(async () => {
  network.dispose()
  await rm(folder, { recursive: true, force: true })
  expect(tf.memory().numTensors).toBe(before)
})

const request = (change: Partial<FeatureRequest> = {}): FeatureRequest =>
  ({ network, reader, split: 'train', positions: all, surroundings: 'cpu', ...change })

/** Opens, closes, and tells whether it was there already. */
async function found(change: Partial<FeatureRequest> = {}, from = cache): Promise<boolean> {
  const table = await from.open(request(change))
  await table.close()
  return table.found
}
async function valuesOf(read: Promise<tf.Tensor>): Promise<Float32Array> {
  const tensor = await read
  return tensor.data<'float32'>().finally(() => tensor.dispose())
}
const files = (): Promise<string[]> => readdir(join(folder, 'features')).catch(() => [])

describe('FeatureCache', () => {
  it('gives what the backbone makes of each image', async () => {
    const positions = Int32Array.from([7, 200, 3])
    const table = await cache.open(request({ positions }))
    const rows = await valuesOf(table.read(Int32Array.from([2, 0])))
    const expected = tf.tidy(() => {
      const bytes = [3, 4, 5, 6, 7, 8, 9, 10]
      return network.features(tf.tensor4d(bytes.map((byte) => (byte / 255 - 0.5) / 0.5), [2, 2, 2, 1]), { training: false }).dataSync()
    })
    expect(rows).toHaveLength(6)
    rows.forEach((value, index) => expect(value).toBeCloseTo(expected[index]!, 5))
    await table.close()
  })

  it('reads a table that is too large for memory row by row', async () => {
    const rows = Int32Array.from([249, 0, 17, 17])
    const [held, read] = await Promise.all([cache, new FeatureCache({ cacheDir: folder, heldBytes: 2_999 })].map(async (from) => {
      const table = await from.open(request())
      return valuesOf(table.read(rows)).finally(() => table.close())
    }))
    expect(read).toEqual(held)
    expect(new Set(read).size).toBeGreaterThan(3)
  })

  it('computes once, and not again in another session', async () => {
    expect(await found()).toBe(false)
    const { reads } = reader
    expect(reads).toBe(3)
    expect(await found()).toBe(true)
    expect(await found({}, new FeatureCache({ cacheDir: folder }))).toBe(true)
    expect(reader.reads).toBe(reads)
  })

  it('computes again for other weights, images, positions or another backend, but not for another head', async () => {
    await found()
    const otherHead = { ...definition, classes: ['a', 'b', 'c'], head: { ...definition.head, title: 'Other' } }
    const copy = Network.fromWeights(otherHead, network.weights)
    expect(await found({ network: copy })).toBe(true)
    tf.tidy(() => copy.weights.get('dense.dense.bias')!.assign(tf.tensor1d([0, 0, 0.001])))
    expect(await found({ network: copy })).toBe(false)
    copy.dispose()
    expect(await found({ reader: new FakeReader('changed') })).toBe(false)
    expect(await found({ positions: all.slice(1) })).toBe(false)
    expect(await found({ surroundings: 'gpu' })).toBe(false)
    expect(await found()).toBe(true)
  })

  it('computes again when the file was cut short', async () => {
    await found()
    const [name] = await files()
    await truncate(join(folder, 'features', name!), 100)
    expect(await found()).toBe(false)
    expect(await found()).toBe(true)
  })

  it('computes again when bytes of it changed', async () => {
    await found()
    const [name] = await files()
    const path = join(folder, 'features', name!)
    const bytes = await readFile(path)
    bytes[500]! ^= 1
    await writeFile(path, bytes)
    expect(await found()).toBe(false)
    expect(await found()).toBe(true)
  })

  it('reports each part of the work', async () => {
    const progress: [number, number][] = []
    await found({ onProgress: (done, total) => progress.push([done, total]) })
    expect(progress).toEqual([[100, 250], [200, 250], [250, 250]])
  })

  it('leaves nothing half when cancelled, and starts anew afterwards', async () => {
    const cancel = new AbortController()
    await expect(found({ signal: cancel.signal, onProgress: () => cancel.abort() })).rejects.toThrow()
    expect(await files()).toEqual([])
    expect(await found()).toBe(false)
  })

  it('leaves nothing half when an image cannot be read', async () => {
    const broken: ImageReader = { dataset: reader.dataset, readImages: () => Promise.reject(new Error('unreadable')) }
    await expect(found({ reader: broken })).rejects.toThrow('unreadable')
    expect(await files()).toEqual([])
  })

  it('says which file when the folder cannot be written', async () => {
    await writeFile(join(folder, 'features'), 'a file in the way')
    await expect(found()).rejects.toThrow('features')
  })

  it('removes the least recently used beyond its limit, never the newest', async () => {
    // one table: 250 · 3 · 4 = 3,000 bytes; room for two
    const small = new FeatureCache({ cacheDir: folder, limitBytes: 6_500 })
    const past = (minutes: number): Date => new Date(Date.now() - minutes * 60_000)
    await found({ surroundings: 'one' }, small)
    await found({ surroundings: 'two' }, small)
    for (const [index, name] of (await files()).entries()) await utimes(join(folder, 'features', name), past(10 + index), past(10 + index))
    // `one` is used again and so becomes the younger of the two
    expect(await found({ surroundings: 'one' }, small)).toBe(true)
    await found({ surroundings: 'three' }, small)
    expect(await files()).toHaveLength(2)
    expect(await found({ surroundings: 'one' }, small)).toBe(true)
    expect(await found({ surroundings: 'two' }, small)).toBe(false)

    const tiny = new FeatureCache({ cacheDir: folder, limitBytes: 1 })
    await found({ surroundings: 'four' }, tiny)
    expect(await files()).toHaveLength(1)
    expect(await found({ surroundings: 'four' }, tiny)).toBe(true)
  })

  it('clears away what a broken-off session left a day ago', async () => {
    await found()
    const left = join(folder, 'features', 'x.f32.1-2.partial')
    await writeFile(left, 'half')
    await utimes(left, new Date(0), new Date(0))
    await found({ surroundings: 'other' })
    await expect(stat(left)).rejects.toThrow()
  })
})

describe('FeatureStream', () => {
  it('draws in the order in which the images themselves would come', async () => {
    const positions = Int32Array.from({ length: 20 }, (_, index) => 3 * index)
    const labels = positions.map((position) => position % 2)
    const order = { positions, labels, batchSize: 6, seed: 5, name: 'target', shuffle: true }
    const table = await cache.open(request({ positions }))
    const features = new FeatureStream(table, order)
    const images = new ImageStream({ reader, split: 'train', input: definition.input, normalisation: definition.normalisation, ...order })
    expect(features.stepsPerEpoch).toBe(images.stepsPerEpoch)
    for (const [epoch, step] of [[0, 0], [2, 1], [2, 3]] as const) {
      const [cached, fresh] = [await features.next(epoch, step), await images.next(epoch, step)]
      expect(cached.positions).toEqual(fresh.positions)
      expect(cached.labels!.dataSync()).toEqual(fresh.labels!.dataSync())
      const expected = tf.tidy(() => network.features(fresh.inputs as tf.Tensor4D, { training: false }).dataSync())
      expect(cached.inputs.shape).toEqual([cached.positions.length, 3])
      cached.inputs.dataSync().forEach((value, index) => expect(value).toBeCloseTo(expected[index]!, 5))
      tf.dispose([cached.inputs, cached.labels!, fresh.inputs, fresh.labels!])
    }
    await images.close()
    await features.close()
    await table.close()
  })

  it('refuses a table of other positions', async () => {
    const table = await cache.open(request({ positions: all.slice(0, 10) }))
    expect(() => new FeatureStream(table, { positions: all, batchSize: 5, seed: 1, name: 'target', shuffle: true })).toThrow(RangeError)
    await table.close()
  })
})
