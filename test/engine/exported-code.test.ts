import * as core from '@tensorflow/tfjs-core'
import * as layers from '@tensorflow/tfjs-layers'
import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ExportFormat } from '../../src/contract/models'
import { normaliser } from '../../src/engine/batches/normalise'
import { saveModel } from '../../src/engine/interchange/tfjs/model-folder'
import { exportModel } from '../../src/engine/models/export'
import { inference } from '../../src/engine/network/network'
import { randomStream } from '../../src/engine/random'
import { openBackend } from '../../src/engine/runtime'
import { openLibrary } from '../../src/library'
import { DatasetWriter } from '../../src/library/datasets/writer'
import { defaultCacheDir } from '../../src/library/disk'
import { inNode, inPython, programsOf, python, type Program } from './card-programs'
import { asPage } from './litert'
import { quickNetwork, summaryOf } from './random-network'

const shape = [64, 64, 3] as const

let root: string
let pixels: Uint8Array
let expected: Float32Array
beforeAll(async () => {
  await openBackend('auto', { cacheDir: defaultCacheDir() })
  root = await fs.mkdtemp(join(tmpdir(), 'graft-exported-code-'))
  const network = quickNetwork('mobilenet-v2', [...shape])
  const stream = randomStream(6, 'pixels')
  pixels = Uint8Array.from({ length: shape[0] * shape[1] * shape[2] }, () => stream.uniform() * 256)
  expected = core.tidy(() => network.forward(normaliser([...shape], [...shape], network.definition.normalisation)(pixels, 1), inference).dataSync<'float32'>())
  await saveModel(network, join(root, 'data', 'models', 'mine'), summaryOf(network))
  network.dispose()
  const writer = await DatasetWriter.create(join(root, 'data', 'datasets'), 'pictures', [...shape])
  await writer.append({ split: 'train', images: new Uint8Array([...pixels, ...pixels.map((value) => 255 - value)]), labels: Int32Array.of(0, 1) })
  await writer.finish({ name: 'pictures', classes: ['cat', 'dog', 'ship'], provenance: { format: 'synthetic', origin: 'test' }, validation: 0, test: 0, seed: 1 })
})
afterAll(() => fs.rm(root, { recursive: true, force: true }))

/** The programs of the card that an export leaves, as they stand there. */
async function programs(format: ExportFormat): Promise<{ path: string, code: Program[] }> {
  const { path, card } = await exportModel(openLibrary(join(root, 'data')), {
    ref: 'model:mine', format, path: join(root, 'out', format, 'net'), language: 'en', dataset: 'pictures', replace: true
  }, { openBackend: () => Promise.resolve() })
  const code = await programsOf(card)
  expect(code.length).toBeGreaterThan(0)
  for (const { code: lines } of code) expect(lines.split('\n').length).toBeLessThanOrEqual(10)
  return { path, code }
}

interface SavedModel { modelTopology: object, weightsManifest: { paths: string[], weights: core.io.WeightsManifestEntry[] }[] }

/** Eight bits differ by a few hundredths of the spread; all others by the order of their sums. */
function expectAlike(found: ArrayLike<number>, format: ExportFormat): void {
  expect(found.length).toBe(expected.length)
  const spread = Math.max(...expected) - Math.min(...expected)
  const far = Math.max(...expected.map((value, at) => Math.abs(value - found[at]!)))
  expect(far / spread).toBeLessThan(format === 'tflite-int8' ? 0.1 : 1e-4)
}

/** Runs lines of an ES module with what it imports given. */
async function inJavaScript(code: string, given: Record<string, unknown>): Promise<ArrayLike<number>> {
  const lines = code.split('\n').filter((line) => !line.startsWith('import ')).join('\n')
  const run = new Function(...Object.keys(given), `return (async () => {\n${lines}\nreturn logits\n})()`) as (...values: unknown[]) => Promise<ArrayLike<number>>
  return run(...Object.values(given))
}

describe('the lines of a model card', () => {
  it('run ONNX in Node as they stand', async () => {
    const { path, code } = await programs('onnx')
    const { code: lines } = code.find(({ from }) => from === 'onnxruntime-node')!
    await fs.writeFile(join(root, 'pixels'), pixels)
    expectAlike(inNode(lines, path, join(root, 'pixels')), 'onnx')
  })

  it('run TensorFlow.js with the files of the folder', async () => {
    const { path, code } = await programs('tfjs')
    const loadLayersModel = async (address: string): Promise<layers.LayersModel> => {
      const file = join(dirname(path), address.slice('file://'.length))
      const { modelTopology, weightsManifest } = JSON.parse(await fs.readFile(file, 'utf8')) as SavedModel
      const bytes = await fs.readFile(join(dirname(file), weightsManifest[0]!.paths[0]!))
      const artifacts = { modelTopology, weightSpecs: weightsManifest[0]!.weights, weightData: new Uint8Array(bytes).buffer }
      return layers.loadLayersModel({ load: () => Promise.resolve(artifacts) })
    }
    expectAlike(await inJavaScript(code[0]!.code, { images: Array.from(pixels), tf: { ...core, loadLayersModel } }), 'tfjs')
  })

  it.each(['tflite', 'tflite-int8'] as const)('run %s in LiteRT.js', async (format) => {
    const { path, code } = await programs(format)
    const litert = await import('@litertjs/core')
    asPage()
    const given = {
      ...litert, images: pixels,
      loadAndCompile: async (_: string, options: Parameters<typeof litert.loadAndCompile>[1]) =>
        litert.loadAndCompile(new Uint8Array(await fs.readFile(path)), options)
    }
    expectAlike(await inJavaScript(code.find(({ from }) => from === '@litertjs/core')!.code, given), format)
    litert.unloadLiteRt()
  })

  it.skipIf(!python).each(['onnx', 'tflite', 'tflite-int8', 'keras'] as const)('run %s in Python as they stand', async (format) => {
    const { path, code } = await programs(format)
    await fs.writeFile(join(root, 'pixels'), pixels)
    for (const { code: lines } of code.filter(({ language }) => language === 'python')) expectAlike(inPython(lines, path, join(root, 'pixels'), shape), format)
  })
})
