import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SplitName } from '../../src/contract/datasets'
import { xraySchema, type Xray } from '../../src/contract/xray'
import { createEngine, type Engine } from '../../src/engine'
import { architectureOf, definitionOf } from '../../src/engine/architectures'
import { saveModel } from '../../src/engine/interchange/tfjs/model-folder'
import { summaryOfNetwork } from '../../src/engine/models/open'
import { Network } from '../../src/engine/network/network'
import { openBackend } from '../../src/engine/runtime'
import { openLibrary, type Library } from '../../src/library'
import { installSamples } from '../../src/library/datasets/samples'
import { DatasetWriter } from '../../src/library/datasets/writer'

const folder = mkdtempSync(join(tmpdir(), 'graft-xray-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
let library: Library
let engine: Engine
const read: string[] = []

/** The digits again: inverted, or as they are with some of the training images alone. */
async function copyOfDigits(id: string, change: (value: number) => number, keep: (index: number) => boolean): Promise<void> {
  const reader = await library.datasets.open('mnist-sample')
  const { dataset } = reader
  const writer = await DatasetWriter.create(library.datasets.folder, id, dataset.shape)
  const all = Array.from({ length: dataset.splits.train!.count }, (_, index) => index).filter(keep)
  await writer.append({ split: 'train', images: (await reader.readImages('train', all)).map(change), labels: await reader.readLabels('train', all) })
  await reader.close()
  await writer.finish({ name: id, classes: dataset.classes, validation: 0, test: 0, seed: 1, provenance: { format: 'test', origin: id } })
}

beforeAll(async () => {
  await openBackend('wasm', { cacheDir: join(folder, 'cache') })
  library = openLibrary(join(folder, 'data'))
  await installSamples(library, join(__dirname, '..', '..', 'resources', 'samples'))
  await copyOfDigits('inverted', (value) => 255 - value, () => true)
  await copyOfDigits('same', (value) => value, (index) => index % 2 === 1)
  await copyOfDigits('few', (value) => value, (index) => index < 6)
  const base = await library.datasets.open('mnist-sample')
  const rooms = await DatasetWriter.create(library.datasets.folder, 'rooms', base.dataset.shape)
  for (const domain of [0, 1, 2]) {
    const positions = Array.from({ length: 150 }, (_, index) => domain * 150 + index)
    const images = (await base.readImages('train', positions)).map((value) => domain === 1 ? 255 - value : value)
    await rooms.append({ split: 'train', images, labels: await base.readLabels('train', positions), domains: new Int32Array(150).fill(domain) })
  }
  await rooms.finish({ name: 'rooms', classes: base.dataset.classes, domains: ['bright', 'dark', 'again'], validation: 0, test: 0, seed: 1, provenance: { format: 'test', origin: 'rooms' } })
  await base.close()
  const digits = await library.datasets.get('mnist-sample')
  const network = Network.create(definitionOf(architectureOf('seed-cnn'), [32, 32, 3], digits.classes), 3)
  await saveModel(network, library.models.folder('model:net'), summaryOfNetwork(network, 'model:net', 'Net'))
  network.dispose()
  const { datasets } = library
  const open = datasets.open.bind(datasets)
  datasets.open = async (id) => {
    const reader = await open(id)
    for (const verb of ['readImages', 'readLabels'] as const) {
      const original = reader[verb].bind(reader) as (split: SplitName, ...rest: unknown[]) => Promise<unknown>
      Object.assign(reader, { [verb]: (split: SplitName, ...rest: unknown[]) => {
        read.push(`${id} ${verb} ${split}`)
        return original(split, ...rest)
      } })
    }
    return reader
  }
  engine = createEngine({ library, cacheDir: join(folder, 'cache') })
})

const levels = ({ findings }: Xray): Record<string, string> => Object.fromEntries(findings.map(({ id, level }) => [id, level]))

describe('the X-ray', () => {
  it('tells inverted digits from those the source learned from, and reads no label of the target', async () => {
    const before = tf.memory().numTensors
    read.length = 0
    const phases = new Set<string>()
    const seen = await engine.xray({ source: 'model:net', sourceData: 'mnist-sample', target: 'inverted', device: 'wasm' }, { onProgress: (phase) => phases.add(phase) })
    expect(tf.memory().numTensors).toBe(before)
    expect(xraySchema.parse(JSON.parse(JSON.stringify(seen)))).toEqual(JSON.parse(JSON.stringify(seen)))
    expect([...phases]).toEqual(['starting', 'loading', 'features', 'comparing'])
    expect(levels(seen)).toMatchObject({ classes: 'same', distance: 'warning', polarity: 'warning' })
    expect(seen.distances!.toldApart).toBeGreaterThan(0.95)
    expect(seen.distances!.mmd.value).toBeGreaterThan(5 * seen.distances!.mmd.halves)
    expect([...new Set(read)].filter((each) => each.startsWith('inverted'))).toEqual(['inverted readImages train'])
    expect(read.filter((each) => each.endsWith('test'))).toEqual([])
    const again = await engine.xray({ source: 'model:net', sourceData: 'mnist-sample', target: 'inverted', device: 'wasm' })
    expect(again.cached).toBe(true)
    expect(again.findings).toEqual(seen.findings)
  })

  it('says for blocks of the backbone how far apart the two are there, and where that begins', async () => {
    const before = tf.memory().numTensors
    const seen = await engine.xray({ source: 'model:net', sourceData: 'mnist-sample', target: 'inverted', device: 'wasm' })
    expect(tf.memory().numTensors).toBe(before)
    const blocks = definitionOf(architectureOf('seed-cnn'), [32, 32, 3], ['a', 'b']).blocks.map(({ name }) => name)
    expect(seen.layers!.map(({ block }) => block)).toEqual(blocks.slice(0, -1).slice(0, 4))
    for (const { toldApart, mmd, text } of seen.layers!) {
      expect(toldApart).toBeGreaterThan(0.9)
      expect(mmd.value).toBeGreaterThan(mmd.halves)
      expect(text.en).toBe('Here the two are plainly different.')
    }
    expect(levels(seen)).toMatchObject({ layers: 'warning' })
    const same = await engine.xray({ source: 'model:net', sourceData: 'mnist-sample', target: 'same', device: 'wasm' })
    expect(same.layers!.every(({ toldApart }) => toldApart < 0.65)).toBe(true)
    expect(levels(same)).toMatchObject({ layers: 'same' })
  })

  it('holds the domains of a data set against each other, and one of them against the others, by domains alone', async () => {
    read.length = 0
    const between = await engine.xray({ source: 'model:net', target: 'rooms', device: 'wasm' })
    expect(between.domains!.map(({ first, second }) => `${first} ${second}`)).toEqual(['bright dark', 'bright again', 'dark again'])
    const [far, near, other] = between.domains!.map(({ toldApart }) => toldApart)
    expect(Math.min(far!, other!)).toBeGreaterThan(0.95)
    expect(near!).toBeLessThan(0.65)
    expect(between.findings.find(({ id }) => id === 'domains')?.text.en).toContain('the nearest “bright” and “again”')
    expect(read.filter((each) => each.includes('readLabels'))).toEqual([])
    const within = await engine.xray({ source: 'model:net', sourceData: 'rooms', target: 'rooms', domain: 'dark', device: 'wasm' })
    expect(within.distances!.toldApart).toBeGreaterThan(0.95)
    const alike = await engine.xray({ source: 'model:net', sourceData: 'rooms', sourceDomains: ['bright'], target: 'rooms', domain: 'again', device: 'wasm' })
    expect(alike.distances!.toldApart).toBeLessThan(0.65)
    await expect(engine.xray({ source: 'model:net', sourceData: 'rooms', target: 'rooms', domain: 'nowhere', device: 'wasm' })).rejects.toMatchObject({ code: 'unknown-domain' })
  })

  it('finds nothing between a data set and more of its like', async () => {
    const seen = await engine.xray({ source: 'model:net', sourceData: 'mnist-sample', target: 'same', device: 'wasm' })
    expect(levels(seen)).toMatchObject({ classes: 'same', distance: 'same' })
    expect(seen.distances!.toldApart).toBeLessThan(0.6)
    expect(seen.findings.some(({ id }) => id === 'polarity')).toBe(false)
  })

  it('says that there are too few pictures for a distance', async () => {
    const seen = await engine.xray({ source: 'model:net', sourceData: 'mnist-sample', target: 'few', device: 'wasm' })
    expect([seen.looked.target, seen.distances]).toEqual([6, undefined])
    expect(seen.findings.find(({ id }) => id === 'distance')?.text.en).toBe('Too few pictures to measure a distance.')
  })

  it('does not take the target for what the source learned from', async () => {
    read.length = 0
    await expect(engine.xray({ source: 'model:net', sourceData: 'same', target: 'same', device: 'wasm' })).rejects.toMatchObject({ code: 'source-data-is-target' })
    expect(read).toEqual([])
  })

  it('says that it is not known what a source learned from, and refuses one that has learned nothing', async () => {
    const seen = await engine.xray({ source: 'model:net', target: 'mnist-sample', device: 'wasm' })
    expect(seen.distances).toBeUndefined()
    expect(levels(seen)).toMatchObject({ 'no-source-data': 'note' })
    await expect(engine.xray({ source: 'arch:seed-cnn', target: 'mnist-sample', device: 'wasm' })).rejects.toMatchObject({ code: 'source-untrained' })
  })
})
