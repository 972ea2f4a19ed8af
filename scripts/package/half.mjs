import { readFile, writeFile } from 'node:fs/promises'

/**
 * Numbers in half precision (IEEE 754 binary16), rounded to the nearest, of two equally near to the even one.
 * @param {Float32Array} numbers
 * @returns {{ bits: Uint16Array, values: Float32Array }} as they are stored, and what they stand for
 */
export function halved(numbers) {
  const bits = new Uint16Array(numbers.length)
  const values = new Float32Array(numbers.length)
  for (let index = 0; index < numbers.length; index += 1) {
    const number = numbers[index]
    const size = Math.abs(number)
    const sign = number < 0 || Object.is(number, -0) ? 0x8000 : 0
    if (!(size < 65_520)) throw new RangeError(`${number} has no place in half precision`)
    // Below 2^-14 the steps are 2^-24 wide; above, 2^-10 of the power of two below. Whole numbers of this size are exact.
    const exponent = Math.max(-14, Math.floor(Math.log2(size)))
    const steps = roundToEven(size / 2 ** (exponent - 10))
    // The 1 in front of the fraction adds one to the exponent, as does a fraction that rounds up to the next power.
    bits[index] = sign | (((exponent + 14) << 10) + steps)
    values[index] = (sign ? -1 : 1) * steps * 2 ** (exponent - 10)
  }
  return { bits, values }
}

/** @param {number} value */
function roundToEven(value) {
  const below = Math.floor(value)
  const rest = value - below
  return below + (rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? 1 : 0)
}

/**
 * Writes a safetensors file again with the numbers of its kernels in half precision; vectors (biases, normalisations) stay as they are.
 * @param {string} from
 * @param {string} to
 */
export async function writeHalved(from, to) {
  const file = await readFile(from)
  const length = Number(file.readBigUInt64LE(0))
  /** @type {Record<string, { dtype: string, shape: number[], data_offsets: [number, number] }>} */
  const { __metadata__, ...tensors } = JSON.parse(file.subarray(8, 8 + length).toString('utf8'))
  /** @type {Record<string, unknown>} */
  const header = { __metadata__ }
  /** @type {Uint8Array[]} */
  const parts = []
  let end = 0
  for (const [name, { dtype, shape, data_offsets: [first, last] }] of Object.entries(tensors)) {
    // A copy of its own begins where four bytes may.
    const bytes = Uint8Array.from(file.subarray(8 + length + first, 8 + length + last))
    const halves = dtype === 'F32' && shape.length > 1
    const part = halves ? new Uint8Array(halved(new Float32Array(bytes.buffer)).bits.buffer) : bytes
    header[name] = { dtype: halves ? 'F16' : dtype, shape, data_offsets: [end, end + part.length] }
    parts.push(part)
    end += part.length
  }
  const text = Buffer.from(JSON.stringify(header))
  const padded = Buffer.concat([text, Buffer.alloc((8 - text.length % 8) % 8, ' ')])
  const size = Buffer.alloc(8)
  size.writeBigUInt64LE(BigInt(padded.length))
  await writeFile(to, Buffer.concat([size, padded, ...parts]))
}
