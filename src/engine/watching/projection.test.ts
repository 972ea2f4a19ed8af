import { describe, expect, it } from 'vitest'
import { Budget } from './budget'
import { pointsFor } from './cast'
import { packPlaces, packProjection, unpackProjection } from './packed'
import { placesIn, principalPlane } from './projection'

describe('the plane of the start', () => {
  // Four points in three dimensions round (1, 1, 1): ±2 along x, ±1 along y, none along z.
  const features = Float32Array.from([3, 1, 1, -1, 1, 1, 1, 2, 1, 1, 0, 1])

  it('has the two directions of most variance as its axes: 8 of 10, then 2 of 10', () => {
    const plane = principalPlane(features, 3)
    expect([...plane.axes[0]].map((value) => Math.abs(Math.round(value * 1e5) / 1e5))).toEqual([1, 0, 0])
    expect([...plane.axes[1]].map((value) => Math.abs(Math.round(value * 1e5) / 1e5))).toEqual([0, 1, 0])
    expect(plane.explained[0]).toBeCloseTo(0.8)
    expect(plane.explained[1]).toBeCloseTo(0.2)
    // √(8 / 4)
    expect(plane.spread).toBeCloseTo(Math.SQRT2)
  })

  it('places other features in it, in spreads of the start', () => {
    const [x, y] = placesIn(principalPlane(features, 3), Float32Array.from([3, 2, 9]))
    expect(x).toBeCloseTo(2 / Math.SQRT2)
    expect(y).toBeCloseTo(1 / Math.SQRT2)
  })

  it('comes back as it was kept, and does not fit other features', () => {
    const plane = principalPlane(features, 3)
    expect(unpackProjection(packProjection(plane), 3, plane)).toEqual(plane)
    expect(() => unpackProjection(packProjection(plane), 4, plane)).toThrow(RangeError)
  })

  it('holds features that do not vary at all', () => {
    const plane = principalPlane(new Float32Array(9).fill(2), 3)
    expect([...placesIn(plane, Float32Array.from([2, 2, 2]))]).toEqual([0, 0])
  })

  it('keeps places to a part in 32,767 of the outermost, however far out that is', () => {
    const { points, reach } = packPlaces(Float64Array.from([-640, 320, 0.01, 0]))
    const bytes = Buffer.from(points, 'base64')
    expect(reach).toBe(640)
    expect([0, 2, 4, 6].map((at) => bytes.readInt16LE(at))).toEqual([-32767, 16384, 1, 0])
  })
})

describe('the share of the time that watching may take', () => {
  it('is two in a hundred, or four seconds where that is more', async () => {
    let now = 0
    const budget = new Budget(() => now)
    const takes = (seconds: number) => budget.count(() => { now += seconds; return Promise.resolve() })
    await takes(3)
    expect(budget.allows).toBe(true)
    await takes(2)
    expect(budget.allows).toBe(false)
    now = 249
    expect(budget.allows).toBe(false)
    now = 251
    expect(budget.allows).toBe(true)
  })

  it('bounds the points of a short training', () => {
    expect([100, 5_000, 1_000_000].map(pointsFor)).toEqual([24, 50, 200])
  })
})
