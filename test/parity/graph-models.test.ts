import * as tf from '@tensorflow/tfjs-core'
import { readFileSync } from 'node:fs'
import * as fs from 'node:fs/promises'
import { dirname, join } from 'node:path'
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

/** Made by scripts/parity/graph_models.py with the commands that stand in it: networks that are none of Graft's. */
const { by, files } = z.object({
  by: z.string(), files: z.array(z.object({ title: z.string(), content: z.record(z.string(), z.base64()), answers: z.array(z.number()).min(2) })).length(6)
}).parse(JSON.parse(readFileSync(join(__dirname, 'graph-models.json'), 'utf8')))

let bench: Workbench
beforeAll(async () => {
  await openBackend('auto', { cacheDir: defaultCacheDir() })
  bench = await openWorkbench()
}, 120_000)
afterAll(() => bench.remove())

async function folderOf(title: string): Promise<string> {
  const folder = join(bench.library.dataDir, 'files', title.replaceAll(' ', '-'))
  await fs.mkdir(folder, { recursive: true })
  const { content } = files.find((file) => file.title === title)!
  for (const [name, packed] of Object.entries(content)) await fs.writeFile(join(folder, name), gunzipSync(Buffer.from(packed, 'base64')))
  return folder
}
const bytes = { mean: [0, 0, 0], standardDeviation: [1 / 255, 1 / 255, 1 / 255] }
const facts: Record<string, object> = {
  'dense': { normalisationFrom: 'usual', normalisation: { mean: [0.5, 0.5, 0.5] } },
  'inside': { normalisationFrom: 'file', normalisation: bytes },
  'hub': { normalisationFrom: 'file', normalisation: { mean: [0, 0, 0], standardDeviation: [1, 1, 1] } }
}

describe('a graph model of TensorFlow.js as a frozen extractor', () => {
  it.each(files.map(({ title, answers }) => [title, answers] as const))(`answers as in Keras: %s (${by})`, async (title, answers) => {
    const path = await folderOf(title)
    const isHead = title !== 'features of any size'
    const { model: { ref }, inspection } = await bench.engine.importModel({ path, ...(isHead ? {} : { size: [12, 12] }) })
    expect(inspection).toMatchObject({
      architecture: 'extractor', naming: 'TensorFlow.js', input: [12, 12, 3], inputFrom: isHead ? 'file' : 'given', anySize: !isHead, ...facts[title]
    })
    expect(inspection.remarks!.map(({ text }) => text.en).join(' ')).toMatch(isHead ? /numbers before its last dense layer.*is kept as its head/s : /Its features are 5 numbers of its output/)
    const before = tf.memory().numTensors
    const network = await loadModel(bench.library.models.folder(ref))
    const { mean, standardDeviation } = network.definition.normalisation
    const found = tf.tidy(() => {
      const pixels = tf.tensor4d(new Float32Array(uniform('pixels', 864).map((value) => (value + 1) * 127.5)), [2, 12, 12, 3])
      const images = tf.div(tf.sub(tf.div(pixels, 255), mean), standardDeviation) as tf.Tensor4D
      return (isHead ? tf.softmax(network.forward(images, inference)) : network.features(images, inference)).dataSync<'float32'>()
    })
    network.dispose()
    expect(tf.memory().numTensors).toBe(before)
    // Half precision and bytes are the file's own loss.
    const close = title.endsWith('bytes') ? 0.03 : title.endsWith('precision') ? 3e-3 : 1e-5
    expect(found.length).toBe(answers.length)
    answers.forEach((answer, index) => expect(Math.abs(found[index]! - answer)).toBeLessThan(close))
  })

  it('is opened out of its zip archive too', async () => {
    const folder = await folderOf('inside')
    const path = join(dirname(folder), 'inside.zip')
    await fs.writeFile(path, zipFile(await Promise.all((await fs.readdir(folder)).map(async (name) => ({ name: `model/${name}`, content: await fs.readFile(join(folder, name)) })))))
    expect(await bench.engine.inspectModel({ path })).toMatchObject({ architecture: 'extractor', normalisation: bytes })
  })

  it('is a source to learn on, is looked at by the advisor and answers by itself', async () => {
    await bench.engine.importModel({ path: await folderOf('inside'), id: 'graph' })
    const run = await bench.run(bench.spec({ method: 'k-nearest', source: { model: 'model:graph' }, target: { labels: { perClass: 16 } }, training: { epochs: 1, augmentation: 'none' } }))
    expect(run.error).toBeUndefined()
    const again = await bench.engine.evaluate(`run:${run.id}`, 'bars', 'auto')
    expect(again.accuracy).toBe(run.metrics.test!.accuracy)
    const advice = JSON.stringify(await bench.engine.advise({ source: 'model:graph', target: { dataset: 'bars', labels: { perClass: 16 } } }))
    expect(advice).toContain('k-nearest')
    expect(advice).not.toContain('"fine-tuning"')
    await expect(bench.engine.exportModel({ ref: 'model:graph', format: 'onnx', path: join(bench.library.dataDir, 'out.onnx'), language: 'en' })).rejects.toMatchObject({ code: 'not-exportable' })
  })

  it('cannot be taken for an architecture, and says what it can be', async () => {
    await expect(bench.engine.inspectModel({ path: await folderOf('inside'), architecture: 'mobilenet-v2' }))
      .rejects.toMatchObject({ code: 'not-an-extractor', message: expect.stringContaining('can be run as it is') as unknown })
  })

  it('with an operation that its runtime does not know is refused with what that says', async () => {
    const folder = await folderOf('dense')
    const path = join(folder, 'model.json')
    await fs.writeFile(path, (await fs.readFile(path, 'utf8')).replaceAll(/"op": ?"Max"/g, '"op":"NoSuchStep"'))
    await expect(bench.engine.inspectModel({ path: folder })).rejects.toMatchObject({ code: 'graph-failed', message: expect.stringContaining('NoSuchStep') as unknown })
  })

  it('whose steps go in a circle is refused', async () => {
    const folder = await folderOf('dense')
    const path = join(folder, 'model.json')
    const step = z.looseObject({ op: z.string(), name: z.string(), input: z.array(z.string()).optional() })
    const model = z.looseObject({ modelTopology: z.looseObject({ node: z.array(step) }) }).parse(JSON.parse(await fs.readFile(path, 'utf8')))
    const { node } = model.modelTopology
    // The first step reads what leaves the graph beside its pictures.
    const last = node.at(-1)!
    node.find(({ op }) => op === 'ConcatV2')!.input![1] = last.name
    await fs.writeFile(path, JSON.stringify(model))
    await expect(bench.engine.inspectModel({ path: folder })).rejects.toMatchObject({ code: 'graph-failed' })
  })
})
