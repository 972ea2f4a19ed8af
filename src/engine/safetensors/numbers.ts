/** Bytes a number of each type that Graft reads. */
export const dataTypes = { F64: 8, F32: 4, F16: 2, BF16: 2, I64: 8, I32: 4, I16: 2, I8: 1, U8: 1, BOOL: 1 } as const
export type DataType = keyof typeof dataTypes

/**
 * Numbers of a safetensors type (little endian) as float32 or int32; undefined where an I64 does not fit 32 bits.
 * @param bytes a buffer of its own: F32 and I32 become views of it
 */
export function readNumbers(dtype: DataType, bytes: Uint8Array<ArrayBuffer>): Float32Array | Int32Array | undefined {
  const { buffer } = bytes
  switch (dtype) {
    case 'F32': return new Float32Array(buffer)
    case 'I32': return new Int32Array(buffer)
    case 'F64': return Float32Array.from(new Float64Array(buffer))
    case 'F16': return Float32Array.from(new Uint16Array(buffer), halfToFloat)
    case 'BF16': return new Float32Array(Uint32Array.from(new Uint16Array(buffer), (half) => half << 16).buffer)
    case 'I64': {
      const numbers = Float64Array.from(new BigInt64Array(buffer), Number)
      return numbers.every((value) => value === (value | 0)) ? Int32Array.from(numbers) : undefined
    }
    case 'I16': return Int32Array.from(new Int16Array(buffer))
    case 'I8': return Int32Array.from(new Int8Array(buffer))
    case 'U8': return Int32Array.from(bytes)
    case 'BOOL': return Int32Array.from(bytes, (value) => Math.min(value, 1))
  }
}

/** IEEE 754 half precision, given as its 16 bits. */
export function halfToFloat(half: number): number {
  const sign = half & 0x8000 ? -1 : 1
  const exponent = (half >> 10) & 0x1f
  const fraction = half & 0x3ff
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 0x1f) return fraction ? NaN : sign * Infinity
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}
