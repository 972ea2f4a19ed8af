import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openLibrary } from '../../src/library'
import { built, graft, type Ended } from './graft'

let dataDir = ''
beforeAll(() => { dataDir = mkdtempSync(join(tmpdir(), 'graft-job-')) })
afterAll(() => rmSync(dataDir, { recursive: true, force: true }))

const command = (...argv: string[]): Promise<Ended> => graft([...argv, '--data-dir', dataDir])
const fewSteps = ['--labels', '10', '--batch-size', '32', '--optimizer', 'adam', '--learning-rate', '0.001']

interface RunDocument { id: string, state: string, epochs: number, metrics: { test: { accuracy: number, loss: number } } }

async function document<Document>(...argv: string[]): Promise<Document> {
  const { code, stdout, stderr } = await command(...argv, '--json')
  expect(code, stderr).toBe(0)
  return JSON.parse(stdout) as Document
}
const train = (source: string, target: string, method: string, ...more: string[]): Promise<RunDocument> =>
  document<RunDocument>('run', '--source', source, '--target', target, '--method', method, ...more)

describe.skipIf(!built)('the main job on the embedded samples (needs npm run build)', () => {
  it('finds the samples in a fresh data folder', async () => {
    const { datasets } = await document<{ datasets: { id: string, shape: number[] }[] }>('datasets', 'list')
    expect(datasets.map(({ id, shape }) => [id, shape])).toEqual(expect.arrayContaining([
      ['digits', [32, 32, 3]], ['mnist-sample', [32, 32, 3]]
    ]))
  })

  it('finds LIBSVM\'s thread beside the bundle', async () => {
    const { metrics } = await train('arch:seed-cnn', 'digits', 'svm', '--labels', '10', '--set', 'features=pixels')
    expect(metrics.test.accuracy).toBeGreaterThan(0.6)
  })

  it('goes from a source to compared runs, a page, scores and predictions', async () => {
    const source = await train('arch:seed-cnn', 'mnist-sample', 'scratch', '--epochs', '2', '--optimizer', 'adam', '--learning-rate', '0.001')
    expect(source.metrics.test.accuracy).toBeGreaterThan(0.85)

    const scratch = await train('arch:seed-cnn', 'digits', 'scratch', ...fewSteps, '--epochs', '16')
    const tuned = await train(`run:${source.id}`, 'digits', 'fine-tuning', ...fewSteps, '--epochs', '16', '--set', 'headFactor=2')
    expect(tuned).toMatchObject({
      state: 'done', epochs: 16, seconds: expect.any(Number), imagesPerSecond: expect.any(Number),
      backend: expect.stringMatching(/^(gpu|cpu|wasm)$/),
      metrics: { test: { accuracy: expect.any(Number), loss: expect.any(Number), n: 500, perClass: expect.any(Array) } },
      spec: { source: { model: `run:${source.id}` }, target: { labels: { perClass: 10 } }, method: { params: { headFactor: 2 } } }
    })
    expect(tuned.metrics.test.accuracy).toBeGreaterThan(scratch.metrics.test.accuracy)

    const page = join(dataDir, 'page.html')
    const compared = await document<{ runs: { id: string }[], differences: { second: string, difference: number, interval: number[], verdict: string }[] }>(
      'runs', 'compare', scratch.id, tuned.id, '--html', page)
    expect(compared.runs.map(({ id }) => id)).toEqual([scratch.id, tuned.id])
    const [pair] = compared.differences
    expect(pair).toMatchObject({ second: tuned.id, verdict: 'better' })
    expect(pair?.difference).toBeCloseTo(tuned.metrics.test.accuracy - scratch.metrics.test.accuracy, 10)
    expect(pair?.interval[0]).toBeLessThan(pair?.difference ?? 0)
    expect(readFileSync(page, 'utf8')).toContain('<polyline')

    // A control that has not learned is no control: to beat it is no evidence, whatever the difference.
    const hasty = await train('arch:seed-cnn', 'digits', 'scratch', ...fewSteps, '--epochs', '4')
    const { differences: [unearned] } = await document<{ differences: { difference: number, verdict: string, reason: string }[] }>('runs', 'compare', hasty.id, tuned.id)
    expect(unearned?.difference).toBeGreaterThan(0.2)
    expect(unearned).toMatchObject({ verdict: 'no-evidence', reason: expect.stringContaining('has not learned') })

    const { metrics } = await document<RunDocument>('evaluate', `run:${tuned.id}`, '--dataset', 'digits')
    expect(metrics.test.accuracy).toBe(tuned.metrics.test.accuracy)

    const picture = join(dataDir, 'digit.png')
    const reader = await openLibrary(dataDir).datasets.open('digits')
    await sharp(await reader.readImages('test', [0]), { raw: { width: 32, height: 32, channels: 3 } }).png().toFile(picture)
    await reader.close()
    const { predictions: [seen, broken], source: asked } = await document<{
      source: { name: string }
      predictions: [
        { classes: { class: string, probability: number }[], source: unknown[], saliency: { class: string, map: number[] }, heatMap: string },
        { error: { message: string } }
      ]
    }>('predict', `run:${tuned.id}`, picture, page, '--grad-cam', join(dataDir, 'maps'))
    expect(seen.classes).toHaveLength(10)
    expect(seen.classes.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 5)
    expect(broken.error.message).toContain('page.html')
    expect(asked.name).not.toBe('')
    expect(seen.source).toHaveLength(10)
    // The seed CNN's last convolution sees 8×8 places in 32×32 pixels.
    expect(seen.saliency).toMatchObject({ class: seen.classes[0]!.class })
    expect(seen.saliency.map).toHaveLength(64)
    expect(Math.max(...seen.saliency.map)).toBe(1)
    expect(await sharp(seen.heatMap).metadata()).toMatchObject({ format: 'png', width: 256, height: 256 })

    const exported = await document<{ path: string, card: string }>('models', 'export', `run:${tuned.id}`, join(dataDir, 'tuned'), '--format', 'onnx')
    expect(exported.path).toBe(join(dataDir, 'tuned.onnx'))
    const card = readFileSync(exported.card, 'utf8')
    expect(card).toContain(`${(tuned.metrics.test.accuracy * 100).toFixed(1)} %`)
    expect(card).toContain('## Licence')
  })

  it('gives the same numbers for the same seed, and others for another', async () => {
    const once = (seed: string): Promise<RunDocument> =>
      train('arch:seed-cnn', 'digits', 'scratch', ...fewSteps, '--epochs', '2', '--seed', seed, '--augmentation', 'shift')
    const [first, again, other] = [await once('3'), await once('3'), await once('4')]
    expect(again.metrics).toEqual(first.metrics)
    expect(other.metrics.test.loss).not.toBe(first.metrics.test.loss)
  })

  it('runs the demo within 90 seconds', async () => {
    const { code, stdout, stderr, seconds } = await command('demo', '--json')
    expect(code, stderr).toBe(0)
    const { runs, differences, pretraining } = JSON.parse(stdout)
    expect(pretraining.metrics.test.accuracy).toBeGreaterThan(0.9)
    expect(runs.map((run: { method: string }) => run.method)).toEqual(['scratch', 'fine-tuning', 'linear-probe'])
    expect(differences[0].difference).toBeGreaterThan(0)
    expect(seconds).toBeLessThan(90)
  })
})
