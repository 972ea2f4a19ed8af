import { expect, it } from 'vitest'
import { framed } from './framed'

it('an image in a frame keeps its pixels in their places, and the frame is black', () => {
  // Two images of 1×2 pixels and three channels, one pixel of frame: 3×4.
  const images = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)
  const row = (...values: number[]) => [0, 0, 0, ...values, 0, 0, 0]
  const black = Array.from({ length: 12 }, () => 0)
  expect([...framed(images, [1, 2, 3], [3, 4, 3], 1)]).toEqual([
    ...black, ...row(1, 2, 3, 4, 5, 6), ...black, ...black, ...row(7, 8, 9, 10, 11, 12), ...black
  ])
})
