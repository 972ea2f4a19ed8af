import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { cases } from '#test/cases'
import { GraftError } from '../../../contract/errors'
import { zipFile } from '../../../library/testing'
import { architectureOf, definitionOf } from '../../architectures'
import { weightShapes } from '../../network/shapes'
import type { ModelFile } from '../shared/model-format'
import { stepsOf } from '../shared/file-graph'
import { leadingPixels } from '../recognition/graph-order'
import { Hdf5File } from './hdf5/file'
import { decodeKerasArchive } from './format-3'
import { decodeKeras } from './file'
import { encodeKerasH5, openHdf5 } from './h5'
import { kerasGraph, kerasInput, parseKerasModel, RunsCode } from '../keras-layers/steps'
import { recognise } from '../recognition/recognise'
import { Unreadable } from '../../safetensors/header'

const limits = { bytes: 1 << 22, tensors: 1_000 }

/** Files of Keras itself: HDF5 in its old form, and an archive. */
const ofKeras = z.object({ files: z.array(z.object({ architecture: z.string(), file: z.string(), content: z.base64() })) })
  .parse(JSON.parse(readFileSync(join(__dirname, '../../../../test/parity/keras-files.json'), 'utf8')))
  .files.filter(({ architecture }) => architecture === 'seed-cnn').map(({ file, content }) => ({ file, bytes: gunzipSync(Buffer.from(content, 'base64')) }))
const old = ofKeras.find(({ file }) => file === 'model.h5')!.bytes
const numbered = ofKeras.find(({ file }) => file === 'model.weights.h5')!.bytes
const archive = ofKeras.find(({ file }) => file === 'model.keras')!.bytes

/** One of Graft's: HDF5 in its newer form, with many layers in one group. */
let own: Uint8Array
beforeAll(async () => {
  const definition = definitionOf(architectureOf('resnet-20'), [16, 16, 3], ['a', 'b'], { width: 0.125 })
  const weights = new Map(weightShapes(definition).map(({ name, shape }) => (
    [name, { shape, data: new Float32Array(shape.reduce((product, length) => product * length, 1)).fill(0.5) }])))
  own = await encodeKerasH5({ definition, weights }, {})
})

/** Reads, and either gives tensors that fit their shapes or says what is wrong, in one sentence that names the file. */
function holds(read: () => ModelFile): void {
  try {
    check(read())
  } catch (error) {
    acceptable(error)
  }
}
function check({ tensors }: ModelFile): void {
  for (const { shape, data } of tensors.values()) expect(data.length).toBe(shape.reduce((product, length) => product * length, 1))
}
function acceptable(error: unknown): void {
  if (!(error instanceof GraftError && ['keras-damaged', 'keras-runs-code', 'model-too-large'].includes(error.code))) throw error
  expect(error.message).toContain('fuzzed')
}

const changed = (whole: Uint8Array, bytes: readonly (readonly [number, number])[], end: number): Uint8Array => {
  const copy = Uint8Array.from(whole)
  for (const [at, value] of bytes) copy[Math.floor(at * (copy.length - 1))] = value
  return copy.subarray(0, Math.max(1, Math.floor(end * copy.length)))
}
/** Anywhere, or in the first tenth, where the structures of a small file lie. */
const place = fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 0.1, noNaN: true }))
const value = fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 2, 3, 255))
const changes = fc.array(fc.tuple(place, value), { minLength: 1, maxLength: 6 })
const cut = fc.oneof({ weight: 5, arbitrary: fc.constant(1) }, { weight: 1, arbitrary: fc.double({ min: 0, max: 1, noNaN: true }) })

describe('the parser of Keras\' HDF5 files', () => {
  it('reads the files that are then damaged', () => {
    for (const bytes of [old, numbered, own]) expect(recognise('whole', decodeKeras(bytes, 'whole', limits)).unmatched).toEqual([])
  })

  it.each([['old', () => old], ['newer', () => own], ['numbered', () => numbered]])(
    'takes files of the %s form with some bytes changed, or cut', (_, whole) => {
      fc.assert(fc.property(changes, cut, (bytes, end) => holds(() => decodeKeras(changed(whole(), bytes, end), 'fuzzed.h5', limits))), { numRuns: cases(2_500) })
    }, 120_000)

  it('takes addresses and lengths that lead anywhere', () => {
    const whole = Buffer.from(old)
    // Every aligned word that could be an address.
    const words = Array.from({ length: Math.floor(whole.length / 8) }, (_, index) => index * 8).filter((at) => {
      const word = whole.readBigUInt64LE(at)
      return word > 0n && word < BigInt(whole.length)
    })
    const target = fc.oneof(fc.nat(whole.length).map(BigInt), fc.constantFrom(2n ** 63n, 2n ** 64n - 1n, 2n ** 53n, 0n), fc.constantFrom(...words.map(BigInt)))
    fc.assert(fc.property(fc.array(fc.tuple(fc.constantFrom(...words), target), { minLength: 1, maxLength: 3 }), (wrong) => {
      const copy = Buffer.from(whole)
      for (const [at, to] of wrong) copy.writeBigUInt64LE(to, at)
      holds(() => decodeKeras(copy, 'fuzzed.h5', limits))
    }), { numRuns: cases(2_000) })
  }, 120_000)

  it('takes arbitrary bytes behind the signature', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => holds(() => decodeKeras(Buffer.concat([old.subarray(0, 8), bytes]), 'fuzzed.h5', limits))), { numRuns: cases(1_500) })
  }, 60_000)
})

describe('the parser of Keras\' archives', () => {
  it('takes archives with some bytes changed, or cut', () => fc.assert(fc.asyncProperty(changes, cut, async (bytes, end) => {
    try {
      check(await decodeKerasArchive(changed(archive, bytes, end), 'fuzzed.keras', limits))
    } catch (error) {
      acceptable(error)
    }
  }), { numRuns: cases(1_500) }), 120_000)

  it('takes configurations of the right form with wrong things in them', () => {
    const number = fc.oneof(fc.integer({ min: -3, max: 9 }), fc.double(), fc.constant(null))
    const name = fc.constantFrom('a', 'b', 'c', 'conv2d', 'dense', '')
    const layer = fc.record({
      class_name: fc.constantFrom('Conv2D', 'DepthwiseConv2D', 'Dense', 'BatchNormalization', 'ReLU', 'Activation', 'Add', 'ZeroPadding2D', 'Rescaling',
        'Normalization', 'MaxPooling2D', 'InputLayer', 'Flatten', 'Lambda', 'Functional', 'Mine'),
      config: fc.record({
        name, padding: fc.oneof(fc.constantFrom('same', 'valid'), fc.array(fc.array(number, { maxLength: 2 }), { maxLength: 2 }), number),
        strides: fc.oneof(fc.array(number, { maxLength: 3 }), number), pool_size: fc.oneof(fc.array(number, { maxLength: 2 }), number), activation: fc.oneof(name, fc.constant('relu')),
        epsilon: number, scale: number, offset: number, mean: fc.array(number, { maxLength: 5 }), variance: fc.array(number, { maxLength: 5 }), axis: number,
        layers: fc.array(fc.record({ class_name: fc.constant('Dense'), config: fc.record({ name }) }), { maxLength: 2 }),
        batch_input_shape: fc.array(number, { maxLength: 5 })
      }, { requiredKeys: [] }),
      inbound_nodes: fc.array(fc.array(fc.tuple(name, fc.constant(0), fc.constant(0), fc.constant({})), { maxLength: 2 }), { maxLength: 2 })
    }, { requiredKeys: ['class_name', 'config'] })
    const model = fc.record({
      class_name: fc.constantFrom('Functional', 'Sequential', 'Mine'),
      config: fc.record({
        layers: fc.array(layer, { maxLength: 6 }), output_layers: fc.array(fc.tuple(name, fc.constant(0), fc.constant(0)), { maxLength: 2 })
      })
    })
    const tensors = new Map([['conv2d/kernel', { shape: [1, 1, 1, 2], data: Float32Array.of(1, 0) }]])
    fc.assert(fc.property(fc.oneof({ weight: 4, arbitrary: model as fc.Arbitrary<unknown> }, fc.jsonValue({ maxDepth: 5 })), (config) => {
      try {
        const parsed = parseKerasModel(config)
        kerasInput(parsed)
        leadingPixels(stepsOf(kerasGraph(parsed, tensors)))
      } catch (error) {
        if (!(error instanceof Unreadable || error instanceof RunsCode)) throw error
      }
    }), { numRuns: cases(9_000) })
  }, 60_000)
})

describe('a hostile Keras file', () => {
  const written = async (write: (file: InstanceType<Awaited<ReturnType<typeof openHdf5>>['hdf5']['File']>) => void): Promise<Uint8Array> => {
    const { hdf5, files } = await openHdf5()
    const file = new hdf5.File('hostile.h5', 'w')
    write(file)
    file.close()
    try {
      return Uint8Array.from(files.readFile('hostile.h5'))
    } finally {
      files.unlink('hostile.h5')
    }
  }
  const refused = (bytes: Uint8Array, sentence: string, code = 'keras-damaged'): void => {
    expect(() => decodeKeras(bytes, 'bad.h5', limits)).toThrow(expect.objectContaining({ code, message: expect.stringContaining(sentence) as string }) as Error)
    expect(() => decodeKeras(bytes, 'bad.h5', limits)).toThrow('bad.h5')
  }

  it.each([
    ['a soft link', (file: Parameters<Parameters<typeof written>[0]>[0]) => { file.create_soft_link('/elsewhere', 'model_weights') }],
    ['an external link', (file: Parameters<Parameters<typeof written>[0]>[0]) => { file.create_external_link('/etc/passwd', '/', 'model_weights') }]
  ])('with %s is refused', async (_, write) => refused(await written(write), 'is a link, which Graft does not follow'))

  it('whose groups stand in one another does not circle', async () => {
    refused(await written((file) => {
      const layer = file.create_group('layers').create_group('dense')
      layer.create_group('vars').create_dataset({ name: '0', data: new Float32Array(4), shape: [2, 2] })
      layer.create_hard_link('/layers', 'layers')
    }), 'two weights named "dense/kernel"')
  })

  it('whose names lead through its groups without end is refused', async () => {
    refused(await written((file) => {
      const group = file.create_group('model_weights')
      group.create_attribute('layer_names', ['a'], [1], 'S1')
      const layer = group.create_group('a')
      layer.create_hard_link('/model_weights/a', 'a')
      layer.create_attribute('weight_names', ['a/'.repeat(5_000)], [1], 'S10000')
    }), 'its groups are too deep')
  })

  it('whose numbers lie in chunks is refused by the tensor\'s name', async () => {
    refused(await written((file) => {
      file.create_group('layers').create_group('dense').create_group('vars').create_dataset({ name: '0', data: new Float32Array(64), shape: [8, 8], chunks: [4, 4], compression: 'gzip' })
    }), '"layers/dense/vars/0" lie in chunks')
  })

  it('that claims 2⁶³ numbers, or more than it holds, is refused before they are read', () => {
    // The kernel of the first layer: 3×3×1×4. Its shape stands in the file as four words.
    const kernel = Buffer.concat([3n, 3n, 1n, 4n].map((length) => {
      const word = Buffer.alloc(8)
      word.writeBigUInt64LE(length)
      return word
    }))
    const at = old.indexOf(kernel)
    expect(at).toBeGreaterThan(0)
    const copy = Buffer.from(old)
    copy.writeBigUInt64LE(2n ** 63n, at)
    refused(copy, 'claims 9223372036854775808')
    copy.writeBigUInt64LE(2n ** 40n, at)
    refused(copy, 'which the file does not hold')
    copy.writeBigUInt64LE(2n ** 52n, at)
    copy.writeBigUInt64LE(2n ** 52n, at + 8)
    refused(copy, 'impossible shape')
  })

  it('that ends early is refused', () => refused(old.subarray(0, old.length / 2), 'bad.h5'))

  it('with a Lambda is refused by the layer\'s name: nothing of it is read as a program', async () => {
    const config = { class_name: 'Sequential', config: { layers: [{ class_name: 'Lambda', config: { name: 'evil', function: ['cos\nsystem\n', null, null] } }] } }
    expect(() => parseKerasModel(config)).toThrow('evil')
    const bomb = zipFile([{ name: 'config.json', content: Buffer.from(JSON.stringify(config)) }, { name: 'model.weights.h5', content: Buffer.from(numbered) }])
    await expect(decodeKerasArchive(bomb, 'bad.keras', limits)).rejects.toMatchObject({ code: 'keras-runs-code', message: expect.stringContaining('bad.keras is refused: its layer evil is a Lambda') })
  })

  it.each([
    ['unpacks to far more than it takes', [{ name: 'config.json', content: Buffer.from('{}') }, { name: 'model.weights.h5', content: Buffer.alloc(1 << 20), claims: 1 << 30 }]],
    ['claims less than it unpacks to', [{ name: 'config.json', content: Buffer.alloc(1 << 20, '{'), claims: 8 }, { name: 'model.weights.h5', content: Buffer.from(numbered) }]],
    ['has no configuration', [{ name: 'model.weights.h5', content: Buffer.from(numbered) }]],
    ['has no weights', [{ name: 'config.json', content: Buffer.from('{"class_name":"Sequential","config":{"layers":[]}}') }]]
  ])('as an archive that %s is refused', async (_, entries) => {
    await expect(decodeKerasArchive(zipFile(entries), 'bad.keras', limits)).rejects.toMatchObject({ code: 'keras-damaged', message: expect.stringContaining('bad.keras') })
  })

  it('takes no more memory than it may', () => {
    expect(() => decodeKeras(old, 'big.h5', { bytes: 1_000, tensors: 100 })).toThrow(expect.objectContaining({ code: 'model-too-large' }) as Error)
    expect(() => decodeKeras(old, 'big.h5', { bytes: 1 << 30, tensors: 3 })).toThrow(expect.objectContaining({ code: 'model-too-large' }) as Error)
  })

  it('is no HDF5 file', () => {
    expect(() => new Hdf5File(Buffer.from('hello'))).toThrow(Unreadable)
  })
})
