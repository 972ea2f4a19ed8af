import { describe, expect, it } from 'vitest'
import { randomStream } from '../random'
import { layOut } from './lay-out'

/** Three groups of 30 points each, far from each other in eight dimensions. */
const groups = 3
const [each, length] = [30, 8]
const stream = randomStream(1, 'groups')
const features = Float32Array.from({ length: groups * each * length }, (_, at) => {
  const group = Math.floor(at / length / each)
  return stream.normal() + (at % length === group ? 12 : 0)
})
const quiet = { neighbours: 10, seed: 1, signal: new AbortController().signal, onProgress: () => undefined }

describe('a map of features', () => {
  it('keeps together what is near, and is the same for the same seed', async () => {
    const places = await layOut(features, length, quiet)
    expect(places).toHaveLength(groups * each)
    // The nearest other point of every point is of its own group.
    const nearest = places.map(([x, y], point) => {
      const distances = places.map(([otherX, otherY], other) => other === point ? Infinity : (x - otherX) ** 2 + (y - otherY) ** 2)
      return distances.indexOf(Math.min(...distances))
    })
    expect(nearest.filter((other, point) => Math.floor(other / each) !== Math.floor(point / each))).toEqual([])
    expect(await layOut(features, length, quiet)).toEqual(places)
    expect(await layOut(features, length, { ...quiet, seed: 2 })).not.toEqual(places)
  })

  it('tells how far it is, and can be cancelled', async () => {
    const stop = new AbortController()
    const told: number[] = []
    await expect(layOut(features, length, { ...quiet, signal: stop.signal, onProgress: (done) => {
      told.push(done)
      if (done >= 20) stop.abort()
    } })).rejects.toThrow('abort')
    expect(told).toEqual([10, 20])
  })
})
