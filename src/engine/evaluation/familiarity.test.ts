import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { useWorkplace } from '../../library/testing'
import { FamiliarPictures, unlikeOf } from './familiarity'

beforeAll(() => tf.setBackend('cpu'))
const place = useWorkplace()
/** Six pictures whose features lie on the unit circle, at these degrees, and are not of length one. */
const degrees = [0, 10, 20, 30, 40, 50]
const at = (degree: number, length: number): number[] => [length * Math.cos(degree * Math.PI / 180), length * Math.sin(degree * Math.PI / 180)]
const familiar = (): FamiliarPictures => FamiliarPictures.of(Float32Array.from(degrees.flatMap((degree, index) => at(degree, index + 1))), 2)
/** The chord between two points of the unit circle. */
const chord = (degree: number): number => 2 * Math.sin(degree / 2 * Math.PI / 180)

describe('the distance from training pictures', () => {
  it('is that to the fifth nearest, of features at length one', () => {
    const pictures = familiar()
    const before = tf.memory().numTensors
    const found = tf.tidy(() => [...pictures.distances(tf.tensor2d([at(0, 7), at(180, 0.5), at(25, 3)])).dataSync()])
    // 0°: the others at 0, 10, 20, 30, 40: 40° is the fifth. 180°: 50, 40, 30, 20, 10 are 130 to 170 away. 25°: 5, 5, 15, 15, 25.
    for (const [index, degree] of [40, 170, 25].entries()) expect(found[index]).toBeCloseTo(chord(degree), 5)
    expect(tf.memory().numTensors).toBe(before)
    pictures.dispose()
  })

  it('among themselves is that to the fifth nearest other', () => {
    const pictures = familiar()
    // 0°: 10 to 50 are the others; 10°: 10, 10, 20, 30, 40; 20°: 10, 10, 20, 20, 30; and the same from the other end.
    for (const [index, degree] of [50, 40, 30, 30, 40, 50].entries()) expect(pictures.distancesAmong()[index]).toBeCloseTo(chord(degree), 5)
    pictures.dispose()
  })

  it('of one of twenty validation pictures at most is above the threshold; of fewer than twenty nothing is said', () => {
    const pictures = familiar()
    const validation = Float64Array.from({ length: 39 }, (_, index) => index / 100)
    // ⌈40 · 0.95⌉ = 38th of 39.
    expect(unlikeOf(pictures, validation, Float64Array.of(0.1, 0.5, 0.37, 0.38))).toEqual({
      neighbour: 5, references: 6, images: 39, threshold: 0.37, expected: 0.05, test: { share: 0.5, images: 4 }
    })
    expect(unlikeOf(pictures, validation.subarray(0, 19), undefined)).toBeUndefined()
    pictures.dispose()
  })

  it('is the same from disk, and what fits another network is refused', async () => {
    const pictures = familiar()
    const folder = join(place.folder, 'model')
    await fs.mkdir(folder)
    await pictures.save(folder)
    const again = await FamiliarPictures.load(folder, 2)
    const of = (each: FamiliarPictures): number => tf.tidy(() => each.distances(tf.tensor2d([at(70, 1)])).dataSync()[0]!)
    expect(of(again)).toBeCloseTo(of(pictures), 6)
    await expect(FamiliarPictures.load(folder, 3)).rejects.toMatchObject({ code: 'model-damaged' })
    pictures.dispose()
    again.dispose()
  })
})
