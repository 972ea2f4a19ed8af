import { outermost } from '../../contract/replay'
import type { Projection } from './projection'

const base64 = (values: ArrayBufferView): string => Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64')

/** Places as whole numbers of 16 bits, the outermost coordinate as the largest of them: a network's features may grow a hundredfold. */
export function packPlaces(places: Float64Array): { points: string, reach: number } {
  const reach = places.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0) || 1
  return { points: base64(Int16Array.from(places, (value) => Math.round(value / reach * outermost))), reach }
}

/** Mean and axes as base64. */
export function packProjection({ mean, axes }: Projection): string {
  const values = new Float32Array(mean.length * 3)
  ;[mean, ...axes].forEach((part, index) => values.set(part, index * mean.length))
  return base64(values)
}

/** What packProjection made of them. @throws RangeError where it is not of this length */
export function unpackProjection(packed: string, length: number, { explained, spread }: Pick<Projection, 'explained' | 'spread'>): Projection {
  const bytes = Buffer.from(packed, 'base64')
  if (bytes.length !== length * 12) throw new RangeError(`a projection of ${bytes.length / 12} features, where there are ${length}`)
  const values = Float32Array.from({ length: length * 3 }, (_, at) => bytes.readFloatLE(at * 4))
  return { mean: values.slice(0, length), axes: [values.slice(length, 2 * length), values.slice(2 * length)], explained, spread }
}
