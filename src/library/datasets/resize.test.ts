import { describe, expect, it } from 'vitest'
import { fitBatch, resizeBatch } from '../../images/resize'
import { ChannelStatistics } from './statistics'

describe('resizing', () => {
  it('interpolates between pixel centres when it enlarges', () => {
    // Centres of 4 targets over 2 sources: −0.25, 0.25, 0.75, 1.25 → 0, 25, 75, 100 of 0 and 100.
    expect([...resizeBatch(Uint8Array.from([0, 100]), [1, 2, 1], [1, 4, 1])]).toEqual([0, 25, 75, 100])
    expect([...resizeBatch(Uint8Array.from([0, 100]), [2, 1, 1], [4, 1, 1])]).toEqual([0, 25, 75, 100])
  })

  it('weighs all pixels when it reduces', () => {
    // From 4 to 2 the triangle is 2 wide each way. Target 0 has its centre at 0.5: weights of sources 0, 1, 2 are
    // 0.75, 0.75, 0.25 of 1.75 together (source −1 lies outside); target 1 mirrors it.
    // (0.75 · 0 + 0.75 · 70 + 0.25 · 140) / 1.75 = 50; (0.25 · 70 + 0.75 · 140 + 0.75 · 210) / 1.75 = 160
    expect([...resizeBatch(Uint8Array.from([0, 70, 140, 210]), [1, 4, 1], [1, 2, 1])]).toEqual([50, 160])
  })

  it('keeps images and channels apart, and flat ones as they are', () => {
    const pixels = [10, 20, 30]
    const images = Uint8Array.from([...new Array<number[]>(4).fill(pixels).flat(), ...new Array<number[]>(4).fill([200, 0, 255]).flat()])
    const resized = resizeBatch(images, [2, 2, 3], [3, 5, 3])
    expect(resized).toHaveLength(2 * 3 * 5 * 3)
    expect([...resized.subarray(0, 45)]).toEqual(new Array<number[]>(15).fill(pixels).flat())
    expect([...resized.subarray(45)]).toEqual(new Array<number[]>(15).fill([200, 0, 255]).flat())
  })

  it('changes nothing at the same size', () => {
    const image = Uint8Array.from({ length: 5 * 7 * 3 }, (_, index) => index * 37)
    expect(resizeBatch(image, [5, 7, 3], [5, 7, 3])).toEqual(image)
  })
})

describe('channel statistics', () => {
  it('are the mean and deviation over all batches, in [0, 1]', () => {
    const statistics = new ChannelStatistics(3)
    statistics.add(Uint8Array.from([0, 51, 255, 102, 51, 255]))
    statistics.add(Uint8Array.from([204, 51, 0, 102, 51, 0]))
    // Red 0, 0.4, 0.8, 0.4: mean 0.4, variance (0.16 + 0 + 0.16 + 0) / 4 = 0.08. Green flat 0.2. Blue 1, 1, 0, 0: 0.5, 0.5.
    const { mean, standardDeviation } = statistics.result()
    expect(mean.map((value) => Number(value.toFixed(12)))).toEqual([0.4, 0.2, 0.5])
    expect(standardDeviation.map((value) => Number(value.toFixed(7)))).toEqual([0.2828427, 0, 0.5])
  })

  it('stay exact over millions of white pixels', () => {
    const statistics = new ChannelStatistics(1)
    for (let batch = 0; batch < 10; batch++) statistics.add(new Uint8Array(1_000_000).fill(255))
    expect(statistics.result()).toEqual({ mean: [1], standardDeviation: [0] })
  })
})

describe('an image of another shape', () => {
  // 2 high, 4 wide, one channel.
  const wide = Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8])

  it('is cropped around its middle: what is left and right is lost, nothing is squeezed', () => {
    expect([...fitBatch(wide, [2, 4, 1], [2, 2, 1], 'crop')]).toEqual([2, 3, 6, 7])
    // Twice as large: each pixel becomes about four, from the middle two columns.
    const large = [...fitBatch(wide, [2, 4, 1], [4, 4, 1], 'crop')]
    expect([large[0], large[3], large[12], large[15]]).toEqual([2, 3, 6, 7])
  })

  it('is padded with black above and below: nothing is lost', () => {
    expect([...fitBatch(wide, [2, 4, 1], [4, 4, 1], 'pad')]).toEqual([0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 0])
    const colour = Uint8Array.from([1, 2, 3, 4, 5, 6])
    expect([...fitBatch(colour, [2, 1, 3], [2, 2, 3], 'pad')]).toEqual([1, 2, 3, 0, 0, 0, 4, 5, 6, 0, 0, 0])
  })

  it('of the same proportions is the same however it is fitted, in a batch too', () => {
    const two = Uint8Array.from({ length: 32 }, (_, index) => index * 8)
    for (const fit of ['stretch', 'crop', 'pad'] as const) {
      expect(fitBatch(two, [4, 4, 1], [2, 2, 1], fit)).toEqual(resizeBatch(two, [4, 4, 1], [2, 2, 1]))
    }
    expect([...fitBatch(Uint8Array.from([...wide, ...wide]), [2, 4, 1], [2, 2, 1], 'crop')]).toEqual([2, 3, 6, 7, 2, 3, 6, 7])
  })
})
