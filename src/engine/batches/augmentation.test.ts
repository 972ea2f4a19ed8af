import { describe, expect, it } from 'vitest'
import type { ImageShape } from '../../contract/datasets'
import { augment, type Augmentation } from './augmentation'

const key = (change: Partial<Parameters<typeof augment>[3]> = {}) =>
  ({ seed: 1, stream: 'target', epoch: 0, positions: [0], ...change })

/** What one image becomes at a position. */
function augmented(image: number[], shape: ImageShape, kind: Augmentation, position: number): number[] {
  const images = Uint8Array.from(image)
  augment(images, shape, kind, key({ positions: [position] }))
  return Array.from(images)
}

const positions = Array.from({ length: 400 }, (_, index) => index)
/** Counts what an image becomes over many positions. */
function outcomes(image: number[], shape: ImageShape, kind: Augmentation): Map<string, number> {
  const counts = new Map<string, number>()
  for (const position of positions) {
    const result = augmented(image, shape, kind, position).join(' ')
    counts.set(result, (counts.get(result) ?? 0) + 1)
  }
  return counts
}

describe('flip', () => {
  it('swaps left and right of half of the images, and nothing else', () => {
    //  1 2 3        3 2 1
    //  4 5 6   →    6 5 4
    const counts = outcomes([1, 2, 3, 4, 5, 6], [2, 3, 1], 'flip')
    expect([...counts.keys()].sort()).toEqual(['1 2 3 4 5 6', '3 2 1 6 5 4'])
    expect(counts.get('3 2 1 6 5 4')).toBeGreaterThan(150)
    expect(counts.get('3 2 1 6 5 4')).toBeLessThan(250)
  })

  it('keeps the colours of a pixel together', () => {
    // two pixels of three channels: (1 2 3)(4 5 6) → (4 5 6)(1 2 3)
    expect([...outcomes([1, 2, 3, 4, 5, 6], [1, 2, 3], 'flip').keys()].sort()).toEqual(['1 2 3 4 5 6', '4 5 6 1 2 3'])
  })
})

describe('shift', () => {
  it('moves an image by up to an eighth of its side, with black moving in', () => {
    // one row of 8: reach 1 to either side; height 1: no reach up or down
    const counts = outcomes([1, 2, 3, 4, 5, 6, 7, 8], [1, 8, 1], 'shift')
    expect([...counts.keys()].sort()).toEqual(['0 1 2 3 4 5 6 7', '1 2 3 4 5 6 7 8', '2 3 4 5 6 7 8 0'])
    // each a third of 400
    for (const count of counts.values()) expect(count).toBeGreaterThan(90)
  })

  it('moves down and up alike, for colours too', () => {
    // a column of 4 with two channels' worth of colour (three, the last always 9): round(4/8) = 1 up or down
    const column = [1, 2, 9, 3, 4, 9, 5, 6, 9, 7, 8, 9]
    expect([...outcomes(column, [4, 1, 3], 'shift').keys()].sort()).toEqual([
      '0 0 0 1 2 9 3 4 9 5 6 9', '1 2 9 3 4 9 5 6 9 7 8 9', '3 4 9 5 6 9 7 8 9 0 0 0'
    ].sort())
  })

  it('reaches four of thirty-two pixels', () => {
    const row = Array.from({ length: 32 }, (_, index) => index + 1)
    expect(outcomes(row, [1, 32, 1], 'shift').size).toBe(9)
  })
})

describe('flip and shift', () => {
  it('flips first, then moves', () => {
    const counts = outcomes([1, 2, 3, 4], [1, 4, 1], 'flip-shift')
    expect([...counts.keys()].sort()).toEqual(['0 1 2 3', '0 4 3 2', '1 2 3 4', '2 3 4 0', '3 2 1 0', '4 3 2 1'])
  })
})

describe('randomness', () => {
  const images = () => Uint8Array.from({ length: 6 * 8 * 8 }, (_, index) => index % 251)
  const shape: ImageShape = [8, 8, 1]
  const run = (change: Partial<Parameters<typeof augment>[3]>) => {
    const batch = images()
    augment(batch, shape, 'flip-shift', key({ positions: [5, 6, 7, 8, 9, 10], ...change }))
    return batch
  }

  it('gives an image the same change whatever batch it is in', () => {
    const together = run({})
    const alone = images().subarray(2 * 64, 3 * 64)
    augment(alone, shape, 'flip-shift', key({ positions: [7] }))
    expect(Array.from(together.subarray(2 * 64, 3 * 64))).toEqual(Array.from(alone))
  })

  it('differs by epoch, seed and stream', () => {
    const results = [run({}), run({ epoch: 1 }), run({ seed: 2 }), run({ stream: 'source' })].map((batch) => batch.join(' '))
    expect(new Set(results).size).toBe(4)
    expect(run({}).join(' ')).toBe(results[0])
  })

  it('does nothing when it is off', () => {
    const batch = images()
    augment(batch, shape, 'none', key({ positions: [5, 6, 7, 8, 9, 10] }))
    expect(batch).toEqual(images())
  })
})
