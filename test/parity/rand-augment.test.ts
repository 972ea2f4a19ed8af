import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { imageShapeSchema, type ImageShape } from '../../src/contract/datasets'
import { autoContrast, equalise, posterise, sharpen, solarise } from '../../src/engine/batches/rand-augment'

const bytes = z.array(z.int().min(0).max(255))
/** Made by `scripts/parity/rand_augment.py`, which says how. */
const { pictures, cases } = z.object({
  pictures: z.record(z.string(), z.object({ shape: imageShapeSchema, pixels: bytes })),
  cases: z.array(z.object({ picture: z.string(), change: z.string(), value: z.number(), after: bytes })).min(12)
}).parse(JSON.parse(readFileSync(join(import.meta.dirname, 'rand-augment.json'), 'utf8')))

const changes: Record<string, (image: Uint8Array, shape: ImageShape, value: number) => void> = {
  autoContrast: (image, [, , channels]) => autoContrast(image, channels),
  equalise: (image, [, , channels]) => equalise(image, channels),
  posterise: (image, _shape, value) => posterise(image, value),
  solarise: (image, _shape, value) => solarise(image, value),
  sharpen
}

describe('strong changes beside Pillow\'s', () => {
  it.each(cases)('$change of the $picture picture ($value): every byte', ({ picture, change, value, after }) => {
    const { shape, pixels } = pictures[picture]!
    const image = Uint8Array.from(pixels)
    changes[change]!(image, shape, value)
    expect(Array.from(image)).toEqual(after)
    expect(after).not.toEqual(pixels)
  })
})
