import fc from 'fast-check'
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cases } from '#test/cases'
import { GraftError } from '../../contract/errors'
import { decodeSafetensors, encodeSafetensors, readSafetensors, writeSafetensors } from './safetensors'
import type { TensorToWrite } from './header'

let folder: string
beforeAll(async () => { folder = await mkdtemp(join(tmpdir(), 'graft-safetensors-')) })
afterAll(() => rm(folder, { recursive: true, force: true }))

const example = new Map<string, TensorToWrite>([
  ['block1.convolution.kernel', { dtype: 'F32', shape: [2, 3], data: Float32Array.of(1, -2.5, 0, 1e-30, 3e38, -0) }],
  ['head.dense.bias', { dtype: 'F32', shape: [0], data: new Float32Array(0) }],
  ['steps', { dtype: 'I32', shape: [], data: Int32Array.of(-7) }]
])

/** A file by hand: eight bytes of length, the header's text, the data. */
function file(header: string, data: Uint8Array = new Uint8Array(0)): Uint8Array {
  const text = new TextEncoder().encode(header)
  const length = new Uint8Array(8)
  new DataView(length.buffer).setBigUint64(0, BigInt(text.length), true)
  return Buffer.concat([length, text, data])
}

const refusal = (bytes: Uint8Array, options = {}): string => {
  try {
    decodeSafetensors(bytes, 'file', options)
  } catch (error) {
    if (error instanceof GraftError && error.code === 'safetensors-damaged') return error.message
    throw error
  }
  return 'none'
}
const entry = (dtype: string, shape: unknown, from: number, to: number) => JSON.stringify({ t: { dtype, shape, data_offsets: [from, to] } })

describe('a safetensors file', () => {
  it('comes back to the last bit, with its metadata, from disk and from memory', async () => {
    const path = join(folder, 'whole.safetensors')
    await writeSafetensors(path, example, { format: 'graft' })
    const bytes = await readFile(path)
    expect(Buffer.compare(bytes, encodeSafetensors(example, { format: 'graft' }))).toBe(0)
    for (const { tensors, metadata } of [await readSafetensors(path), decodeSafetensors(bytes, 'memory')]) {
      expect(metadata).toEqual({ format: 'graft' })
      expect(new Map([...tensors])).toEqual(example)
    }
    expect(await readdir(folder)).toEqual(['whole.safetensors'])
  })

  it('begins its data at a multiple of eight bytes, as the format\'s own library does', () => {
    const bytes = encodeSafetensors(example)
    expect(Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true)) % 8).toBe(0)
  })

  it('is refused where its data does not fit its shape, before anything is written', async () => {
    const wrong = new Map([['w', { dtype: 'F32', shape: [3], data: new Float32Array(2) } as const]])
    await expect(writeSafetensors(join(folder, 'wrong.safetensors'), wrong)).rejects.toThrow('w has 2 numbers')
    expect(await readdir(folder)).not.toContain('wrong.safetensors')
  })

  it('cut short anywhere is refused, naming the file', async () => {
    const path = join(folder, 'torn.safetensors')
    await writeSafetensors(path, example)
    const { length } = await readFile(path)
    for (const size of [length - 1, length - 5, 100, 8, 7, 0]) {
      await truncate(path, size)
      await expect(readSafetensors(path)).rejects.toMatchObject({ code: 'safetensors-damaged', message: expect.stringContaining(path) })
    }
  })

  it('that is not there gives the system\'s error', async () => {
    await expect(readSafetensors(join(folder, 'none'))).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('that holds NaN is refused where finite numbers are asked for, and read where not', () => {
    const bytes = encodeSafetensors(new Map([['w', { dtype: 'F32', shape: [2], data: Float32Array.of(1, NaN) }]]))
    expect(refusal(bytes)).toBe('none')
    expect(refusal(bytes, { finite: true })).toContain('"w" holds numbers that are not finite')
  })

  it('of other number types is brought to float32 and int32', () => {
    const read = (dtype: string, data: Uint8Array, count: number) =>
      [...decodeSafetensors(file(entry(dtype, [count], 0, data.length), data), 'file').tensors.get('t')!.data]
    expect(read('F64', new Uint8Array(Float64Array.of(0.5, -2).buffer), 2)).toEqual([0.5, -2])
    // 0x3c00 = 1, 0xc000 = −2, 0x0001 = 2⁻²⁴, 0x7c00 = ∞
    expect(read('F16', new Uint8Array(Uint16Array.of(0x3c00, 0xc000, 1, 0x7c00).buffer), 4)).toEqual([1, -2, 2 ** -24, Infinity])
    // 0x3f80 = 1, 0xc020 = −2.5
    expect(read('BF16', new Uint8Array(Uint16Array.of(0x3f80, 0xc020).buffer), 2)).toEqual([1, -2.5])
    expect(read('I64', new Uint8Array(BigInt64Array.of(-3n, 7n).buffer), 2)).toEqual([-3, 7])
    expect(read('U8', Uint8Array.of(255, 0), 2)).toEqual([255, 0])
    expect(read('BOOL', Uint8Array.of(1, 0), 2)).toEqual([1, 0])
  })

  it('with a hostile header is refused with the reason', () => {
    const huge = file('{}')
    new DataView(huge.buffer, huge.byteOffset).setBigUint64(0, 2n ** 63n, true)
    expect(refusal(huge)).toContain('claims 9223372036854775808 bytes')
    expect(refusal(file('[]'))).toContain('not a JSON object')
    expect(refusal(file('['.repeat(200_000)))).toContain('not a JSON object')
    expect(refusal(file(entry('F32', [2], 0, 4), new Uint8Array(4)))).toContain('does not fill its bytes')
    expect(refusal(file(entry('F32', [2 ** 40, 2 ** 40, 0.5], 0, 4), new Uint8Array(4)))).toContain('malformed')
    expect(refusal(file(entry('F32', [2 ** 30, 2 ** 30], 0, 4), new Uint8Array(4)))).toContain('does not fill its bytes')
    expect(refusal(file(entry('F32', [-1], 0, 4), new Uint8Array(4)))).toContain('malformed')
    expect(refusal(file(entry('F32', [1], 4, 8), new Uint8Array(8)))).toContain('does not begin where')
    expect(refusal(file(entry('F32', [1], 0, 4), new Uint8Array(8)))).toContain('8 follow the header')
    expect(refusal(file(entry('F8_E4M3', [4], 0, 4), new Uint8Array(4)))).toContain('"F8_E4M3"')
    expect(refusal(file(entry('toString', [4], 0, 4), new Uint8Array(4)))).toContain('"toString"')
    expect(refusal(file('{"__metadata__":{"a":1}}'))).toContain('metadata')
    expect(refusal(file(entry('I64', [1], 0, 8), new Uint8Array(BigInt64Array.of(2n ** 40n).buffer)))).toContain('beyond 32 bits')
    expect(refusal(file(`{"${'x'.repeat(1e6)}":1}`)).length).toBeLessThan(300)
  })
})

describe('the safetensors parser, on files nobody wrote,', () => {
  /** Reads, or refuses with its own error; never more numbers than the file has bytes. */
  const holds = (bytes: Uint8Array): void => {
    try {
      const { tensors } = decodeSafetensors(bytes, 'file', { finite: true })
      const count = [...tensors.values()].reduce((sum, { data }) => sum + data.length, 0)
      expect(count).toBeLessThanOrEqual(bytes.length)
      for (const { shape, data } of tensors.values()) expect(data.length).toBe(shape.reduce((product, length) => product * length, 1))
    } catch (error) {
      if (!(error instanceof GraftError && error.code === 'safetensors-damaged')) throw error
    }
  }

  it('takes arbitrary bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), holds), { numRuns: cases(3000) })
  })

  it('takes arbitrary JSON', () => {
    fc.assert(fc.property(fc.json({ maxDepth: 4 }), fc.uint8Array({ maxLength: 32 }), (header, data) => holds(file(header, data))), { numRuns: cases(3000) })
  })

  it('takes headers of the right form with wrong numbers in them', () => {
    const number = fc.oneof(fc.nat(40), fc.integer(), fc.double(), fc.maxSafeInteger())
    const header = fc.dictionary(fc.string({ maxLength: 4 }), fc.record({
      dtype: fc.constantFrom('F32', 'I32', 'F16', 'U8', 'I64', 'F64', 'BOOL', 'X'),
      shape: fc.array(fc.oneof(fc.nat(4), number), { maxLength: 3 }),
      data_offsets: fc.tuple(number, number)
    }), { maxKeys: 3 })
    fc.assert(fc.property(header, fc.uint8Array({ maxLength: 64 }), (content, data) => holds(file(JSON.stringify(content), data))), { numRuns: cases(3000) })
  })

  it('takes whole files with some bytes changed', () => {
    const whole = encodeSafetensors(example, { format: 'graft' })
    const changes = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 })
    fc.assert(fc.property(changes, fc.nat(whole.length), (bytes, end) => {
      const copy = Uint8Array.from(whole)
      for (const [at, value] of bytes) copy[at] = value
      holds(copy)
      holds(copy.subarray(0, end))
    }), { numRuns: cases(3000) })
  })

  it('gives back every file that it can write', async () => {
    const numbers = fc.array(fc.float({ noNaN: true }), { maxLength: 12 })
    await fc.assert(fc.asyncProperty(fc.dictionary(fc.string(), numbers, { maxKeys: 5 }), async (content) => {
      delete content.__metadata__
      const tensors = new Map(Object.entries(content).map(([name, values]) =>
        [name, { dtype: 'F32', shape: [values.length], data: Float32Array.from(values) } as const]))
      const path = join(folder, 'round.safetensors')
      await writeFile(path, encodeSafetensors(tensors))
      expect((await readSafetensors(path)).tensors).toEqual(tensors)
    }), { numRuns: cases(300) })
  })
})
