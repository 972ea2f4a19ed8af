import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { linearCka, scaled } from '../../src/engine/maths/cka'
import { uniform } from './numbers'

/** Made by `scripts/parity/cka.py`, which says how. */
const cases = z.record(z.string(), z.object({ n: z.int(), p: z.int(), q: z.int(), shared: z.number(), cka: z.number() }))
  .parse(JSON.parse(readFileSync(join(__dirname, 'cka.json'), 'utf8')))

/**
 * Inner products of centred features: [count, count], row by row, divided by their mean diagonal, which CKA does not see.
 * @param features [count, length], row by row
 */
function innerProducts(features: Float64Array, count: number): Float64Array {
  const length = features.length / count
  const mean = new Float64Array(length)
  for (let at = 0; at < features.length; at++) mean[at % length]! += features[at]! / count
  const centred = Float64Array.from(features, (value, at) => value - mean[at % length]!)
  const products = new Float64Array(count * count)
  for (let row = 0; row < count; row++) {
    for (let column = 0; column <= row; column++) {
      let sum = 0
      const [a, b] = [row * length, column * length]
      for (let at = 0; at < length; at++) sum += centred[a + at]! * centred[b + at]!
      products[row * count + column] = products[column * count + row] = sum
    }
  }
  return scaled(products, count)
}

describe('linear CKA', () => {
  it.each([['none', 0], ['half', 1], ['map', 2]] as const)('of the case “%s” is what NumPy says, in the space of features', (name, index) => {
    const { n, p, q, shared, cka } = Object.values(cases)[index]!
    const first = uniform(`${name} first`, n * p).map((value) => value + 3)
    const [mix, noise] = [uniform(`${name} mix`, p * q), uniform(`${name} second`, n * q)]
    const second = noise.map((value, at) => {
      const [row, column] = [Math.floor(at / q), at % q]
      let sum = 0
      for (let inner = 0; inner < p; inner++) sum += first[row * p + inner]! * mix[inner * q + column]!
      return shared * sum + (1 - shared) * value
    })
    expect(Math.abs(linearCka(innerProducts(first, n), innerProducts(second, n), n)! - cka)).toBeLessThan(1e-9)
  })

  it('is 1 of a rotation and another scale, and is not known where all pictures look alike', () => {
    const [n, p] = [30, 2]
    const first = uniform('rotated', n * p)
    // By 90 degrees and twice as large: (x, y) becomes (−2y, 2x).
    const second = first.map((_, at) => at % 2 === 0 ? -2 * first[at + 1]! : 2 * first[at - 1]!)
    expect(linearCka(innerProducts(first, n), innerProducts(second, n), n)).toBeCloseTo(1, 12)
    expect(linearCka(innerProducts(first, n), innerProducts(new Float64Array(n * p).fill(5), n), n)).toBeNull()
  })
})
