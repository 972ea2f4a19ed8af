import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SplitName } from '../../src/contract/datasets'
import { examinationSchema, type Examination, type Trouble } from '../../src/contract/examinations'
import { createEngine, type Engine } from '../../src/engine'
import { architectureOf, definitionOf } from '../../src/engine/architectures'
import { saveModel } from '../../src/engine/interchange/tfjs/model-folder'
import { summaryOfNetwork } from '../../src/engine/models/open'
import { Network } from '../../src/engine/network/network'
import { randomStream } from '../../src/engine/random'
import { openBackend } from '../../src/engine/runtime'
import { openLibrary, type Library } from '../../src/library'
import { DatasetWriter } from '../../src/library/datasets/writer'

const folder = mkdtempSync(join(tmpdir(), 'graft-examine-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
let library: Library
let engine: Engine
const read: string[] = []

/** Patches of uneven light, with upright or level stripes; the third class has squares. 16 × 16, colour. */
function picture(label: number, number: number): Uint8Array {
  const stream = randomStream(5, 'picture', label, number)
  const shift = stream.integer(4)
  const light = Array.from({ length: 16 }, () => 80 + stream.integer(50))
  return Uint8Array.from({ length: 16 * 16 * 3 }, (_, at) => {
    const [column, row] = [Math.floor(at / 3) % 16, Math.floor(at / 48)]
    const [x, y, level] = [column + shift, row + shift, light[Math.floor(row / 4) * 4 + Math.floor(column / 4)]!]
    const on = label === 0 ? x % 4 < 2 : label === 1 ? y % 4 < 2 : (x % 8 < 4) !== (y % 8 < 4)
    return (on ? level + 60 : level - 40) + stream.integer(30)
  })
}
const scaled = (image: Uint8Array, by: (value: number) => number): Uint8Array => image.map((value) => Math.round(by(value)))

/** 40 of each of three classes; 90 train, 30 test. Spoilt: labels of 4, 17 and 30, a copy, a dark and a blank picture, and class 2 is red. */
async function write(): Promise<void> {
  const writer = await DatasetWriter.create(library.datasets.folder, 'spoilt', [16, 16, 3])
  const truth = (number: number): number => number % 3
  const train = Array.from({ length: 90 }, (_, number) => {
    if (number === 50) return picture(2, 1000)
    const image = picture(truth(number), number)
    if (number === 9) return scaled(image, (value) => value * 0.2)
    if (number === 12) return new Uint8Array(image.length).fill(90)
    return image
  })
  const labels = train.map((_, number) => [4, 17, 30].includes(number) ? (truth(number) + 1) % 3 : truth(number))
  const tested = Array.from({ length: 30 }, (_, number) => number === 7 ? train[22]! : picture(truth(number), 500 + number))
  const red = (image: Uint8Array, label: number): Uint8Array => label === 2 ? image.map((value, at) => at % 3 === 0 ? Math.min(255, value + 60) : value) : image
  await writer.append({ split: 'train', images: Buffer.concat(train.map((image, number) => red(image, truth(number)))), labels: Int32Array.from(labels) })
  await writer.append({ split: 'test', images: Buffer.concat(tested.map((image, number) => red(image, truth(number)))), labels: Int32Array.from(tested, (_, number) => truth(number)) })
  await writer.finish({ name: 'Spoilt', classes: ['upright', 'level', 'squares'], validation: 0, test: 0, seed: 1, provenance: { format: 'test', origin: 'test' } })
}

beforeAll(async () => {
  await openBackend('wasm', { cacheDir: join(folder, 'cache') })
  library = openLibrary(join(folder, 'data'))
  await write()
  const network = Network.create(definitionOf(architectureOf('seed-cnn'), [16, 16, 3], ['upright', 'level', 'squares']), 3)
  await saveModel(network, library.models.folder('model:net'), summaryOfNetwork(network, 'model:net', 'Net'))
  network.dispose()
  const { datasets } = library
  const open = datasets.open.bind(datasets)
  datasets.open = async (id) => {
    const reader = await open(id)
    for (const verb of ['readImages', 'readLabels'] as const) {
      const original = reader[verb].bind(reader) as (split: SplitName, ...rest: unknown[]) => Promise<unknown>
      Object.assign(reader, { [verb]: (split: SplitName, ...rest: unknown[]) => {
        read.push(`${verb} ${split}`)
        return original(split, ...rest)
      } })
    }
    return reader
  }
  engine = createEngine({ library, cacheDir: join(folder, 'cache') })
})

const wanted = { dataset: 'spoilt', source: 'model:net', device: 'wasm' } as const
const suspectsOf = ({ findings }: Examination, id: Trouble): string[] =>
  findings.find((finding) => finding.id === id)?.suspects.map(({ split, position }) => `${split} ${position}`) ?? []

describe('the data doctor', () => {
  it('finds the labels that were changed, the copy, the dark and the blank picture and the class that is told by its colour', async () => {
    const before = tf.memory().numTensors
    read.length = 0
    const phases = new Set<string>()
    const found = await engine.examine(wanted, { onProgress: (phase) => phases.add(phase) })
    expect(tf.memory().numTensors).toBe(before)
    expect(examinationSchema.parse(JSON.parse(JSON.stringify(found)))).toEqual(JSON.parse(JSON.stringify(found)))
    expect([...phases]).toEqual(['starting', 'loading', 'pixels', 'features', 'judging'])
    const labels = found.findings.find(({ id }) => id === 'label-errors')!
    expect(suspectsOf(found, 'label-errors').slice(0, 6)).toEqual(expect.arrayContaining(['train 4', 'train 17', 'train 30']))
    // 4 % 3 = 1 was given as 2, 17 % 3 = 2 as 0, 30 % 3 = 0 as 1.
    expect(labels.suspects.filter(({ position }) => [4, 17, 30].includes(position)).map(({ position, label, suggested }) => [position, label, suggested])
      .sort((a, b) => a[0]! - b[0]!)).toEqual([[4, 2, 1], [17, 0, 2], [30, 1, 0]])
    expect(suspectsOf(found, 'copies-across-splits')).toEqual(['train 22', 'test 7'])
    expect(suspectsOf(found, 'dark')).toEqual(['train 9'])
    expect(suspectsOf(found, 'blank')).toEqual(['train 12'])
    // The squares have less fine detail than the stripes, too.
    const shortcuts = found.findings.filter(({ id }) => id === 'shortcut')
    expect([...new Set(shortcuts.map((finding) => finding.class))]).toEqual([2])
    expect(shortcuts.map(({ text }) => text.en).join()).toContain('the mean colour is enough')
    expect(found.findings.map(({ id }) => id)).not.toContain('bright')
    // No label of the test is read where nobody asks for it.
    expect([...new Set(read)].sort()).toEqual(['readImages test', 'readImages train', 'readLabels train'])
    expect(found.looked).toEqual({ train: { count: 90, of: 90, labels: true }, test: { count: 30, of: 30, labels: false } })
    expect(found.remarks.map(({ en }) => en).join(' ')).toContain('labels of the test split were not read')
  })

  it('says the same the second time, from the cache, and reads the labels of the test where that is asked for', async () => {
    const [one, two] = [await engine.examine(wanted), await engine.examine(wanted)]
    expect(two.cached).toBe(true)
    expect(two.findings).toEqual(one.findings)
    read.length = 0
    const all = await engine.examine({ ...wanted, testLabels: true })
    expect(read).toContain('readLabels test')
    expect(all.looked.test!.labels).toBe(true)
  })

  it('looks at no more pictures than it is told, and says so', async () => {
    const found = await engine.examine({ ...wanted, images: 30 })
    expect(found.looked.train).toMatchObject({ count: 30, of: 90 })
    expect(found.remarks[0]!.en).toContain('60 of 120 pictures')
  })

  it('refuses a network that learned nothing, and can be given up', async () => {
    await expect(engine.examine({ ...wanted, source: 'arch:seed-cnn' })).rejects.toMatchObject({ code: 'source-untrained' })
    const cancel = new AbortController()
    cancel.abort()
    const before = tf.memory().numTensors
    await expect(engine.examine(wanted, { signal: cancel.signal })).rejects.toThrow()
    expect(tf.memory().numTensors).toBe(before)
  })
})
