import { describe, expect, it } from 'vitest'
import { randomStream } from '../random'
import {
  brighten, changeContrast, cropAndResize, eachImage, flip, invert, makeGrey, permuteChannels, rotate, saturate, shiftHue, transformAffine
} from './image-changes'

const bytes = (...values: number[]) => Uint8Array.from(values)
/** The image after the change. */
const after = (image: Uint8Array, change: (image: Uint8Array) => void): number[] => {
  change(image)
  return Array.from(image)
}

describe('colour', () => {
  it('moves whole channels', () => {
    expect(after(bytes(1, 2, 3, 4, 5, 6), (image) => permuteChannels(image, 3, [2, 0, 1]))).toEqual([3, 1, 2, 6, 4, 5])
  })

  it('is inverted', () => {
    expect(after(bytes(0, 55, 255), invert)).toEqual([255, 200, 0])
  })

  it('becomes grey by luma, and grey stays grey', () => {
    // 0.299 · 100 + 0.587 · 200 + 0.114 · 50 = 153
    expect(after(bytes(100, 200, 50), (image) => makeGrey(image, 3))).toEqual([153, 153, 153])
    expect(after(bytes(7, 8), (image) => makeGrey(image, 1))).toEqual([7, 8])
  })

  it('turns its hue: red to green after a third, back after a whole turn', () => {
    expect(after(bytes(200, 20, 20), (image) => shiftHue(image, 3, 1 / 3))).toEqual([20, 200, 20])
    expect(after(bytes(200, 20, 20), (image) => shiftHue(image, 3, 2 / 3))).toEqual([20, 20, 200])
    // Half way round orange (hue 30°: 200, 110, 20) is its complement at 210°.
    expect(after(bytes(200, 110, 20), (image) => shiftHue(image, 3, 0.5))).toEqual([20, 110, 200])
    expect(after(bytes(13, 77, 201, 90, 90, 90), (image) => shiftHue(image, 3, 1))).toEqual([13, 77, 201, 90, 90, 90])
    expect(after(bytes(13, 77), (image) => shiftHue(image, 1, 0.5))).toEqual([13, 77])
  })

  it('has brightness, contrast and saturation', () => {
    expect(after(bytes(100, 200), (image) => brighten(image, 1, 1.5))).toEqual([150, 255])
    // Mean 150: 150 ± 50 becomes 150 ± 25.
    expect(after(bytes(100, 200), (image) => changeContrast(image, 1, 0.5))).toEqual([125, 175])
    expect(after(bytes(100, 200, 50), (image) => saturate(image, 3, 0))).toEqual([153, 153, 153])
    expect(after(bytes(100, 200, 50), (image) => saturate(image, 3, 1))).toEqual([100, 200, 50])
  })
})

describe('place', () => {
  it('is mirrored', () => {
    expect(after(bytes(1, 2, 3, 4, 5, 6), (image) => flip(image, [2, 3, 1]))).toEqual([3, 2, 1, 6, 5, 4])
    expect(after(bytes(1, 2, 3, 4, 5, 6), (image) => flip(image, [1, 2, 3]))).toEqual([4, 5, 6, 1, 2, 3])
  })

  it('is moved and sheared by an affine map from the upper left', () => {
    const moved = (map: Parameters<typeof transformAffine>[2]): number[] =>
      after(bytes(1, 2, 3, 4, 5, 6, 7, 8, 9), (image) => transformAffine(image, [3, 3, 1], map))
    expect(moved([1, 0, 1, 0, 1, 0])).toEqual([2, 3, 0, 5, 6, 0, 8, 9, 0])
    expect(moved([1, 0, 0, 0, 1, -1])).toEqual([0, 0, 0, 1, 2, 3, 4, 5, 6])
    // Row y + ½ takes from (y + ½) to the right: half a pixel, one and a half, two and a half.
    expect(moved([1, 1, 0, 0, 1, 0])).toEqual([2, 3, 2, 6, 3, 0, 5, 0, 0])
  })

  it('is turned by an angle against the clock', () => {
    // 1 2 3   a quarter turn brings the right column to the top; two are the image from behind.
    // 4 5 6
    // 7 8 9
    const turned = (angle: number): number[] => after(bytes(1, 2, 3, 4, 5, 6, 7, 8, 9), (image) => rotate(image, [3, 3, 1], angle))
    expect(turned(Math.PI / 2)).toEqual([3, 6, 9, 2, 5, 8, 1, 4, 7])
    expect(turned(Math.PI)).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1])
    expect(turned(-Math.PI / 2)).toEqual([7, 4, 1, 8, 5, 2, 9, 6, 3])
  })

  it('is black where nothing comes in', () => {
    const image = new Uint8Array(49).fill(200)
    rotate(image, [7, 7, 1], Math.PI / 4)
    expect(image[0]).toBe(0)
    expect(image[24]).toBe(200)
  })

  it('is cropped and brought back to size', () => {
    const image = Uint8Array.from({ length: 16 }, (_, index) => index * 10)
    expect(after(image.slice(), (part) => cropAndResize(part, [4, 4, 1], [0, 0, 4, 4]))).toEqual(Array.from(image))
    // The right half of each row: 20 and 30, at −0.25, 0.25, 0.75 and 1.25 pixels from their first centre.
    expect(after(image.slice(), (part) => cropAndResize(part, [4, 4, 1], [0, 2, 4, 2])).slice(0, 4)).toEqual([18, 23, 28, 30])
  })
})

describe('each image', () => {
  it('is changed by numbers of its own, whatever batch it is in', () => {
    const change = eachImage('test', (image, _shape, random) => { image[0] = random.integer(256) })
    const key = { seed: 1, stream: 'source', epoch: 0 }
    const [together, alone] = [new Uint8Array(3), new Uint8Array(1)]
    change(together, [1, 1, 1], { ...key, positions: [4, 5, 6] })
    change(alone, [1, 1, 1], { ...key, positions: [5] })
    expect(together[1]).toBe(alone[0])
    expect(alone[0]).toBe(randomStream(1, 'test', 'source', 0, 5).integer(256))
    change(alone, [1, 1, 1], { ...key, epoch: 1, positions: [5] })
    expect(alone[0]).not.toBe(together[1])
  })
})
