import * as tf from '@tensorflow/tfjs-core'
import { spawnSync } from 'node:child_process'
import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { parquetReadObjects } from 'hyparquet'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Run } from '../../src/contract/runs'
import { normaliser } from '../../src/engine/batches/normalise'
import { loadModel } from '../../src/engine/interchange/tfjs/model-folder'
import { inference } from '../../src/engine/network/network'
import { importDataset } from '../../src/library/intake/import'
import { openWorkbench, type Workbench } from '../fixtures/two-domains'
import { python } from './card-programs'

let bench: Workbench
let run: Run
beforeAll(async () => {
  bench = await openWorkbench()
  run = await bench.run(bench.spec({ method: 'scratch', training: { epochs: 1 } }))
  const folder = join(bench.library.dataDir, 'shots')
  for (const [name, grey] of [['cat', 60], ['dog', 160]] as const) {
    await fs.mkdir(join(folder, name), { recursive: true })
    for (let at = 0; at < 6; at++) {
      await sharp({ create: { width: 16, height: 16, channels: 3, background: { r: grey + at, g: grey, b: at * 9 } } }).png().toFile(join(folder, name, `=${name}, ${at}.png`))
    }
  }
  await importDataset(bench.library, { path: folder, id: 'shots', validation: 0 })
})
afterAll(() => bench.remove())

const out = (name: string): string => join(bench.library.dataDir, name)

/** What the saved network sees in a split, asked directly. */
async function seen(dataset: string, split: 'train' | 'test'): Promise<{ features: Float32Array, length: number, labels: Int32Array, names: string[] }> {
  const network = await loadModel(bench.library.models.folder(`run:${run.id}`))
  const reader = await bench.library.datasets.open(dataset)
  const count = reader.countOf(split)
  const images = normaliser(reader.dataset.shape, network.definition.input, network.definition.normalisation)(
    await reader.readImages(split, Array.from({ length: count }, (_, at) => at)), count)
  const features = tf.tidy(() => network.features(images, inference).dataSync<'float32'>())
  images.dispose()
  const names = reader.hasNames(split) ? await reader.readNames(split) : []
  const found = { features, length: network.featureLength, labels: await reader.readLabels(split), names }
  network.dispose()
  await reader.close()
  return found
}

it('saves what the backbone sees as NumPy has arrays, with labels and file names in the same order beside it', async () => {
  const steps: [number, number][] = []
  const saved = await bench.engine.saveFeatures(
    { model: `run:${run.id}`, dataset: 'shots', split: 'train', format: 'npy', path: out('mine'), replace: false }, 'cpu', { onProgress: (...step) => steps.push(step) }
  )
  const { features, length, labels, names } = await seen('shots', 'train')
  expect(saved).toMatchObject({ path: out('mine.npy'), table: out('mine.csv'), rows: labels.length, length })
  expect(steps.at(-1)).toEqual([labels.length, labels.length])
  const file = await fs.readFile(out('mine.npy'))
  expect(saved.bytes).toBe(file.length + (await fs.stat(out('mine.csv'))).size)
  const numbers = new Float32Array(file.buffer.slice(file.byteOffset + file.length - features.length * 4, file.byteOffset + file.length))
  numbers.forEach((value, at) => { expect(Math.abs(value - features[at]!)).toBeLessThan(1e-5) })
  const [head, ...lines] = (await fs.readFile(out('mine.csv'), 'utf8')).trim().split('\r\n')
  expect(head).toBe('\ufeffsplit,position,label,class,domain,file'.trim())
  expect(lines).toHaveLength(labels.length)
  lines.forEach((line, at) => {
    // A name that a spreadsheet would take for a formula leads to the file all the same.
    expect(line).toBe(`train,${at},${labels[at]},${['cat', 'dog'][labels[at]!]},,"${names[at]!}"`)
    expect(names[at]).toMatch(/^(cat|dog)[/\\]=/)
  })
  await expect(bench.engine.saveFeatures({ model: `run:${run.id}`, dataset: 'shots', split: 'train', format: 'npy', path: out('mine'), replace: false }, 'cpu'))
    .rejects.toMatchObject({ code: 'exists-already' })
})

it('saves all splits in one Parquet file, a column each', async () => {
  const { path, rows, length } = await bench.engine.saveFeatures(
    { model: `run:${run.id}`, dataset: 'bars', split: 'all', format: 'parquet', path: out('bars.parquet'), replace: false }, 'cpu'
  )
  expect(rows).toBe(96 + 24 + 48)
  const { buffer, byteOffset, byteLength } = await fs.readFile(path)
  const found = await parquetReadObjects({ file: buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer })
  expect(found).toHaveLength(rows)
  const { features, labels } = await seen('bars', 'test')
  const tested = found.filter(({ split }) => split === 'test')
  expect(tested.map(({ label }) => label as number)).toEqual([...labels])
  expect(tested[0]).toMatchObject({ position: 0, class: ['left', 'right', 'both'][labels[0]!], file: null })
  tested.forEach((row, at) => {
    for (const feature of [0, length - 1]) expect(Math.abs(row[`feature_${feature}`] as number - features[at * length + feature]!)).toBeLessThan(1e-5)
  })
})

it('says what cannot be saved', async () => {
  await expect(bench.engine.saveFeatures({ model: `run:${run.id}`, dataset: 'shots', split: 'validation', format: 'npy', path: out('none'), replace: false }, 'cpu'))
    .rejects.toMatchObject({ code: 'no-images' })
})

it.skipIf(!python)('is read by NumPy itself', async () => {
  const { path, rows, length } = await bench.engine.saveFeatures(
    { model: `run:${run.id}`, dataset: 'bars', split: 'test', format: 'npy', path: out('numpy.npy'), replace: false }, 'cpu'
  )
  const { stdout, stderr } = spawnSync(python!, ['-c', `import numpy; x = numpy.load('${path}'); print(x.shape, x.dtype, float(x[-1, -1]))`], { encoding: 'utf8' })
  const { features } = await seen('bars', 'test')
  expect(stdout, stderr).toContain(`(${rows}, ${length}) float32 `)
  expect(Math.abs(Number(stdout.trim().split(' ').at(-1)) - features.at(-1)!)).toBeLessThan(1e-5)
})
