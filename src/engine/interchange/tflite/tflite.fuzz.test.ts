import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { cases } from '#test/cases'
import { GraftError } from '../../../contract/errors'
import type { ModelFile } from '../shared/model-format'
import { encodeTflite, type OperatorName, type TfliteModel } from './messages'
import { decodeTfliteFile } from './reader'

const limits = { bytes: 1 << 22, tensors: 1_000 }

/** Files of TensorFlow's converter. */
const whole = z.object({ files: z.array(z.object({ title: z.string(), content: z.base64() })) })
  .parse(JSON.parse(readFileSync(join(__dirname, '../../../../test/parity/tflite-files.json'), 'utf8')))
  .files.filter(({ title }) => title !== 'mobilenet-v1').map(({ content }) => gunzipSync(Buffer.from(content, 'base64')))

const known = ['tflite-damaged', 'tflite-not-translated', 'model-too-large']
function holds(read: () => ModelFile): void {
  try {
    for (const { shape, data } of read().tensors.values()) {
      // What no step uses is listed by its shape alone.
      if (data.length > 0) expect(data.length).toBe(shape.reduce((product, length) => product * length, 1))
    }
  } catch (error) {
    if (!(error instanceof GraftError && known.includes(error.code))) throw error
    expect(error.message).toContain('fuzzed.tflite')
  }
}
const reading = (bytes: Uint8Array) => () => decodeTfliteFile(bytes, 'fuzzed.tflite', limits)

/** A file of one picture of 4 × 4 and whatever stands after it. */
const small = (change: Partial<TfliteModel>, operator: OperatorName = 'relu'): Uint8Array => encodeTflite({
  tensors: [{ name: 'images', shape: [4, 4, 3], type: 'float32' }, { name: 'out', shape: [4, 4, 3], type: 'float32' }],
  operators: [{ operator, inputs: [0], output: 1, options: {} }], input: 0, output: 1, description: '', metadata: {}, ...change
})

describe('the reader of TensorFlow Lite files', () => {
  it('reads the files that are then damaged', () => {
    for (const bytes of whole) expect(decodeTfliteFile(bytes, 'whole', limits).graph).toBeDefined()
  })

  it('takes files with some bytes changed, or cut', () => {
    const within = (min: number, max: number): fc.Arbitrary<number> => fc.double({ min, max, noNaN: true })
    const place = fc.oneof(within(0, 1), within(0, 0.02), within(0.7, 1))
    fc.assert(fc.property(
      fc.constantFrom(...whole), fc.array(fc.tuple(place, fc.nat(255)), { minLength: 1, maxLength: 6 }),
      fc.oneof({ weight: 4, arbitrary: fc.constant(1) }, { weight: 1, arbitrary: fc.double({ min: 0, max: 1, noNaN: true }) }),
      (bytes, changes, end) => {
        const copy = Uint8Array.from(bytes)
        for (const [at, value] of changes) copy[Math.floor(at * (copy.length - 1))] = value
        holds(reading(copy.subarray(0, Math.floor(end * copy.length))))
      }
    ), { numRuns: cases(10_000) })
  }, 240_000)

  it('takes arbitrary bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => holds(reading(Uint8Array.of(24, 0, 0, 0, ...new TextEncoder().encode('TFL3'), ...bytes)))), { numRuns: cases(3_000) })
  }, 60_000)

  it('takes graphs of known operators put together anyhow', () => {
    const operator = fc.constantFrom<OperatorName>('add', 'averagePool', 'convolution', 'depthwise', 'dequantize', 'fullyConnected', 'logistic', 'maxPool', 'multiply', 'relu',
      'reshape', 'pad', 'mean', 'subtract', 'stridedSlice', 'padWith', 'inverseRoot', 'quantize', 'hardSwish', 'gelu')
    const length = fc.oneof(fc.integer({ min: -2, max: 5 }), fc.constantFrom(2 ** 30, -(2 ** 31)))
    const tensor = fc.record({
      name: fc.constantFrom('a', 'b', ''), shape: fc.array(length, { maxLength: 5 }), type: fc.constantFrom('float32' as const, 'int32' as const, 'uint8' as const, 'int8' as const),
      data: fc.option(fc.uint8Array({ maxLength: 80 }), { nil: undefined }),
      quantisation: fc.option(fc.record({
        scale: fc.array(fc.float(), { maxLength: 3 }), zeroPoint: fc.array(fc.integer({ min: -300, max: 300 }), { maxLength: 3 })
      }), { nil: undefined })
    })
    const fitting: TfliteModel['tensors'] = [
      { name: 'images', shape: [4, 4, 3], type: 'float32' }, { name: 'x', shape: [4, 4, 3], type: 'int8', quantisation: { scale: [0.1], zeroPoint: [3] } },
      { name: 'y', shape: [8], type: 'float32' },
      { name: 'kernel', shape: [2, 1, 1, 3], type: 'float32', data: new Uint8Array(24) },
      { name: 'ints', shape: [4], type: 'int32', data: new Uint8Array(Int32Array.of(0, 1, 1, 2).buffer) }
    ]
    const step = fc.record({
      operator, inputs: fc.array(fc.integer({ min: -1, max: 8 }), { maxLength: 4 }), output: fc.integer({ min: 0, max: 7 }), options: fc.constant({})
    })
    fc.assert(fc.property(fc.array(tensor, { maxLength: 3 }), fc.array(step, { maxLength: 8 }), fc.integer({ min: 0, max: 7 }), (tensors, steps, output) => {
      const all = [
        ...fitting, ...tensors.map(({ data, quantisation, ...rest }) => ({ ...rest, ...(data && { data }), ...(quantisation && { quantisation }) }))
      ]
      const inside = (index: number): number => Math.min(index, all.length - 1)
      holds(reading(encodeTflite({
        tensors: all,
        operators: steps.map((each) => ({ ...each, inputs: each.inputs.map(inside), output: inside(each.output) }))
          .filter(({ inputs: [first] }) => first !== undefined && first >= 0),
        input: 0, output: inside(output), description: '', metadata: {}
      })))
    }), { numRuns: cases(5_000) })
  }, 120_000)
})

describe('a TensorFlow Lite file that cannot be read', () => {
  it.each([
    ['of a step that has no counterpart', (bytes: Uint8Array): Uint8Array => bytes, 'its step "TRANSPOSE_CONV" is not one that Graft translates', 'tflite-not-translated'],
    ['whose end is missing', (bytes: Uint8Array): Uint8Array => bytes.subarray(0, bytes.length - 40), 'it ends too early', 'tflite-damaged']
  ])('%s is refused in one sentence with the reason', (_, change, sentence, code) => {
    const bytes = change(small({}))
    // RELU, number 19, of the one operator: TRANSPOSE_CONV is 67.
    if (code === 'tflite-not-translated') for (let at = 0; at < bytes.length; at++) if (bytes[at] === 19) bytes[at] = 67
    expect(reading(bytes)).toThrow(expect.objectContaining({ code, message: expect.stringContaining(sentence) as string }) as Error)
  })

  it.each<[string, Partial<TfliteModel>, string]>([
    ['that takes no pictures', { tensors: [{ name: 'images', shape: [48], type: 'float32' }, { name: 'out', shape: [48], type: 'float32' }] }, 'it does not take images alone'],
    ['that takes pictures of no size', { tensors: [{ name: 'images', shape: [0, 4, 3], type: 'float32' }, { name: 'out', shape: [0, 4, 3], type: 'float32' }] }, 'how large its pictures are'],
    ['whose tensor claims 2⁶⁰ numbers', {
      tensors: [{ name: 'images', shape: [4, 4, 3], type: 'float32' }, { name: 'out', shape: [4, 4, 3], type: 'float32' }, { name: 'w', shape: [2 ** 30, 2 ** 30], type: 'float32', data: new Uint8Array(4) }],
      operators: [{ operator: 'add', inputs: [0, 2], output: 1, options: {} }]
    }, 'holds more than'],
    ['whose tensor does not fill its shape', {
      tensors: [{ name: 'images', shape: [4, 4, 3], type: 'float32' }, { name: 'out', shape: [4, 4, 3], type: 'float32' }, { name: 'w', shape: [3], type: 'float32', data: new Uint8Array(8) }],
      operators: [{ operator: 'add', inputs: [0, 2], output: 1, options: {} }]
    }, 'tensor "w" does not fill its shape'],
    ['whose step asks for gigabytes', {
      tensors: [
        { name: 'images', shape: [4, 4, 3], type: 'float32' }, { name: 'out', shape: [4, 4, 3], type: 'float32' },
        { name: 'sides', shape: [4, 2], type: 'int32', data: new Uint8Array(Int32Array.of(0, 0, 0, 2 ** 15, 0, 2 ** 15, 0, 0).buffer) }
      ],
      operators: [{ operator: 'pad', inputs: [0, 2], output: 1, options: {} }]
    }, 'more than 268 million numbers'],
    ['whose step needs what comes after it', {
      tensors: [{ name: 'images', shape: [4, 4, 3], type: 'float32' }, { name: 'out', shape: [4, 4, 3], type: 'float32' }, { name: 'late', shape: [4, 4, 3], type: 'float32' }],
      operators: [{ operator: 'add', inputs: [0, 2], output: 1, options: {} }, { operator: 'relu', inputs: [1], output: 2, options: {} }]
    }, 'a step needs what no step makes']
  ])('%s is refused', (_, change, sentence) => {
    expect(reading(small(change))).toThrow(sentence)
  })
})
