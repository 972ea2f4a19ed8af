import { describe, expect, it } from 'vitest'
import type { ImageShape } from '../../contract/datasets'
import { randomStream } from '../random'
import { autoContrast, cutOut, equalise, posterise, randAugment, sharpen, solarise } from './rand-augment'

const after = (values: number[], change: (image: Uint8Array) => void): number[] => {
  const image = Uint8Array.from(values)
  change(image)
  return Array.from(image)
}

// Beside Pillow's: test/parity/rand-augment.test.ts.
describe('strong changes', () => {
  it('stretch each channel to its whole range, and leave one of a single value', () => {
    // (v − 50) · 255 / 100, and a channel that is 7 everywhere.
    expect(after([50, 7, 100, 7, 150, 7], (image) => autoContrast(image, 2))).toEqual([0, 7, 127, 7, 255, 7])
  })

  it('leave an image too small to be equalised', () => {
    expect(after([1, 2, 3], (image) => equalise(image, 1))).toEqual([1, 2, 3])
  })

  it('keep the uppermost bits, and invert what is bright', () => {
    expect(after([15, 16, 255], (image) => posterise(image, 4))).toEqual([0, 16, 240])
    expect(after([127, 128, 255], (image) => solarise(image, 128))).toEqual([127, 127, 0])
  })

  it('smooth the middle with its neighbours and leave the border', () => {
    // (8 · 13 + 5 · 26) / 13 = 18; half way back to 26 is 22.
    const image = [13, 13, 13, 13, 26, 13, 13, 13, 13]
    expect(after(image, (bytes) => sharpen(bytes, [3, 3, 1], 0))[4]).toBe(18)
    expect(after(image, (bytes) => sharpen(bytes, [3, 3, 1], 0.5))).toEqual([13, 13, 13, 13, 22, 13, 13, 13, 13])
  })

  it('cover a grey square that may reach over the edge', () => {
    const sizes = Array.from({ length: 200 }, (_, index) =>
      after(new Array<number>(64).fill(1), (image) => cutOut(image, [8, 8, 1], randomStream('cut-out', index))).filter((value) => value === 127).length)
    expect(Math.max(...sizes)).toBe(16)
    expect(Math.min(...sizes)).toBeLessThan(16)
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(4)
  })

  it('are the same for the same random numbers, and others for others', () => {
    const shape: ImageShape = [16, 16, 3]
    const image = Array.from({ length: 768 }, (_, index) => (index * 37) % 256)
    const changed = (seed: number): string => after(image, (bytes) => randAugment(bytes, shape, randomStream('strong', seed))).join()
    expect(changed(1)).toBe(changed(1))
    // A third of the images are only cut out, some of them at the same place.
    expect(new Set(Array.from({ length: 50 }, (_, seed) => changed(seed))).size).toBeGreaterThan(35)
  })
})
