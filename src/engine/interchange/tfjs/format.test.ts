import fc from 'fast-check'
import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { cases } from '#test/cases'
import { GraftError } from '../../../contract/errors'
import { useWorkplace } from '../../../library/testing'
import { readLimits } from '../../safetensors/limits'
import type { FileTensor } from '../shared/model-format'
import { tfjs } from './format'
import { graphOf } from './graph'
import { headIn, leadingAffine } from './graph-head'
import { parseModelJson } from './manifest'

const place = useWorkplace()
const weights = (more: object = {}, shape: number[] = [2]) => [{ name: 'dense/kernel', shape, dtype: 'float32', ...more }]

async function model(manifest: unknown, files: Record<string, Uint8Array>, more: object = {}): Promise<string> {
  const folder = join(place.folder, 'model')
  await fs.mkdir(folder, { recursive: true })
  await fs.writeFile(join(folder, 'model.json'), JSON.stringify({ modelTopology: {}, weightsManifest: manifest, ...more }))
  for (const [name, bytes] of Object.entries(files)) await fs.writeFile(join(folder, name), bytes)
  return folder
}
const bytes = (data: { buffer: ArrayBufferLike }): Uint8Array => new Uint8Array(data.buffer)
const read = async (path: string) => (await tfjs.read!(path, readLimits)).tensors

describe('a LayersModel', () => {
  it('is read from its folder or its model.json, whose weights may lie across several files', async () => {
    const all = bytes(Float32Array.of(1, 2, 3, 4))
    const folder = await model([{
      paths: ['a.bin', 'b.bin'], weights: [...weights({}, [3]), { name: 'dense/bias', shape: [], dtype: 'float32' }]
    }], { 'a.bin': all.subarray(0, 6), 'b.bin': all.subarray(6) })
    for (const path of [folder, join(folder, 'model.json')]) {
      expect([...await read(path)]).toEqual([
        ['dense/kernel', { shape: [3], data: Float32Array.of(1, 2, 3) }], ['dense/bias', { shape: [], data: Float32Array.of(4) }]
      ])
    }
  })

  it('of quantised weights is brought back to numbers', async () => {
    const quantised = (dtype: string, more: object = {}) => [{ paths: ['w.bin'], weights: weights({ quantization: { dtype, ...more } }) }]
    // 0.5 · 3 − 1 and 0.5 · 255 − 1
    let folder = await model(quantised('uint8', { scale: 0.5, min: -1 }), { 'w.bin': Uint8Array.of(3, 255) })
    expect([...(await read(folder)).get('dense/kernel')!.data]).toEqual([0.5, 126.5])
    folder = await model(quantised('uint16', { scale: 2, min: 1 }), { 'w.bin': bytes(Uint16Array.of(0, 1000)) })
    expect([...(await read(folder)).get('dense/kernel')!.data]).toEqual([1, 2001])
    // 1.0 and −2.0 in half precision
    folder = await model(quantised('float16'), { 'w.bin': bytes(Uint16Array.of(0x3c00, 0xc000)) })
    expect([...(await read(folder)).get('dense/kernel')!.data]).toEqual([1, -2])
  })

  it('says its input, its epsilons and what Graft wrote into it', () => {
    const { hints } = parseModelJson(JSON.stringify({
      weightsManifest: [], userDefinedMetadata: { graft: {
        architecture: 'lenet', classes: ['a'], normalisation: { mean: [0], standardDeviation: [1] }, input: [28, 28, 1]
      } },
      modelTopology: { model_config: { class_name: 'Functional', config: { layers: [
        { class_name: 'InputLayer', config: { name: 'in', batch_input_shape: [null, 28, 28, 1] } },
        { class_name: 'BatchNormalization', config: { name: 'bn', epsilon: 0.01 } },
        { class_name: 'Conv2D', config: { name: 'conv', strides: [2, 2], padding: 'valid' } }
      ] } } }
    }))
    expect(hints).toMatchObject({
      architecture: 'lenet', classes: ['a'], input: [28, 28, 1],
      layers: [{ name: 'bn', epsilon: 0.01 }, { name: 'conv', strides: [2, 2], padding: 'valid' }]
    })
  })

  it.each(['../secret', '/etc/passwd', 'a/../../secret', '..\\secret', 'C:secret', 'https://example.org/w.bin', '', '.', 'a//b'])(
    'that names the file "%s" is refused', async (path) => {
      await fs.writeFile(join(place.folder, 'secret'), bytes(Float32Array.of(1, 2)))
      const folder = await model([{ paths: [path], weights: weights() }], {})
      await expect(read(folder)).rejects.toMatchObject({ code: 'tfjs-damaged', message: expect.stringContaining('outside its folder') })
    })

  it('whose file is a link that leads out is refused', async () => {
    await fs.writeFile(join(place.folder, 'secret'), bytes(Float32Array.of(1, 2)))
    const folder = await model([{ paths: ['w.bin'], weights: weights() }], {})
    await fs.symlink(join(place.folder, 'secret'), join(folder, 'w.bin'))
    await expect(read(folder)).rejects.toMatchObject({ code: 'tfjs-damaged', message: expect.stringContaining('outside its folder') })
  })

  it.each([
    ['a missing file', [{ paths: ['gone.bin'], weights: weights() }], 'missing'],
    ['a file too short', [{ paths: ['w.bin'], weights: weights({}, [3]) }], 'hold 8 bytes where its weights take 12'],
    ['a file too long', [{ paths: ['w.bin'], weights: weights({}, [1]) }], 'longer than its weights'],
    ['a type that is no number', [{ paths: ['w.bin'], weights: weights({ dtype: 'string' }) }], '"string"'],
    ['an impossible shape', [{ paths: ['w.bin'], weights: weights({}, [2 ** 50, 2 ** 50]) }], 'impossible shape'],
    ['two weights of one name', [{ paths: ['w.bin'], weights: [...weights({}, [1]), ...weights({}, [1])] }], 'two weights'],
    ['no manifest', 'none', 'no weights manifest']
  ])('with %s is refused by name', async (_, manifest, sentence) => {
    const folder = await model(manifest, { 'w.bin': bytes(Float32Array.of(1, 2)) })
    await expect(read(folder)).rejects.toMatchObject({ code: 'tfjs-damaged', message: expect.stringContaining(sentence) })
  })

  it('that claims more than may be read is refused before it is read', async () => {
    const folder = await model([{ paths: ['w.bin'], weights: weights({}, [2 ** 40]) }], { 'w.bin': new Uint8Array(8) })
    await expect(read(folder)).rejects.toMatchObject({ code: 'model-too-large' })
  })

  it('that says it is a graph model and holds no graph is refused', async () => {
    await expect(read(await model([], {}, { format: 'graph-model' }))).rejects.toMatchObject({ code: 'tfjs-damaged', message: expect.stringContaining('holds no graph') })
  })
})

describe('a graph model', () => {
  const constant = (name: string, values: number[], shape = [values.length]): [string, FileTensor] => [name, { shape, data: Float32Array.from(values) }]
  const node = (name: string, op: string, input: string[] = [], attr: object = {}) => ({ name, op, input, attr })
  const fused = (...steps: string[]) => ({ fused_ops: { list: { s: steps.map((step) => Buffer.from(step).toString('base64')) } } })
  const graph = (...nodes: object[]) => graphOf({ format: 'graph-model', modelTopology: { node: nodes } })!

  it('has the last dense layer as its head, fused with its offset or not, or the convolution over one pixel', () => {
    const kernel = constant('kernel', [1, 2, 3, 4, 5, 6], [2, 3])
    const bias = constant('bias', [7, 8, 9])
    const wanted = { features: 'before', inputs: 2, units: 3, kernel: kernel[1].data, bias: bias[1].data }
    const input = node('before', 'Placeholder')
    expect(headIn(graph(input, node('dense', '_FusedMatMul', ['before', 'kernel', 'bias'], fused('BiasAdd')), node('out', 'Softmax', ['dense'])), new Map([kernel, bias]))).toEqual(wanted)
    expect(headIn(graph(input, node('dense', 'MatMul', ['before:0', 'kernel']), node('out', 'BiasAdd', ['dense', 'bias'])), new Map([kernel, bias]))).toEqual(wanted)
    const point = constant('kernel', [1, 2, 3, 4, 5, 6], [1, 1, 2, 3])
    expect(headIn(graph(input, node('point', 'Conv2D', ['before', 'kernel', '^later']), node('out', 'Squeeze', ['point'])), new Map([point])))
      .toEqual({ ...wanted, bias: new Float32Array(3) })
    // What is done behind it is not the head's: a ReLU, a window of more than a pixel, a single unit.
    expect(headIn(graph(input, node('dense', '_FusedMatMul', ['before', 'kernel', 'bias'], fused('BiasAdd', 'Relu'))), new Map([kernel, bias]))).toBeUndefined()
    expect(headIn(graph(input, node('wide', 'Conv2D', ['before', 'kernel'])), new Map([constant('kernel', [1, 2, 3, 4, 5, 6], [1, 3, 1, 2])]))).toBeUndefined()
    expect(headIn(graph(input, node('one', 'MatMul', ['before', 'kernel'])), new Map([constant('kernel', [1, 2], [2, 1])]))).toBeUndefined()
  })

  it('tells what it does to pixels first, as far as that is the same at every place', () => {
    const constants = new Map([constant('scale', [0.5]), constant('means', [1, 2, 3], [1, 1, 1, 3])])
    // (x - mean) · 0.5 = 0.5 x - 0.5 mean
    expect(leadingAffine(graph(node('x', 'Placeholder'), node('less', 'Sub', ['x', 'means']), node('half', 'Mul', ['less', 'scale']), node('conv', 'Conv2D', ['half', 'kernel'])), constants))
      .toEqual({ scale: [0.5, 0.5, 0.5], offset: [-0.5, -1, -1.5] })
    // The pixels go two ways.
    expect(leadingAffine(graph(node('x', 'Placeholder'), node('half', 'Mul', ['x', 'scale']), node('conv', 'Conv2D', ['x', 'kernel'])), constants)).toBeUndefined()
    expect(leadingAffine(graph(node('x', 'Placeholder'), node('rows', 'Add', ['x', 'rows'])), new Map([constant('rows', [1, 2, 3], [3, 1])]))).toBeUndefined()
  })

  it('of a step with its tanh is taken as two steps, for no backend has them as one', () => {
    const { nodes } = graph(node('x', 'Placeholder'), node('dense', '_FusedMatMul', ['x', 'kernel', 'bias'], fused('BiasAdd', 'Tanh')))
    expect([...nodes.values()].map(({ name, operation, inputs }) => [name, operation, ...inputs])).toEqual([
      ['x', 'Placeholder'], ['dense/before-tanh', '_FusedMatMul', 'x', 'kernel', 'bias'], ['dense', 'Tanh', 'dense/before-tanh']
    ])
  })

  it('whose steps go in a circle ends', () => {
    const circle = graph(node('x', 'Placeholder'), node('a', 'Identity', ['b']), node('b', 'Identity', ['a']), node('c', 'Softmax', ['a']))
    expect(headIn(circle, new Map())).toBeUndefined()
    expect(leadingAffine(circle, new Map())).toBeUndefined()
  })

  it('takes graphs of the right form with wrong things in them', () => {
    const name = fc.constantFrom('x', 'a', 'b', 'kernel', 'bias', 'a:1', '^b', '')
    const step = fc.record({
      name, op: fc.constantFrom('Placeholder', 'MatMul', '_FusedMatMul', '_FusedConv2D', 'Conv2D', 'BiasAdd', 'Mul', 'Sub', 'RealDiv', 'Identity', 'Softmax'),
      input: fc.array(name, { maxLength: 3 }),
      attr: fc.oneof(fc.dictionary(fc.constantFrom('fused_ops', 'transpose_b', 'T'), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 2 }), fc.constant(fused('BiasAdd', 'Tanh')))
    }, { requiredKeys: ['name', 'op'] })
    const tensor = fc.record({
      shape: fc.array(fc.nat(3), { maxLength: 4 }), data: fc.array(fc.float(), { maxLength: 6 }).map((numbers) => Float32Array.from(numbers))
    })
    const steps = fc.array(step, { minLength: 1, maxLength: 8 })
    fc.assert(fc.property(steps, fc.record({ kernel: tensor, bias: tensor }), fc.jsonValue({ maxDepth: 3 }), (nodes, { kernel, bias }, signature) => {
      const found = graphOf({ modelTopology: { node: nodes }, signature })!
      const tensors = new Map([['kernel', kernel], ['bias', bias]])
      const head = headIn(found, tensors)
      if (head) expect([head.kernel.length, head.bias.length]).toEqual([head.inputs * head.units, head.units])
      leadingAffine(found, tensors)
    }), { numRuns: cases(10_000) })
  }, 60_000)
})

describe('the parser of manifests', () => {
  /** Parses, with paths that stay inside and sizes that are numbers, or says what is wrong. */
  function holds(text: string): void {
    try {
      for (const { paths, weights: found, bytes: size } of parseModelJson(text).groups) {
        expect(paths.filter((path) => !join('/folder', path).startsWith('/folder/'))).toEqual([])
        expect(Number.isFinite(size)).toBe(true)
        for (const weight of found) expect(Number.isSafeInteger(weight.numbers)).toBe(true)
      }
    } catch (error) {
      if (error instanceof GraftError || !(error instanceof Error) || error.constructor.name !== 'Unreadable') throw error
    }
  }
  const number = fc.oneof(fc.nat(40), fc.integer(), fc.double(), fc.maxSafeInteger())
  const name = fc.oneof(fc.string({ maxLength: 6 }), fc.constantFrom('..', '../a', 'a/../..', '/a', 'a/b', '.', './a'))
  const weight = fc.record({
    name: fc.string({ maxLength: 4 }), shape: fc.array(number, { maxLength: 3 }), dtype: fc.constantFrom('float32', 'int32', 'bool', 'string', 'x'),
    quantization: fc.option(fc.record({ dtype: fc.constantFrom('uint8', 'uint16', 'float16', 'x'), scale: number, min: number }), { nil: undefined })
  })
  const group = fc.record({ paths: fc.array(name, { maxLength: 3 }), weights: fc.array(weight, { maxLength: 3 }) })

  it('takes arbitrary text and JSON', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json({ maxDepth: 5 })), holds), { numRuns: cases(3_000) })
  }, 60_000)

  it('takes manifests of the right form with wrong things in them', () => {
    fc.assert(fc.property(fc.array(group, { maxLength: 3 }), fc.jsonValue({ maxDepth: 4 }), (weightsManifest, modelTopology) => {
      holds(JSON.stringify({ weightsManifest, modelTopology }))
    }), { numRuns: cases(6_000) })
  }, 60_000)

  it('takes topologies of the right form with wrong things in them', () => {
    const layer = fc.record({ class_name: fc.string({ maxLength: 3 }), config: fc.record({
      name: fc.string({ maxLength: 3 }), epsilon: number, strides: fc.array(number, { maxLength: 3 }), padding: fc.string({ maxLength: 5 }),
      batch_input_shape: fc.array(fc.oneof(number, fc.constant(null)), { maxLength: 5 })
    }, { requiredKeys: [] }) })
    fc.assert(fc.property(fc.array(layer, { maxLength: 4 }), (layers) => {
      holds(JSON.stringify({ weightsManifest: [], modelTopology: { model_config: { config: { layers } } } }))
    }), { numRuns: cases(2_000) })
  }, 60_000)
})
