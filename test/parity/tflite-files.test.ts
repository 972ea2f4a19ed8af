import * as tf from '@tensorflow/tfjs-core'
import { readFileSync } from 'node:fs'
import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { loadModel } from '../../src/engine/interchange/tfjs/model-folder'
import { inference } from '../../src/engine/network/network'
import { openBackend } from '../../src/engine/runtime'
import { defaultCacheDir } from '../../src/library/disk'
import { zipFile } from '../../src/library/testing'
import { openWorkbench, type Workbench } from '../fixtures/two-domains'
import { uniform } from './numbers'

/** Made by scripts/parity/tflite_files.py with the commands that stand in it. */
const { by, files } = z.object({
  by: z.literal('TensorFlow 2.21.0'), files: z.array(z.object({
    title: z.string(), kind: z.string(), size: z.tuple([z.int(), z.int(), z.int()]), content: z.base64(), answers: z.array(z.number()).min(6)
  })).length(9)
}).parse(JSON.parse(readFileSync(join(__dirname, 'tflite-files.json'), 'utf8')))
const contentOf = (title: string, kind: string): Buffer =>
  gunzipSync(Buffer.from(files.find((file) => file.title === title && file.kind === kind)!.content, 'base64'))

let bench: Workbench
beforeAll(async () => {
  await openBackend('auto', { cacheDir: defaultCacheDir() })
  bench = await openWorkbench()
}, 120_000)
afterAll(() => bench.remove())

const written = async (name: string, content: Uint8Array): Promise<string> => {
  const path = join(bench.library.dataDir, name)
  await fs.writeFile(path, content)
  return path
}

/** What an imported model answers for the script's bytes, normalised as the import said. */
async function answersOf(ref: string, [height, width, channels]: readonly [number, number, number], shares: boolean): Promise<Float32Array> {
  const network = await loadModel(bench.library.models.folder(ref as `model:${string}`))
  const { mean, standardDeviation } = network.definition.normalisation
  const found = tf.tidy(() => {
    const pixels = Float32Array.from(uniform('pixels', 2 * height * width * channels), (value) => Math.floor((value + 1) * 128))
    const images = tf.div(tf.sub(tf.div(tf.tensor4d(pixels, [2, height, width, channels]), 255), mean), standardDeviation) as tf.Tensor4D
    const logits = network.forward(images, inference)
    return (shares ? tf.softmax(logits) : logits).dataSync<'float32'>()
  })
  network.dispose()
  return found
}

const [half, bytes] = [0.5, 1 / 255]
/** What the files say of their pixels: whole numbers, metadata and steps of their own do, floats alone do not. */
const deviationOf: Record<string, number> = { 'channel attention': bytes }

describe('a TensorFlow Lite file', () => {
  it.each(files.map((file) => ({ ...file, rounds: file.kind.includes('bytes') && file.kind !== 'weights in bytes' })))(
    `answers as in LiteRT: $title, $kind (${by})`, async ({ title, kind, size, answers, rounds }) => {
      const isKnown = title === 'mobilenet-v1' && !rounds
      const path = await written(`${title} ${kind}.tflite`.replaceAll(' ', '-'), contentOf(title, kind))
      const { model: { ref, classes }, inspection } = await bench.engine.importModel({ path })
      expect(inspection).toMatchObject({ format: 'tflite', architecture: isKnown ? title : 'extractor', input: size, inputFrom: 'file', unmatchedCount: 0 })
      const says = kind === 'bytes' || kind === 'signed bytes' || title === 'channel attention' || title === 'transformer'
      expect(inspection.normalisationFrom).toBe(says ? 'file' : 'usual')
      expect(inspection.normalisation.standardDeviation[0]).toBeCloseTo(deviationOf[title] ?? half, 3)
      expect(classes).toEqual(title === 'transformer' ? ['ant', 'bee', 'cat'] : Array.from({ length: answers.length / 2 }, (_, at) => `${at}`))
      expect(inspection.remarks!.map(({ text }) => text.en).join(' ')).toContain(rounds ? 'with the rounding to eight bits' : 'translated into ONNX')
      const shares = title === 'rare operators' || title === 'channel attention'
      const found = await answersOf(ref, size, shares)
      const spread = shares ? 1 : Math.max(...answers) - Math.min(...answers)
      // Eight bits leave 256 steps between the ends of an answer, and three of these are the most that LiteRT's own kernels differ by among themselves.
      const most = rounds ? 3.5 / 256 * spread : undefined
      answers.forEach((answer, at) => { expect(Math.abs(found[at]! - answer)).toBeLessThan(most ?? 1e-4 * (1 + Math.abs(answer))) })
    })

  it('is run as it is where a person wants that, and answers the same', async () => {
    const path = join(bench.library.dataDir, 'mobilenet-v1-halves.tflite')
    const { model: { ref }, inspection } = await bench.engine.importModel({ path, id: 'as-it-is', architecture: 'extractor' })
    expect(inspection).toMatchObject({ architecture: 'extractor', naming: 'TensorFlow Lite' })
    const { size, answers } = files[0]!
    const found = await answersOf(ref, size, false)
    answers.forEach((answer, at) => { expect(Math.abs(found[at]! - answer)).toBeLessThan(1e-4 * (1 + Math.abs(answer))) })
  })

  it.each([['model_unquant.tflite', 'floats'], ['model.tflite', 'bytes']])('is opened out of the archive that Teachable Machine gives, its classes named: %s', async (name, kind) => {
    const entries = [{ name: 'labels.txt', content: Buffer.from('0 Cat\n1 Dog\n2 Owl\n3 Fox\n4 Hen\n') }, { name, content: contentOf('rare operators', kind) }]
    const { model: { classes }, inspection } = await bench.engine.importModel({ path: await written(`converted-${kind}.zip`, zipFile(entries)) })
    expect(classes).toEqual(['Cat', 'Dog', 'Owl', 'Fox', 'Hen'])
    expect(inspection).toMatchObject({ architecture: 'extractor', classesFrom: 'file', normalisationFrom: kind === 'bytes' ? 'file' : 'usual' })
  })

  it('is a source to learn on, is looked at by the advisor and answers by itself', async () => {
    const path = join(bench.library.dataDir, 'channel-attention-bytes-inside.tflite')
    await bench.engine.importModel({ path, id: 'lite' })
    for (const [method, training] of [['k-nearest', {}], ['svm', {}], ['linear-probe', { epochs: 5, learningRate: 0.05 }]] as const) {
      const run = await bench.run(bench.spec({ method, source: { model: 'model:lite' }, target: { labels: { perClass: 16 } }, training: { epochs: 1, augmentation: 'none', ...training } }))
      expect(run.error).toBeUndefined()
      const again = await bench.engine.evaluate(`run:${run.id}`, 'bars', 'auto')
      expect(again.accuracy).toBe(run.metrics.test!.accuracy)
    }
    const advice = JSON.stringify(await bench.engine.advise({ source: 'model:lite', target: { dataset: 'bars', labels: { perClass: 16 } } }))
    expect(advice).toContain('k-nearest')
    expect(advice).not.toContain('"fine-tuning"')
  }, 300_000)
})
