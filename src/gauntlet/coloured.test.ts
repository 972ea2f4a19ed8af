import { describe, expect, it } from 'vitest'
import { colouredEnvironments } from './coloured'

/** So many digits 0 to 9 in turn; each pixel tells the place of its row and column. */
function digits(count: number): { images: Uint8Array, labels: Int32Array } {
  const images = new Uint8Array(count * 28 * 28)
  for (let at = 0; at < images.length; at++) images[at] = 1 + Math.floor(at % 784 / 28) + at % 28
  return { images, labels: Int32Array.from({ length: count }, (_, index) => index % 10) }
}
const made = (grey: boolean) => colouredEnvironments(digits(9000), { first: 6000, each: 2500, grey })
const pixels = 14 * 14
/** The colour of each image: the channel that is not black. */
const coloursOf = (images: Uint8Array): number[] =>
  Array.from({ length: images.length / (pixels * 3) }, (_, image) => images[image * pixels * 3]! > 0 ? 0 : 1)

describe('Coloured MNIST', () => {
  it('has two training environments and one that is tested, of digits that neither was trained on', () => {
    expect(made(false).map(({ split, environment, labels }) => [split, environment, labels.length])).toEqual([
      ['train', 0, 2500], ['train', 1, 2500], ['test', 2, 3000]
    ])
  })

  it('colours by the label with a tenth, a fifth and nine tenths of exceptions', () => {
    for (const [index, share] of [0.1, 0.2, 0.9].entries()) {
      const { images, labels } = made(false)[index]!
      const exceptions = coloursOf(images).filter((colour, image) => colour !== labels[image]).length / labels.length
      // Four standard errors: 4 · √(0.2 · 0.8 / 2500) = 0.032.
      expect(Math.abs(exceptions - share)).toBeLessThan(0.032)
    }
  })

  it('turns a quarter of the labels round', () => {
    const { labels } = made(false)[2]!
    // The test environment keeps MNIST's order: digits 0 to 9 in turn, class 1 for those below 5.
    const wrong = labels.filter((label, image) => label !== (image % 10 < 5 ? 1 : 0)).length / labels.length
    // Four standard errors: 4 · √(0.25 · 0.75 / 3000) = 0.032.
    expect(Math.abs(wrong - 0.25)).toBeLessThan(0.032)
  })

  it('takes every second pixel, in one of two channels; the third is black', () => {
    const { images } = made(false)[0]!
    const [colour] = coloursOf(images)
    // Row 3, column 5 of the small image is row 6, column 10 of the digit: 1 + 6 + 10.
    expect([0, 1, 2].map((channel) => images[(3 * 14 + 5) * 3 + channel])).toEqual(colour === 0 ? [17, 0, 0] : [0, 17, 0])
    expect(images.filter((_, at) => at % 3 === 2).every((value) => value === 0)).toBe(true)
  })

  it('without its colours is the same digits with the same labels', () => {
    const [coloured, grey] = [made(false), made(true)]
    for (const [index, { images, labels }] of grey.entries()) {
      const both = coloured[index]!
      expect(Buffer.compare(Buffer.from(labels.buffer), Buffer.from(both.labels.buffer))).toBe(0)
      const sums = Uint8Array.from({ length: images.length }, (_, pixel) => both.images[pixel * 3]! + both.images[pixel * 3 + 1]!)
      expect(Buffer.compare(images, sums)).toBe(0)
    }
  })
})
