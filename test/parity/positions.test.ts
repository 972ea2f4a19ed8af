import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { resampledPositions } from '../../src/engine/interchange/recognition/positions'
import { uniform } from './numbers'

/** Made by `python scripts/parity/positions.py > test/parity/positions.json` with scripts/parity/requirements.txt. */
const { cases } = z.object({
  torch: z.literal('2.13.0'),
  cases: z.array(z.object({ side: z.int(), wanted: z.tuple([z.int(), z.int()]), smoothed: z.boolean(), values: z.array(z.number()) })).length(8)
}).parse(JSON.parse(readFileSync(join(__dirname, 'positions.json'), 'utf8')))

it.each(cases)('positions of $side × $side patches become PyTorch\'s for $wanted (smoothed: $smoothed)', ({ side, wanted, smoothed, values }) => {
  const given = Float32Array.from(uniform(`positions ${side}`, (1 + side * side) * 3))
  const found = resampledPositions(given, { side, wanted, channels: 3, smoothed })
  expect(found.length).toBe((1 + wanted[0] * wanted[1]) * 3)
  // The class token's own stay as they are.
  expect(found.slice(0, 3)).toEqual(given.slice(0, 3))
  values.forEach((value, at) => { expect(Math.abs(found[3 + at]! - value)).toBeLessThan(1e-5) })
})
