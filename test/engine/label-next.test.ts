import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SplitName } from '../../src/contract/datasets'
import { labelNextSchema, type LabelNext, type LabelNextWanted } from '../../src/contract/labelling'
import { createEngine, type Engine } from '../../src/engine'
import { architectureOf, definitionOf } from '../../src/engine/architectures'
import { saveModel } from '../../src/engine/interchange/tfjs/model-folder'
import { summaryOfNetwork } from '../../src/engine/models/open'
import { Network } from '../../src/engine/network/network'
import { randomStream } from '../../src/engine/random'
import { openBackend } from '../../src/engine/runtime'
import { openLibrary, type Library } from '../../src/library'
import { DatasetWriter } from '../../src/library/datasets/writer'
import { mendDataset } from '../../src/library/intake'

const folder = mkdtempSync(join(tmpdir(), 'graft-label-next-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
let library: Library
let engine: Engine
const read: string[] = []

/** Upright stripes, level stripes or squares; the third kind is rare. 16 × 16, colour. */
const kindOf = (number: number): number => number % 10 === 9 ? 2 : number % 2
function picture(kind: number, number: number): Uint8Array {
  const stream = randomStream(5, 'picture', kind, number)
  return Uint8Array.from({ length: 16 * 16 * 3 }, (_, at) => {
    const [x, y] = [Math.floor(at / 3) % 16, Math.floor(at / 48)]
    const on = kind === 0 ? x % 4 < 2 : kind === 1 ? y % 4 < 2 : (x % 8 < 4) !== (y % 8 < 4)
    return (on ? 180 : 60) + stream.integer(40)
  })
}
async function write(id: string, split: SplitName, labelled = false): Promise<void> {
  const writer = await DatasetWriter.create(library.datasets.folder, id, [16, 16, 3])
  const pictures = Array.from({ length: 100 }, (_, number) => picture(kindOf(number), number))
  const labels = Int32Array.from(pictures, (_, number) => kindOf(number))
  if (split !== 'train') await writer.append({ split: 'train', images: Buffer.concat(pictures.slice(0, 4)), labels: labels.slice(0, 4) })
  await writer.append({ split, images: Buffer.concat(pictures), ...(labelled && { labels }) })
  await writer.append({ split: 'test', images: Buffer.concat(pictures.slice(0, 10)), ...(labelled && { labels: labels.slice(0, 10) }) })
  await writer.finish({ name: id, classes: split === 'train' && !labelled ? [] : ['upright', 'level', 'squares'], validation: 0, test: 0, seed: 1, provenance: { format: 'test', origin: 'test' } })
}

beforeAll(async () => {
  await openBackend('wasm', { cacheDir: join(folder, 'cache') })
  library = openLibrary(join(folder, 'data'))
  await write('bare', 'train')
  await write('partly', 'unlabelled')
  await write('whole', 'train', true)
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
const next = (dataset: string, more: Partial<LabelNextWanted> = {}): Promise<LabelNext> =>
  engine.labelNext({ dataset, source: 'model:net', device: 'wasm', count: 6, ...more })

describe('what to label next', () => {
  it('names pictures of each kind where there is no label yet, sees nothing of the test, and goes on from what was labelled since', async () => {
    read.length = 0
    const first = labelNextSchema.parse(await next('bare'))
    expect(first).toMatchObject({ how: 'typical', waiting: 100, looked: 100, labelled: 0, classes: [], cached: false })
    expect(first.pictures).toHaveLength(6)
    // One in ten is of the third kind: six drawn at random miss it every second time.
    expect(new Set(first.pictures.map(({ position }) => kindOf(position)))).toEqual(new Set([0, 1, 2]))
    expect(new Set(read)).toEqual(new Set(['readImages train']))
    const labels = first.pictures.map(({ split, position }) => ({ split, position, class: ['upright', 'level', 'squares'][kindOf(position)]! }))
    const more = await next('bare', { labels, without: [{ split: 'train', position: 0 }] })
    expect(more).toMatchObject({ how: 'doubtful', waiting: 94, labelled: 6, cached: true })
    expect(more.classes).toHaveLength(3)
    const dealtWith = new Set([0, ...labels.map(({ position }) => position)])
    expect(more.pictures.filter(({ position }) => dealtWith.has(position))).toEqual([])
    expect(more.pictures.every(({ guess, confidence }) => more.classes.includes(guess!) && confidence! > 0 && confidence! <= 1)).toBe(true)
    // The same wish gives the same pictures.
    expect((await next('bare', { labels, without: [{ split: 'train', position: 0 }] })).pictures).toEqual(more.pictures)
  })

  it('leads to a data set that can be learned from, and names more of what waits in it', async () => {
    const { pictures } = await next('bare', { count: 12 })
    const made = await mendDataset(library, { from: 'bare', id: 'begun', plan: {
      corrections: pictures.map(({ split, position }) => ({ do: 'label', split, position, to: ['upright', 'level', 'squares'][kindOf(position)]! }))
    } })
    expect(made.splits).toMatchObject({ train: { count: 12 }, unlabelled: { count: 88 }, test: { count: 10 } })
    const more = await next('begun')
    expect(more).toMatchObject({ waiting: 88, labelled: 12 })
    expect(new Set(more.pictures.map(({ split }) => split))).toEqual(new Set(['unlabelled']))
  })

  it('reads the labels of training where there are some', async () => {
    read.length = 0
    expect(await next('partly')).toMatchObject({ waiting: 100, labelled: 4, how: 'typical', classes: ['upright', 'level', 'squares'] })
    expect(new Set(read)).toEqual(new Set(['readImages train', 'readLabels train', 'readImages unlabelled']))
  })

  it('says where there is nothing to label, where all is dealt with, and that a fresh network sees nothing', async () => {
    await expect(next('whole')).rejects.toMatchObject({ code: 'nothing-to-label' })
    const all = Array.from({ length: 100 }, (_, position) => ({ split: 'train' as const, position }))
    await expect(next('bare', { without: all })).rejects.toMatchObject({ code: 'nothing-left' })
    await expect(next('bare', { source: 'arch:seed-cnn' })).rejects.toMatchObject({ code: 'source-untrained' })
  })

  it('tells how far it is, and stops when it is cancelled', async () => {
    const phases = new Set<string>()
    await engine.labelNext({ dataset: 'partly', source: 'model:net', device: 'wasm' }, { onProgress: (phase) => { phases.add(phase) } })
    expect([...phases]).toEqual(['starting', 'loading', 'features', 'choosing'].filter((phase) => phase !== 'features' || phases.has(phase)))
    await expect(engine.labelNext({ dataset: 'partly', source: 'model:net', device: 'wasm', seed: 2, images: 20 }, { signal: AbortSignal.abort() })).rejects.toThrow()
  })
})
