import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Run } from '../../src/contract/runs'
import { openWorkbench, type Workbench } from '../fixtures/two-domains'

let bench: Workbench
let run: Run
let pictures: { familiar: string, strange: string }

beforeAll(async () => {
  bench = await openWorkbench()
  run = await bench.run(bench.spec({ method: 'scratch', training: { epochs: 8, learningRate: 0.02 } }))
  const folder = join(bench.library.dataDir, 'shots')
  await mkdir(folder)
  pictures = { familiar: join(folder, 'bar.png'), strange: join(folder, 'black.png') }
  const reader = await bench.library.datasets.open('bars')
  await sharp(await reader.readImages('test', [0]), { raw: { width: 16, height: 16, channels: 3 } }).png().toFile(pictures.familiar)
  await reader.close()
  await sharp({ create: { width: 16, height: 16, channels: 3, background: '#000' } }).png().toFile(pictures.strange)
})
afterAll(() => bench.remove())

describe('none of these', () => {
  it('stands in the run\'s record, its scores and its model\'s card', async () => {
    const { calibration, metrics: { test } } = run
    expect(calibration).toMatchObject({ images: 24, noneOfThese: { score: 'energy', expected: 0.05, test: { images: 48 } } })
    const away = test!.noneOfThese!.reduce((sum, count) => sum + count)
    expect(away / 48).toBeCloseTo(calibration!.noneOfThese!.test!.share, 9)
    expect((await bench.library.models.get(`run:${run.id}`)).calibration).toEqual(calibration)
    const path = join(bench.library.dataDir, 'bars.onnx')
    await bench.engine.exportModel({ ref: `run:${run.id}`, format: 'onnx', path, language: 'en' })
    const card = await readFile(`${path}.README.md`, 'utf8')
    expect(card).toContain(`is above ${calibration!.noneOfThese!.threshold.toFixed(4)}`)
    expect(card).toContain('Of pictures like these, about 5 % are wrongly turned away')
  })

  it('is said of a picture by its threshold, and leaves no tensor behind', async () => {
    const { calibration } = run
    const before = tf.memory().numTensors
    const asked = await bench.engine.predict(`run:${run.id}`, [pictures.familiar, pictures.strange], { device: 'cpu' })
    expect(tf.memory().numTensors).toBe(before)
    expect(asked.calibration).toEqual(calibration)
    expect(asked.notes).toEqual([])
    const { files } = await bench.engine.sortPictures(`run:${run.id}`, [pictures.familiar, pictures.strange], { device: 'cpu' })
    for (const [index, found] of asked.predictions.entries()) {
      const row = files[index]!
      if ('error' in found || 'error' in row) throw new Error(found.image)
      expect(found.noneOfThese).toBe(index === 1)
      expect(row.noneOfThese === true).toBe(found.noneOfThese)
      expect(found.classes.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 9)
    }
  })

  it('is joined by what lies far from the training pictures, whose features are kept with the model by their hash', async () => {
    const { calibration } = run
    expect(calibration?.unlike).toMatchObject({ neighbour: 5, expected: 0.05, test: { images: 48 } })
    const folder = bench.library.models.folder(`run:${run.id}`)
    const { files } = JSON.parse(await readFile(join(folder, 'graft.json'), 'utf8')) as { files: Record<string, string> }
    expect(files['familiar.safetensors']).toMatch(/^[0-9a-f]{64}$/)
    const ask = async () => (await bench.engine.predict(`run:${run.id}`, [pictures.familiar, pictures.strange], { device: 'cpu' })).predictions
      .map((found) => 'error' in found ? found.error : found.unlike)
    expect(await ask()).toEqual([false, true])
    // Another number in it would be another answer: it is noticed.
    const path = join(folder, 'familiar.safetensors')
    const whole = await readFile(path)
    await writeFile(path, whole.map((byte, index) => index === whole.length - 2 ? byte ^ 1 : byte))
    await expect(ask()).rejects.toMatchObject({ code: 'model-damaged' })
    await writeFile(path, whole)
  })

  it('is not known of a classifier without energies by energies, nor of a model of an earlier version', async () => {
    const forest = await bench.run(bench.spec({ method: 'random-forest', params: { trees: 10 }, source: { model: `run:${run.id}` } }))
    expect(forest.calibration?.noneOfThese?.score).toBe('uncertainty')

    const path = join(bench.library.models.folder(`run:${forest.id}`), 'graft.json')
    const { calibration: _, seal: __, ...older } = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>
    await writeFile(path, JSON.stringify(older))
    const { predictions: [found], notes } = await bench.engine.predict(`run:${forest.id}`, [pictures.strange], { device: 'cpu' })
    expect(found).not.toHaveProperty('noneOfThese')
    expect(notes.map(({ en }) => en)).toEqual([expect.stringContaining('No threshold is known')])
  })

  it('takes the training pictures themselves as familiar ones where the network has not learned from them', async () => {
    const unlike = async (model: 'arch:lenet' | `run:${string}`) => (await bench.run(bench.spec({ method: 'random-forest', params: { trees: 10 }, source: { model } }))).calibration?.unlike
    const [fresh, learned] = [await unlike('arch:lenet'), await unlike(`run:${run.id}`)]
    expect(fresh).toMatchObject({ images: 24 + fresh!.references, expected: 0.05 })
    expect(learned?.images).toBe(24)
  })

  it('finds no temperature where no target label was granted', async () => {
    const adapted = await bench.run(bench.spec({ method: 'source-only', source: { model: `run:${run.id}`, dataset: 'bars' }, target: { dataset: 'bars-inverted', labels: 'none' }, training: { epochs: 1 } }))
    expect(adapted.error).toBeUndefined()
    expect(adapted.calibration?.temperature).toBeUndefined()
    expect(adapted.calibration?.noneOfThese?.threshold).toEqual(expect.any(Number))
  })

  it('changes with no silent change of its record', async () => {
    const path = join(bench.library.models.folder(`run:${run.id}`), 'graft.json')
    const whole = await readFile(path, 'utf8')
    await writeFile(path, whole.replace(/"threshold": -?[\d.]+/, '"threshold": 99'))
    await expect(bench.library.models.get(`run:${run.id}`)).rejects.toMatchObject({ code: 'file-damaged' })
    await writeFile(path, whole)
  })
})
