import * as tf from '@tensorflow/tfjs-core'
import { spawnSync } from 'node:child_process'
import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { env, InferenceSession, Tensor } from 'onnxruntime-web'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exportFormats } from '../../src/contract/models'
import { architectures } from '../../src/engine/architectures'
import { writerOf } from '../../src/engine/interchange'
import { openHdf5 } from '../../src/engine/interchange/keras/h5'
import { saveModel } from '../../src/engine/interchange/tfjs/model-folder'
import type { StoredNetwork } from '../../src/engine/interchange/shared/stored-network'
import { decodeModel } from '../../src/engine/interchange/onnx/messages'
import { bytesOf } from '../../src/engine/safetensors/bytes'
import { exportModel, type ExportRequest } from '../../src/engine/models/export'
import { inference, type Network } from '../../src/engine/network/network'
import { openBackend } from '../../src/engine/runtime'
import { openLibrary } from '../../src/library'
import { DatasetWriter } from '../../src/library/datasets/writer'
import { defaultCacheDir } from '../../src/library/disk'
import { images, quickNetwork, randomNetwork, summaryOf } from './random-network'

// In threads it would want files served to it.
env.wasm.numThreads = 1

let root: string
beforeAll(async () => {
  await openBackend('auto', { cacheDir: defaultCacheDir() })
  root = await fs.mkdtemp(join(tmpdir(), 'graft-export-'))
})
afterAll(() => fs.rm(root, { recursive: true, force: true }))

const stored = (network: Network): StoredNetwork => ({
  definition: network.definition,
  weights: new Map([...network.weights].map(([name, variable]) => [name, { shape: variable.shape, data: variable.dataSync<'float32'>() }]))
})

const expectClose = (found: ArrayLike<number>, expected: ArrayLike<number>): void => {
  expect(found.length).toBe(expected.length)
  for (let index = 0; index < expected.length; index++) {
    expect(Math.abs(found[index]! - expected[index]!)).toBeLessThan(1e-4 * (1 + Math.abs(expected[index]!)))
  }
}

/** The Python of scripts/parity with Keras in it, where a person has made one: `GRAFT_KERAS_PYTHON`. */
const kerasPython = process.env['GRAFT_KERAS_PYTHON']

/** Wider than another, and hundreds of megabytes. */
const likeOthers = ['vit-small', 'vit-base']
const isTransformer = (id: string): boolean => id.startsWith('vit-') || id.startsWith('dinov2-')

describe('an exported model', () => {
  for (const { id, defaultInput } of architectures.filter((architecture) => !likeOthers.includes(architecture.id))) {
    it(`of ${id} gives the same logits in ONNX Runtime`, async () => {
      const network = quickNetwork(id, defaultInput)
      const x = images(network)
      const expected = network.forward(x, inference).dataSync()
      const path = join(root, `${id}.onnx`)
      await writerOf('onnx').write(stored(network), summaryOf(network), path)

      const session = await InferenceSession.create(await fs.readFile(path))
      const channelsFirst = tf.transpose(x, [0, 3, 1, 2])
      const { logits } = await session.run({ images: new Tensor('float32', channelsFirst.dataSync<'float32'>(), channelsFirst.shape) })
      expect(logits!.dims).toEqual([2, 3])
      expectClose(logits!.data as Float32Array, expected)
      await session.release()

      const { operatorSets, metadata, graph } = decodeModel(await fs.readFile(path))
      expect(operatorSets).toEqual([{ domain: '', version: 17 }])
      expect(JSON.parse(metadata[0]!.value)).toMatchObject({ classes: ['cat', 'dog', 'ship'], normalisation: network.definition.normalisation })
      expect(graph.inputs[0]!.name).toBe('images')
      network.dispose()
    })

    if (isTransformer(id)) {
      it.each(['keras', 'tfjs'] as const)(`of ${id} is refused as %s in one sentence that names what takes it`, async (format) => {
        const network = quickNetwork(id, defaultInput)
        await expect(writerOf(format).write(stored(network), summaryOf(network), join(root, `${id}-${format}`))).rejects.toMatchObject({
          code: 'not-exportable', value: { remedy: { en: 'Save it as ONNX or safetensors instead.' } }
        })
        network.dispose()
      })
      continue
    }

    it(`of ${id} lies in HDF5 as Keras looks for it, every weight in its place`, async () => {
      const network = quickNetwork(id, defaultInput)
      const path = join(root, `${id}.h5`)
      await writerOf('keras').write(stored(network), summaryOf(network), path)
      const { hdf5, files } = await openHdf5()
      files.writeFile('read.h5', await fs.readFile(path))
      const file = new hdf5.File('read.h5', 'r')
      try {
        const text = (name: string): string => file.attrs[name]!.value as string
        const { class_name: className, config } = JSON.parse(text('model_config')) as { class_name: string, config: { layers: { name: string }[] } }
        expect(className).toBe('Functional')
        const root = file.get('model_weights') as InstanceType<typeof hdf5.Group>
        expect(root.attrs['layer_names']!.value).toEqual(config.layers.map(({ name }) => name))
        let numbers = 0
        for (const { name } of config.layers) {
          const layer = root.get(name) as InstanceType<typeof hdf5.Group>
          const { value, shape } = layer.attrs['weight_names']!
          if (shape![0] === 0) continue
          for (const weight of value as string[]) {
            const data = (layer.get(weight) as InstanceType<typeof hdf5.Dataset>).value as Float32Array
            const graftName = weight.slice(0, -':0'.length).replace('/', '.').replace('.scale.depthwise_kernel', '.scale.scale').replace('depthwise_kernel', 'depthwiseKernel')
              .replace('moving_mean', 'movingMean').replace('moving_variance', 'movingVariance')
            const own = network.weights.get(graftName)
            // Millions of numbers: compared as bytes.
            if (own) expect(Buffer.compare(bytesOf(data), bytesOf(own.dataSync<'float32'>())), graftName).toBe(0)
            else expect(graftName).toMatch(/shortcut\.kernel$/)
            if (own) numbers += data.length
          }
        }
        expect(numbers).toBe([...network.weights.values()].reduce((sum, { size }) => sum + size, 0))
      } finally {
        file.close()
        files.unlink('read.h5')
      }
      if (kerasPython) {
        const x = images(network)
        await fs.writeFile(join(root, `${id}.f32`), new Uint8Array(x.dataSync().buffer))
        const { stdout, stderr } = spawnSync(kerasPython, ['scripts/parity/keras_opens.py', path, join(root, `${id}.f32`)], { encoding: 'utf8' })
        expect(stdout, stderr).not.toBe('')
        expectClose(JSON.parse(stdout) as number[], network.forward(x, inference).dataSync())
      }
      network.dispose()
    })
  }
})

it('puts a shortcut\'s layers beside those as far from the output, where Keras looks for their weights', async () => {
  const network = quickNetwork('resnet-18', [64, 64, 3])
  const { hdf5, files } = await openHdf5()
  const path = join(root, 'order.h5')
  await writerOf('keras').write(stored(network), summaryOf(network), path)
  files.writeFile('order.h5', await fs.readFile(path))
  const file = new hdf5.File('order.h5', 'r')
  const names = (file.get('model_weights') as InstanceType<typeof hdf5.Group>).attrs['layer_names']!.value as string[]
  file.close()
  files.unlink('order.h5')
  // Keras 3.15 and 2.16 list them so; both normalisations are one step from the sum, both convolutions two.
  expect(names.filter((name) => /^stage2-1\.(convolution2|shortcut|add)/.test(name) && !name.endsWith('padding'))).toEqual([
    'stage2-1.convolution2', 'stage2-1.shortcut', 'stage2-1.convolution2-normalisation', 'stage2-1.shortcut-normalisation', 'stage2-1.add'
  ])
  network.dispose()
})

describe('exporting', () => {
  const library = () => openLibrary(join(root, 'data'))
  const exporting = (request: ExportRequest, onProgress?: (done: number) => void) =>
    exportModel(library(), request, { openBackend: () => Promise.resolve(), ...(onProgress && { onProgress }) })
  beforeAll(async () => {
    const network = randomNetwork('lenet', [28, 28, 1])
    await saveModel(network, join(root, 'data', 'models', 'mine'), { ...summaryOf(network), name: 'My *digits*' })
    network.dispose()
    const pictures = await DatasetWriter.create(join(root, 'data', 'datasets'), 'pictures', [28, 28, 1])
    await pictures.append({ split: 'train', images: Uint8Array.from({ length: 4 * 784 }, (_, at) => at * 7 % 256), labels: Int32Array.of(0, 1, 2, 0) })
    await pictures.finish({ name: 'pictures', classes: ['cat', 'dog', 'ship'], provenance: { format: 'synthetic', origin: 'test' }, validation: 0, test: 0, seed: 1 })
  })

  it('in eight bits asks whose images to look at, where the model\'s own are not here', async () => {
    await expect(exporting({ ref: 'model:mine', format: 'tflite-int8', path: join(root, 'eight'), language: 'en' }))
      .rejects.toMatchObject({ code: 'calibration-images-missing', value: { remedy: { en: expect.stringContaining('name a data set') as string } } })
  })

  for (const format of exportFormats) {
    it(`as ${format} leaves the files and a card that says how to load them, and nothing else`, async () => {
      const folder = join(root, 'out', format)
      const steps: number[] = []
      const { path, card, bytes } = await exporting(
        { ref: 'model:mine', format, path: join(folder, 'digits'), language: 'en', dataset: 'pictures' }, (done) => steps.push(done)
      )
      expect(steps.at(-1)).toBe(3)
      const names = (await fs.readdir(folder, { recursive: true })).sort()
      expect(names).toEqual({
        tfjs: ['digits', 'digits/README.md', 'digits/model.json', 'digits/weights.bin'],
        safetensors: ['digits.safetensors', 'digits.safetensors.README.md'],
        onnx: ['digits.onnx', 'digits.onnx.README.md'],
        keras: ['digits.h5', 'digits.h5.README.md'],
        tflite: ['digits.tflite', 'digits.tflite.README.md'],
        'tflite-int8': ['digits.tflite', 'digits.tflite.README.md']
      }[format])
      // 431,080 weights of LeNet at ten classes; here three: 431,080 − 7·501 = 427,573 numbers of four bytes.
      expect(bytes).toBeGreaterThan(427_573 * (format === 'tflite-int8' ? 1 : 4))
      const text = await fs.readFile(card, 'utf8')
      expect(text).toContain('# My \\*digits\\*')
      expect(text).toContain(path.slice(folder.length + 1))
      expect(text).toContain('0. cat\n1. dog\n2. ship')
      expect(text).toContain('mean 0.5 and standard deviation 0.5')
      expect(text).toContain('## Licence')
    })
  }

  it('does not write over what is there, unless told to, and never over a folder with other files', async () => {
    const path = join(root, 'again', 'digits.onnx')
    const request = { ref: 'model:mine', format: 'onnx', path, language: 'en' } as const
    await exporting(request)
    await expect(exporting(request)).rejects.toMatchObject({ code: 'exists-already' })
    await exporting({ ...request, replace: true })

    const folder = join(root, 'again', 'theirs')
    await fs.mkdir(folder)
    await fs.writeFile(join(folder, 'thesis.txt'), 'years of work')
    await expect(exporting({ ...request, format: 'tfjs', path: folder, replace: true })).rejects.toMatchObject({ code: 'exists-already' })
    expect(await fs.readFile(join(folder, 'thesis.txt'), 'utf8')).toBe('years of work')
  })

  it('refuses a model in whose head\'s place another classifier answers, and says what to do', async () => {
    const network = randomNetwork('lenet', [28, 28, 1])
    const summary = { ...summaryOf(network), classifier: { kind: 'random-forest', title: { en: 'Random forest', zh: '随机森林' } } }
    await saveModel(network, join(root, 'data', 'models', 'forest'), summary)
    await expect(exporting({ ref: 'model:forest', format: 'keras', path: join(root, 'forest'), language: 'en' }))
      .rejects.toMatchObject({ code: 'classifier-not-exportable', value: { message: { en: expect.stringContaining('Random forest') } } })
    network.dispose()
  })
})
