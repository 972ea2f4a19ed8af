import { describe, expect, it } from 'vitest'
import { cutMiddle, splitName } from './split-name'

describe('a name with little room', () => {
  it('is broken between words near its middle', () => {
    expect(splitName('Fine-tuning on UCI optical digits, 10 a class, seed 3')).toEqual(['Fine-tuning on UCI optical', 'digits, 10 a class, seed 3'])
    expect(splitName('Linear probe on digits')).toEqual(['Linear probe on digits', ''])
    expect(splitName('MNIST 手写数字（样本）：微调种子网络（每类 10 张），种子 3')).toEqual(['MNIST 手写数字（样本）：', '微调种子网络（每类 10 张），种子 3'])
    expect(splitName('a'.repeat(30))).toEqual(['a'.repeat(15), 'a'.repeat(15)])
  })

  it('loses its middle where it is cut, and keeps its seed', () => {
    expect(cutMiddle('Fine-tuning on digits, seed 3', 20)).toBe('Fine-tuni…ts, seed 3')
    expect(cutMiddle('short', 20)).toBe('short')
  })
})
