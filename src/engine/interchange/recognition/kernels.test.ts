import { describe, expect, it } from 'vitest'
import { dataInGraft, shapeInGraft } from './kernels'

const tensor = (shape: number[], data: number[]) => ({ shape, data: Float32Array.from(data) })

describe('kernels of PyTorch', () => {
  it('come to [height, width, in, out]', () => {
    // Two filters of one channel and 1×2 pixels: [[1, 2]], [[3, 4]]
    const kernel = tensor([2, 1, 1, 2], [1, 2, 3, 4])
    expect(shapeInGraft(kernel, 'pytorch', [1, 2, 1, 2], false)).toEqual([1, 2, 1, 2])
    expect([...dataInGraft(kernel, 'pytorch', [1, 2, 1, 2], false)]).toEqual([1, 3, 2, 4])
    // One filter of two channels: channel 0 is [1, 2], channel 1 is [3, 4]
    expect([...dataInGraft(tensor([1, 2, 1, 2], [1, 2, 3, 4]), 'pytorch', [1, 2, 2, 1], false)]).toEqual([1, 3, 2, 4])
  })

  it('of depthwise convolutions come to [height, width, channels, 1]', () => {
    const kernel = tensor([2, 1, 1, 3], [1, 2, 3, 4, 5, 6])
    expect(shapeInGraft(kernel, 'pytorch', [1, 3, 2, 1], true)).toEqual([1, 3, 2, 1])
    expect([...dataInGraft(kernel, 'pytorch', [1, 3, 2, 1], true)]).toEqual([1, 4, 2, 5, 3, 6])
  })

  it('of dense layers come to [in, out], also where they are a 1×1 convolution', () => {
    // [out = 2, in = 3]
    expect([...dataInGraft(tensor([2, 3], [1, 2, 3, 4, 5, 6]), 'pytorch', [3, 2], false)]).toEqual([1, 4, 2, 5, 3, 6])
    const convolution = tensor([2, 3, 1, 1], [1, 2, 3, 4, 5, 6])
    expect(shapeInGraft(convolution, 'pytorch', [0, 0], false)).toEqual([3, 2])
    expect([...dataInGraft(convolution, 'pytorch', [3, 2], false)]).toEqual([1, 4, 2, 5, 3, 6])
    expect(shapeInGraft(tensor([1, 1, 3, 2], []), 'tensorflow', [0, 0], false)).toEqual([3, 2])
  })

  it('after a flattening follow [height, width, channels] instead of [channels, height, width]', () => {
    // One output; two channels of 1×2 pixels lie as c0p0 c0p1 c1p0 c1p1 and are wanted as p0c0 p0c1 p1c0 p1c1
    expect([...dataInGraft(tensor([1, 4], [1, 2, 3, 4]), 'pytorch', [4, 1], false, [1, 2, 2])]).toEqual([1, 3, 2, 4])
  })
})
