import { describe, expect, it } from 'vitest'
import { measurePixels, pixelTroubles, type PixelMeasures } from './pixels'

describe('what the pixels say of a picture', () => {
  it('is its levels, its contrast, its fine detail and its colours', () => {
    // Nine pixels, eight of 0 and the middle one of 90: mean 10, variance (8 · 100 + 6400) / 9 = 800.
    const { measures: [measure] } = measurePixels(Uint8Array.of(0, 0, 0, 0, 90, 0, 0, 0, 0), [3, 3, 1])
    expect(measure!.low).toBe(0)
    // 99 % of nine pixels is more than eight.
    expect(measure!.high).toBe(90)
    expect(measure!.contrast).toBeCloseTo(Math.sqrt(800), 10)
    // The one inner pixel's Laplacian is −4 · 90.
    expect(measure!.sharpness).toBeCloseTo(360 ** 2 / 800, 10)
    expect(measure!.colours[0]).toBeCloseTo(10 / 255, 10)
    expect(measure!.colours[1]).toBeCloseTo(Math.sqrt(800) / 255, 10)
  })

  it('is that of every channel', () => {
    const { measures: [measure] } = measurePixels(Uint8Array.of(255, 0, 51, 255, 102, 51), [1, 2, 3])
    expect(measure!.colours.map((value) => Number(value.toFixed(6)))).toEqual([1, 0, 0.2, 0.2, 0.2, 0])
    expect(measure!.sharpness).toBe(0)
  })
})

describe('pictures in which hardly anything can be seen', () => {
  const fine: PixelMeasures = { low: 20, high: 240, contrast: 50, sharpness: 1, border: 0, colours: [0.5, 0.2] }
  const others = Array.from({ length: 20 }, () => fine)

  it('are blank, dark, bright or blurred, the worst first', () => {
    const { found, usual } = pixelTroubles([
      ...others, { ...fine, contrast: 2 }, { ...fine, high: 80 }, { ...fine, high: 40 }, { ...fine, low: 250 }, { ...fine, sharpness: 0.05 }
    ])
    expect(found).toEqual({ blank: [20], dark: [22, 21], bright: [23], blurred: [24] })
    expect(usual).toEqual([])
  })

  it('are none where a fifth of all are so: that is how these pictures are', () => {
    const { found, usual } = pixelTroubles([...others, ...Array.from({ length: 6 }, () => ({ ...fine, low: 250 }))])
    expect(found.bright).toEqual([])
    expect(usual).toEqual(['bright'])
  })
})
