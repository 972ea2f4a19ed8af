import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { expect, it } from 'vitest'
import { halved, writeHalved } from './half.mjs'

/** The number that 16 bits stand for, as IEEE 754 has it. @param {number} bits */
function valueOf(bits) {
  const [sign, exponent, fraction] = [bits & 0x8000 ? -1 : 1, (bits >> 10) & 31, bits & 1023]
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15))
}

it('every number of half precision is kept as it is', () => {
  const all = Uint16Array.from({ length: 65_536 }, (_, bits) => bits).filter((bits) => (bits & 0x7c00) !== 0x7c00)
  const numbers = Float32Array.from(all, valueOf)
  const { bits, values } = halved(numbers)
  // As bytes: to compare them number by number takes vitest seconds.
  expect(Buffer.from(bits.buffer).equals(Buffer.from(all.buffer))).toBe(true)
  expect(Buffer.from(values.buffer).equals(Buffer.from(numbers.buffer))).toBe(true)
})

it('other numbers go to the nearest, and halfway to the even one', () => {
  // Around 1 the steps are 2^-10 wide: 1 + 2^-11 lies halfway between 1 (even) and 1 + 2^-10, 1 + 3 · 2^-11 between that and 1 + 2^-9.
  const numbers = Float32Array.from([1 + 2 ** -11, 1 + 3 * 2 ** -11, 1 + 2 ** -11 + 2 ** -20, 2047.9, -0.1, 1e-9, 65_519])
  expect([...halved(numbers).values]).toEqual([1, 1 + 2 ** -9, 1 + 2 ** -10, 2048, -1638 / 16_384, 0, 65_504])
  expect(() => halved(Float32Array.of(65_520))).toThrow(RangeError)
  expect(() => halved(Float32Array.of(NaN))).toThrow(RangeError)
})

it('a file keeps its description and its vectors, and has half of its kernels’ bytes', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'graft-half-'))
  try {
    const header = Buffer.from(JSON.stringify({
      __metadata__: { format: 'graft' },
      kernel: { dtype: 'F32', shape: [1, 2], data_offsets: [0, 8] }, mean: { dtype: 'F32', shape: [1], data_offsets: [8, 12] }
    }))
    const size = Buffer.alloc(8)
    size.writeBigUInt64LE(BigInt(header.length))
    await writeFile(path.join(folder, 'whole'), Buffer.concat([size, header, Buffer.from(Float32Array.of(0.5, -2, 0.1).buffer)]))
    await writeHalved(path.join(folder, 'whole'), path.join(folder, 'half'))
    const half = await readFile(path.join(folder, 'half'))
    const length = Number(half.readBigUInt64LE(0))
    expect(length % 8).toBe(0)
    expect(JSON.parse(half.subarray(8, 8 + length).toString())).toEqual({
      __metadata__: { format: 'graft' },
      kernel: { dtype: 'F16', shape: [1, 2], data_offsets: [0, 4] }, mean: { dtype: 'F32', shape: [1], data_offsets: [4, 8] }
    })
    expect([half.readUInt16LE(8 + length), half.readUInt16LE(10 + length), half.readFloatLE(12 + length)]).toEqual([0x3800, 0xc000, Math.fround(0.1)])
  } finally {
    await rm(folder, { recursive: true })
  }
})
