import { describe, expect, it } from 'vitest'
import { normalisationOf } from './pixel-scale'
import { Unreadable } from '../../safetensors/header'

describe('the normalisation that a network does by itself', () => {
  it('is that of bytes where it divides by nearly 255', () => {
    // x / 127.5 − 1 = (x / 255 − 0.5) / 0.5
    const { mean, standardDeviation } = normalisationOf({ scale: [1 / 127.5], offset: [-1] }, 3)!
    expect(mean).toHaveLength(3)
    for (const value of [...mean, ...standardDeviation]) expect(value).toBeCloseTo(0.5, 12)
  })

  it('is that of numbers from 0 to 1 otherwise', () => {
    // 4x − 2 = (x − 0.5) / 0.25
    expect(normalisationOf({ scale: [4], offset: [-2] })).toEqual({ mean: [0.5], standardDeviation: [0.25] })
  })

  it('is unknown where the network takes pixels as they come', () => {
    expect(normalisationOf(undefined, 3)).toBeUndefined()
  })

  it.each([
    ['negative', { scale: [-1], offset: [1] }], ['endless', { scale: [Infinity], offset: [0] }],
    ['no number', { scale: [1], offset: [NaN] }], ['negative in one channel', { scale: [1, -1, 1], offset: [0, 0, 0] }]
  ])('refuses a scale that is %s: the network would answer wrongly without it', (_what, affine) => {
    expect(() => normalisationOf(affine, 3)).toThrow(Unreadable)
  })
})
