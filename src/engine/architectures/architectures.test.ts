import { describe, expect, it } from 'vitest'
import { multiplyCount, parameterCounts } from '../network/shapes'
import { architectureOf, architectures, definitionOf, summaryOf } from './index'

const definition = (id: string, classes: number) => {
  const architecture = architectureOf(id)
  return definitionOf(architecture, architecture.defaultInput, Array.from({ length: classes }, (_, index) => String(index)))
}
const parameters = (id: string, classes: number): number =>
  parameterCounts(definition(id, classes)).reduce((sum, count) => sum + count.parameters, 0)

describe('architectures', () => {
  // Papers: ResNet table 6 (0.27, 0.46, 0.66, 0.85 million); torchvision's and Keras's counts to the digit.
  it.each([
    // 3·9·32+32 + 32·9·64+64 + 64·9·128+128 + 2048·1024+1024 + 1024·512+512 + 512·10+10
    ['seed-cnn', 10, 896 + 18_496 + 73_856 + 2_098_176 + 524_800 + 5_130],
    // 25·20+20 + 20·25·50+50 + 800·500+500 + 500·10+10
    ['lenet', 10, 520 + 25_050 + 400_500 + 5_010],
    ['resnet-20', 10, 269_722],
    ['resnet-32', 10, 464_154],
    ['resnet-44', 10, 658_586],
    ['resnet-56', 10, 853_018],
    ['resnet-18', 1000, 11_689_512],
    ['resnet-50', 1000, 25_557_032],
    ['mobilenet-v1', 1000, 4_231_976],
    ['mobilenet-v2', 1000, 3_504_872]
  ])('%s has the published number of parameters', (id, classes, count) => {
    expect(parameters(id, classes)).toBe(count)
  })

  // Million multiply-adds: ResNet table 1 (1.8 and 3.8 billion; v1.5 has 4.1), MobileNet 569, MobileNet v2 300.
  it.each([
    ['resnet-20', 10, 41], ['resnet-18', 1000, 1_814], ['resnet-50', 1000, 4_089], ['mobilenet-v1', 1000, 569], ['mobilenet-v2', 1000, 301]
  ])('%s multiplies as often as published', (id, classes, millions) => {
    expect(Math.round(multiplyCount(definition(id, classes)) / 1e6)).toBe(millions)
  })

  it('have distinct ids, distinct block names and both languages', () => {
    expect(new Set(architectures.map(({ id }) => id)).size).toBe(architectures.length)
    for (const architecture of architectures) {
      const names = summaryOf(architecture).blocks.map(({ name }) => name)
      expect(new Set(names).size).toBe(names.length)
      expect(architecture.summary.en && architecture.summary.zh).toBeTruthy()
    }
  })

  it('say which layer an image is too small for', () => {
    const small = () => parameterCounts(definitionOf(architectureOf('seed-cnn'), [4, 4, 3], ['a', 'b']))
    expect(small).toThrow(/too small for layer pooling/)
  })
})
