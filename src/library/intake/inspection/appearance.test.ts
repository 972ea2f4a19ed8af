import { describe, expect, it } from 'vitest'
import { AppearanceMeter, borderOf, groundOf } from './appearance'

/** A square of `inner` in the middle of `ground`: 4 × 4 in 10 × 10, three pixels from each side. */
const square = (ground: number, inner: number): Uint8Array => Uint8Array.from({ length: 100 }, (_, pixel) => {
  const [x, y] = [pixel % 10, Math.floor(pixel / 10)]
  return x >= 3 && x < 7 && y >= 3 && y < 7 ? inner : ground
})
const measured = (...images: Uint8Array[]): ReturnType<AppearanceMeter['result']> => {
  const meter = new AppearanceMeter()
  for (const image of images) meter.add(image, [10, 10, 1])
  return meter.result()
}

describe('the look of images', () => {
  it('tells white on black from black on white', () => {
    expect(measured(square(0, 255), square(20, 200)).polarity).toBe('light-on-dark')
    expect(measured(square(255, 0), square(230, 20)).polarity).toBe('dark-on-light')
    // Three of five agree: less than four fifths.
    expect(measured(square(0, 255), square(0, 255), square(0, 255), square(255, 0), square(128, 0)).polarity).toBe('neither')
  })

  it('does not take a dark photograph for a dark ground', () => {
    // Edges that go from 0 to 90: the middle is dark, but they are not even.
    const photograph = Uint8Array.from({ length: 100 }, (_, pixel) => pixel % 10 * 10)
    expect(groundOf(photograph, 10, 10).even).toBe(false)
    expect(measured(photograph).polarity).toBe('neither')
  })

  it('measures the even border', () => {
    // Three of ten at each of the two ends, in both directions: 0.6.
    expect(borderOf(square(0, 255), 10, 10)).toBeCloseTo(0.6, 12)
    expect(borderOf(new Uint8Array(100), 10, 10)).toBe(1)
    // Every step is 90 grey levels: no row and no column is even.
    expect(borderOf(Uint8Array.from({ length: 100 }, (_, pixel) => (pixel + Math.floor(pixel / 10)) % 2 * 90), 10, 10)).toBe(0)
    expect(measured(square(0, 255), new Uint8Array(100)).border).toBeCloseTo(0.8, 12)
  })
})
