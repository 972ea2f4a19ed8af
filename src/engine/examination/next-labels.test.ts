import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { randomStream } from '../random'
import { kMeans } from './clusters'
import { chooseDoubtful, chooseTypical, type Waiting } from './next-labels'

beforeAll(() => tf.setBackend('cpu'))
const { signal } = new AbortController()
const choosing = (count: number) => ({ count, seed: 3, signal })

/** Directions around the axes of space: so many near each, `spread` wide, and the first of each exactly on it. */
function bunches(sizes: readonly number[], spread = 0.1): Float32Array {
  const stream = randomStream(1, 'bunches')
  return Float32Array.from(sizes.flatMap((size, axis) => Array.from({ length: size }, (_, index) =>
    sizes.map((_side, side) => (side === axis ? 1 : 0) + (index === 0 ? 0 : spread * stream.normal()))).flat()))
}
/** The bunch that a row belongs to. */
const bunchOf = (sizes: readonly number[], row: number): number => {
  let left = row
  return sizes.findIndex((size) => (left -= size) < 0)
}

describe('k-means', () => {
  it('finds bunches that lie apart, and leaves no tensor behind', async () => {
    const before = tf.memory().numTensors
    const sizes = [12, 7, 9]
    const found = await kMeans(bunches(sizes), 3, 3, { seed: 1, signal })
    const own = Array.from(found.keys(), (row) => `${bunchOf(sizes, row)} ${found[row]}`)
    expect(new Set(own).size).toBe(3)
    expect(tf.memory().numTensors).toBe(before)
  })

  it('copes with fewer different rows than clusters', async () => {
    const found = await kMeans(new Float32Array(8).fill(1), 2, 3, { seed: 1, signal })
    expect(new Set(found).size).toBe(1)
  })

  it('stops when it is cancelled', async () => {
    await expect(kMeans(bunches([5, 5]), 2, 2, { seed: 1, signal: AbortSignal.abort() })).rejects.toThrow()
  })
})

describe('pictures that stand for many others', () => {
  it('are one of each bunch, the largest first, from its middle', async () => {
    const sizes = [20, 35, 12]
    const chosen = await chooseTypical({ features: bunches(sizes), length: 3, waiting: 67, labelled: 0 }, choosing(3))
    expect(chosen.map((row) => bunchOf(sizes, row))).toEqual([1, 0, 2])
    // Of five directions in a fan, the middle one has the shortest way to all others.
    const fan = Float32Array.from([-20, -10, 0, 10, 20].flatMap((degrees) => [Math.cos(degrees * Math.PI / 180), Math.sin(degrees * Math.PI / 180)]))
    expect(await chooseTypical({ features: fan, length: 2, waiting: 5, labelled: 0 }, choosing(1))).toEqual([2])
  })

  it('come from bunches without a label before all others', async () => {
    const sizes = [40, 15, 10]
    const rows = bunches(sizes)
    // The last two of all are labelled: they lie in the largest bunch.
    const features = Float32Array.from([...rows, 1, 0.01, 0, 1, 0, 0.01])
    const waiting: Waiting = { features, length: 3, waiting: 65, labelled: 2 }
    const [first] = await chooseTypical(waiting, choosing(1))
    expect(bunchOf(sizes, first!)).toBe(1)
  })

  it('are never more than there are, and none twice', async () => {
    const chosen = await chooseTypical({ features: bunches([4, 3]), length: 2, waiting: 7, labelled: 0 }, choosing(20))
    expect([...chosen].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6])
  })
})

describe('pictures that are in doubt', () => {
  it('have small margins, and are not all alike', async () => {
    const sizes = [30, 30, 30]
    // Rows of the first bunch are the most doubtful, then those of the second; those of the third are clear.
    const margins = Float64Array.from({ length: 90 }, (_, row) => [0.01, 0.02, 0.9][bunchOf(sizes, row)]! + row / 1e4)
    const chosen = await chooseDoubtful({ features: bunches(sizes), length: 3, waiting: 90, labelled: 0 }, margins, choosing(6))
    expect(chosen).toHaveLength(6)
    expect(new Set(chosen).size).toBe(6)
    expect(new Set(chosen.map((row) => bunchOf(sizes, row)))).toEqual(new Set([0, 1]))
    // By doubt alone all six would come from the first bunch.
    expect(chosen[0]).toBe(0)
  })
})
