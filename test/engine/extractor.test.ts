import * as tf from '@tensorflow/tfjs-core'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { architectures } from '../../src/engine/architectures'
import { asExtractor } from '../../src/engine/interchange/extractor/extractor'
import { openOnnxFile } from '../../src/engine/interchange/onnx/extractor'
import { toOnnx } from '../../src/engine/interchange/onnx/graph'
import { attributes, decodeModel, elementTypes, encodeModel, type OnnxModelToWrite, type OnnxNodeToWrite, type OnnxTensorToWrite } from '../../src/engine/interchange/onnx/messages'
import { inference, Network } from '../../src/engine/network/network'
import { openBackend } from '../../src/engine/runtime'
import { bytesOf } from '../../src/engine/safetensors/bytes'
import { readLimits } from '../../src/engine/safetensors/limits'
import { defaultCacheDir } from '../../src/library/disk'
import { zipFile } from '../../src/library/testing'
import { openWorkbench, type Workbench } from '../fixtures/two-domains'
import { images, quickNetwork } from './random-network'

let bench: Workbench
beforeAll(async () => {
  await openBackend('cpu', { cacheDir: defaultCacheDir() })
  bench = await openWorkbench()
}, 120_000)
afterAll(() => bench.remove())

const file = async (name: string, content: Uint8Array): Promise<string> => {
  const path = join(bench.library.dataDir, name)
  await writeFile(path, content)
  return path
}
const close = (found: tf.Tensor, expected: ArrayLike<number>): void => {
  const values = found.dataSync()
  expect(values.length).toBe(expected.length)
  for (let index = 0; index < values.length; index++) expect(Math.abs(values[index]! - expected[index]!)).toBeLessThan(1e-3 * (1 + Math.abs(expected[index]!)))
}
const readExtractor = async (path: string, limits: typeof readLimits, size?: [number, number]) => asExtractor(await openOnnxFile(path, limits), size)
const opened = async (path: string, size?: [number, number]): Promise<Network> => {
  const { definition, weights } = await readExtractor(path, readLimits, size)
  return Network.fromWeights(definition, weights)
}

type Dimension = number | string
const value = (name: string, dimensions: readonly Dimension[], elementType: number = elementTypes.float) => ({
  name, type: { tensor: { elementType, shape: { dimensions: dimensions.map((each) => typeof each === 'number' ? { length: each } : { name: each }) } } }
})
const graph = (
  input: readonly Dimension[], nodes: OnnxNodeToWrite[], output: { name: string }, initializers: OnnxTensorToWrite[] = [], more: ReturnType<typeof value>[] = []
): Uint8Array => encodeModel({
  irVersion: 8, producer: 'test', operatorSets: [{ domain: '', version: 17 }],
  graph: { name: 'odd', nodes, initializers, inputs: [value('images', input), ...more], outputs: [output] }
} satisfies OnnxModelToWrite)
const floats = (name: string, dims: number[], numbers: readonly number[]): OnnxTensorToWrite =>
  ({ name, dims, dataType: elementTypes.float, raw: bytesOf(Float32Array.from(numbers)) })

/** No network of Graft's: the sine and the cosine of the picture in quarters, side by side, through a dense layer of 24 inputs and 3 outputs. */
const odd = (batch: Dimension = 'batch', side: Dimension = 16): Uint8Array => graph([batch, 3, side, side], [
  { name: 'pool', operator: 'AveragePool', inputs: ['images'], outputs: ['quarters'], attributes: [attributes.ints('kernel_shape', [8, 8]), attributes.ints('strides', [8, 8])] },
  { name: 'sin', operator: 'Sin', inputs: ['quarters'], outputs: ['sines'] }, { name: 'cos', operator: 'Cos', inputs: ['quarters'], outputs: ['cosines'] },
  { name: 'both', operator: 'Concat', inputs: ['sines', 'cosines'], outputs: ['waves'], attributes: [attributes.int('axis', 1)] },
  { name: 'flat', operator: 'Flatten', inputs: ['waves'], outputs: ['flattened'], attributes: [attributes.int('axis', 1)] },
  { name: 'dense', operator: 'MatMul', inputs: ['flattened', 'kernel'], outputs: ['product'] },
  { name: 'add', operator: 'Add', inputs: ['product', 'bias'], outputs: ['logits'] }, { name: 'softmax', operator: 'Softmax', inputs: ['logits'], outputs: ['shares'] }
], value('shares', [batch, 3]), [floats('kernel', [24, 3], Array.from({ length: 72 }, (_, index) => Math.sin(index))), floats('bias', [3], [0.5, -0.5, 0])])

describe('a graph as a frozen extractor', () => {
  it.each(architectures.filter(({ id }) => ['seed-cnn', 'lenet', 'resnet-18', 'mobilenet-v2', 'mobilenet-v3-small'].includes(id)).map(({ id, defaultInput }) => [id, defaultInput] as const))(
    'of %s, as Graft writes it, has the features and the logits of the network itself', async (id, defaultInput) => {
      const network = quickNetwork(id, defaultInput)
      const stored = { definition: network.definition, weights: new Map([...network.weights].map(([name, variable]) => [name, { shape: variable.shape, data: variable.dataSync<'float32'>() }])) }
      const extractor = await opened(await file(`${id}.onnx`, encodeModel(toOnnx(stored, {}, '1'))))
      expect(extractor.definition).toMatchObject({ architecture: 'extractor', input: network.definition.input, classes: ['0', '1', '2'] })
      expect(extractor.featureLength).toBe(network.featureLength)
      const pictures = images(network)
      // A head after maps that were flattened has PyTorch's order, and so have the features.
      const features = (of: Network): Float32Array => of.features(pictures, inference).dataSync<'float32'>().slice().sort()
      close(tf.tensor1d(features(extractor)), features(network))
      close(extractor.forward(pictures, inference), network.forward(pictures, inference).dataSync())
      pictures.dispose()
      extractor.dispose()
      network.dispose()
    }, 120_000)

  it('has its numbers beside it as PyTorch\'s exporter leaves them, and answers the same', async () => {
    const model = decodeModel(odd())
    const whole = await opened(await file('whole.onnx', odd()))
    const { raw } = model.graph.initializers[0]!
    await file('odd.onnx.data', raw!)
    Object.assign(model.graph.initializers[0]!, { raw: undefined, location: 1, external: [{ key: 'location', value: 'odd.onnx.data' }] })
    const parted = await opened(await file('odd.onnx', encodeModel(model)))
    const pictures = images(whole)
    close(parted.forward(pictures, inference), whole.forward(pictures, inference).dataSync())
    pictures.dispose()
    whole.dispose()
    parted.dispose()
  })

  it('takes what comes before the last dense layer, and that layer as its head', async () => {
    const network = await opened(await file('odd.onnx', odd()))
    expect(network.definition).toMatchObject({ input: [16, 16, 3], classes: ['0', '1', '2'], head: { layers: [{ kind: 'dense', units: 3 }] } })
    // A picture of one grey: 12 times its sine, then 12 times its cosine.
    const picture = tf.fill([1, 16, 16, 3], 0.7) as tf.Tensor4D
    close(network.features(picture, inference), [...Array<number>(12).fill(Math.sin(0.7)), ...Array<number>(12).fill(Math.cos(0.7))])
    const logit = (unit: number): number => [0.5, -0.5, 0][unit]! +
      Array.from({ length: 24 }, (_, row) => (row < 12 ? Math.sin(0.7) : Math.cos(0.7)) * Math.sin(row * 3 + unit)).reduce((sum, part) => sum + part, 0)
    close(network.forward(picture, inference), [0, 1, 2].map(logit))
    tf.dispose([picture])
    network.dispose()
  })

  it('goes through a graph for two images at once, and for any size at that which was said', async () => {
    const pictures = tf.tensor4d(Float32Array.from({ length: 3 * 768 }, (_, index) => Math.sin(index)), [3, 16, 16, 3])
    const [any, two] = [await opened(await file('any.onnx', odd('batch', 'side')), [16, 16]), await opened(await file('two.onnx', odd(2)))]
    const expected = any.features(pictures, inference).dataSync()
    close(two.features(pictures, inference), expected)
    // Its dense layer is for pictures of 16 × 16, which it does not say.
    await expect(readExtractor(join(bench.library.dataDir, 'any.onnx'), readLimits)).rejects.toMatchObject({ code: 'size-unknown', value: { field: 'size' } })
    for (const each of [any, two]) each.dispose()
    pictures.dispose()
  })

  it('averages maps over their places, channels first or last', async () => {
    const first = await opened(await file('maps.onnx', graph(['batch', 3, 4, 4], [{ operator: 'Sin', inputs: ['images'], outputs: ['maps'] }], value('maps', ['batch', 3, 4, 4]))))
    const last = await opened(await file('maps-last.onnx', graph(['batch', 4, 4, 3], [{ operator: 'Sin', inputs: ['images'], outputs: ['maps'] }], value('maps', ['batch', 4, 4, 3]))))
    const pictures = tf.tensor4d(Float32Array.from({ length: 96 }, (_, index) => index / 10), [2, 4, 4, 3])
    const expected = tf.mean(tf.sin(pictures), [1, 2]).dataSync()
    // Any size of picture leaves three means.
    for (const network of [first, last]) {
      expect(network.definition.classes).toEqual([])
      close(network.features(pictures, inference), expected)
      network.dispose()
    }
    pictures.dispose()
  })

  it('is refused with the reason where it is none', async () => {
    const identity = (input: readonly Dimension[], elementType?: number, more: ReturnType<typeof value>[] = []): Uint8Array => encodeModel({
      irVersion: 8, operatorSets: [{ domain: '', version: 17 }],
      graph: { nodes: [{ operator: 'Identity', inputs: ['images'], outputs: ['out'] }], inputs: [value('images', input, elementType), ...more], outputs: [value('out', input, elementType)] }
    })
    for (const [name, bytes, reason] of [
      ['flat', identity(['batch', 12]), /no batch of images/], ['whole-numbers', identity([1, 3, 4, 4], elementTypes.int64), /no batch of images/],
      ['several', identity([1, 3, 4, 4], undefined, [value('mask', [1, 4])]), /takes 2 inputs \(images, mask\)/], ['channels', identity([1, 4, 4, 4]), /4 channels/],
      ['long', identity([1, 3, 512, 512]), undefined]
    ] as const) {
      const reading = readExtractor(await file(`${name}.onnx`, bytes), readLimits)
      if (reason) await expect(reading).rejects.toMatchObject({ code: 'not-an-extractor', value: { message: { en: expect.stringMatching(reason) as unknown } } })
      else expect((await reading).definition.blocks[0]!.layers[0]).toMatchObject({ features: 3 })
    }
    const unknown = graph(['batch', 3, 4, 4], [{ operator: 'NoSuchStep', inputs: ['images'], outputs: ['out'] }], value('out', ['batch', 3, 4, 4]))
    await expect(readExtractor(await file('unknown.onnx', unknown), readLimits)).rejects.toMatchObject({ code: 'graph-failed', value: { message: { en: expect.stringMatching(/NoSuchStep/) as unknown } } })
  })
})

it('that normalises by itself is given the pixels that it takes, and not normalised twice', async () => {
  const scaled = graph(['batch', 3, 4, 4], [
    { operator: 'Div', inputs: ['images', 'half'], outputs: ['shares'] }, { operator: 'Sub', inputs: ['shares', 'one'], outputs: ['centred'] },
    { operator: 'Conv', inputs: ['centred', 'kernel'], outputs: ['maps'] }, { operator: 'Sin', inputs: ['maps'], outputs: ['waves'] }
  ], value('waves', ['batch', 3, 4, 4]), [floats('half', [], [127.5]), floats('one', [], [1]), floats('kernel', [3, 3, 1, 1], [1, 0, 0, 0, 1, 0, 0, 0, 1])])
  const { normalisation, normalisationFrom } = await bench.engine.inspectModel({ path: await file('scaled.onnx', scaled), architecture: 'extractor' })
  // (x / 255 - 0) / (1 / 255) is the byte x.
  expect({ normalisation, normalisationFrom }).toEqual({ normalisation: { mean: [0, 0, 0], standardDeviation: [1 / 255, 1 / 255, 1 / 255] }, normalisationFrom: 'file' })
})

it('in a zip archive is one too', async () => {
  const path = await file('odd.zip', zipFile([{ name: 'export/odd.onnx', content: Buffer.from(odd()) }]))
  expect(await bench.engine.inspectModel({ path })).toMatchObject({ architecture: 'extractor', format: 'archive', input: [16, 16, 3] })
})

describe('an imported graph', () => {
  beforeAll(async () => {
    const found = await bench.engine.importModel({ path: await file('waves.onnx', odd()), id: 'waves', normalisation: 'half' })
    expect(found.model).toMatchObject({ architecture: 'extractor', parameters: 75, blocks: [{ name: 'graph' }] })
    expect(found.inspection.remarks?.map(({ text }) => text.en).join(' ')).toMatch(/fine-tuning, adaptation, heat maps and export do not.*24 numbers before its last dense layer/s)
  })
  const from = (method: string, training: Record<string, unknown> = {}) =>
    bench.run(bench.spec({ method, source: { model: 'model:waves' }, target: { labels: { perClass: 16 } }, training: { epochs: 1, augmentation: 'none', ...training } }))

  it.each([['linear-probe', { epochs: 30, learningRate: 0.05 }], ['svm', {}], ['k-nearest', {}], ['logistic-regression', {}], ['random-forest', {}]] as const)(
    'is a source for %s, whose model answers by itself', async (method, training) => {
      const run = await from(method, training)
      expect(run.error).toBeUndefined()
      // Three classes: 0.33 is chance.
      expect(run.metrics.test!.accuracy).toBeGreaterThan(0.6)
      const again = await bench.engine.evaluate(`run:${run.id}`, 'bars', 'cpu')
      expect(again.accuracy).toBeCloseTo(run.metrics.test!.accuracy, 6)
    }, 300_000)

  it('is looked at by the advisor', async () => {
    const advice = await bench.engine.advise({ source: 'model:waves', target: { dataset: 'bars', labels: { perClass: 16 } } })
    const methods = JSON.stringify(advice)
    expect(methods).toContain('k-nearest')
    expect(methods).not.toContain('"fine-tuning"')
  }, 300_000)

  it('answers, without a heat map, and is not written again', async () => {
    const picture = join(bench.library.dataDir, 'grey.png')
    await sharp({ create: { width: 16, height: 16, channels: 3, background: '#808080' } }).png().toFile(picture)
    const { predictions: [answer], notes } = await bench.engine.predict('model:waves', [picture], { device: 'cpu', gradCam: true })
    expect(answer).toMatchObject({ classes: [{ class: expect.any(String) as unknown }, {}, {}] })
    expect(notes.map(({ en }) => en).join(' ')).toMatch(/No heat map: a graph of another program is run as it is/)
    await expect(bench.engine.exportModel({ ref: 'model:waves', format: 'onnx', path: join(bench.library.dataDir, 'out.onnx'), language: 'en' }))
      .rejects.toMatchObject({ code: 'not-exportable' })
  })
})
