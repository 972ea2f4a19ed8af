import { describe, expect, it } from 'vitest'
import type { NetworkDefinition } from '../network/definition'
import { multiplyCount, parameterCounts, weightShapes } from '../network/shapes'
import { architectureOf, architectures, definitionOf, summaryOf } from '.'

const definition = (id: string, classes: number, options: Record<string, number> = {}) => {
  const architecture = architectureOf(id)
  return definitionOf(architecture, architecture.defaultInput, Array.from({ length: classes }, (_, index) => String(index)), options)
}
const parameters = (of: NetworkDefinition): number => parameterCounts(of).reduce((sum, count) => sum + count.parameters, 0)

/** The stride of each bottleneck on its first 1×1 convolution, as the paper has it, in place of the 3×3. */
function withPaperStrides({ blocks, ...rest }: NetworkDefinition): NetworkDefinition {
  const stridesOf: Record<string, [number, number]> = { convolution1: [2, 2], convolution2: [1, 1] }
  return {
    ...rest,
    blocks: blocks.map(({ layers, ...block }) => {
      const reduces = layers.some((layer) => layer.kind === 'convolution' && layer.name === 'convolution2' && layer.strides[0] === 2)
      return { ...block, layers: layers.map((layer) =>
        reduces && layer.kind === 'convolution' && layer.name in stridesOf ? { ...layer, strides: stridesOf[layer.name]! } : layer) }
    })
  }
}

describe('architectures', () => {
  // Counting rule, that of the papers: one multiply-add for each number that a convolution or a dense layer gives and each number
  // of the kernel that it is made with; no biases, batch normalisation, activations, pooling or sums.
  it('have as many parameters and multiply-adds as worked out by hand', () => {
    const counts = (id: string) => [parameters(definition(id, 10)), multiplyCount(definition(id, 10))]
    expect(counts('seed-cnn')).toEqual([
      // 3·9·32+32 + 32·9·64+64 + 64·9·128+128 + 2048·1024+1024 + 1024·512+512 + 512·10+10
      896 + 18_496 + 73_856 + 2_098_176 + 524_800 + 5_130,
      // 32·32·32·27 + 16·16·64·288 + 8·8·128·576 + the dense layers' kernels
      884_736 + 4_718_592 + 4_718_592 + 2_097_152 + 524_288 + 5_120
    ])
    expect(counts('lenet')).toEqual([
      // 25·20+20 + 20·25·50+50 + 800·500+500 + 500·10+10
      520 + 25_050 + 400_500 + 5_010,
      // 24·24·20·25 + 8·8·50·500 + 800·500 + 500·10: half of the 4,586K "FLOP" of Han et al. 2015, table 4, which count the two apart
      288_000 + 1_600_000 + 400_000 + 5_000
    ])
    for (const units of [83, 256, 390]) {
      // 14 · 14 · 3 inputs
      expect(counts(`mlp-${units}`)).toEqual([589 * units + (units + 1) * units + (units + 1) * 10, 588 * units + units * units + units * 10])
    }
    for (const [depth, n] of [[20, 3], [32, 5], [44, 7], [56, 9]] as const) {
      // A 3×3 convolution of 16 to 16 channels at 32×32, of 32 to 32 at 16×16 and of 64 to 64 at 8×8 is 2,359,296 each; the first
      // of the second and third stage takes half the channels. Six n in all, two of them halves; stem 1024·16·27; head 64·10.
      expect(multiplyCount(definition(`resnet-${depth}`, 10))).toBe(442_368 + 2_359_296 * (6 * n - 1) + 640)
    }
  })

  // Millions. He et al. 2016, tables 1 and 6 (Li et al. 2017, table 1, for ResNet-56's 125 million); Han et al. 2015, table 4;
  // Howard et al. 2017, table 8; Sandler et al. 2018, table 4. The 40.8 million of other tables for ResNet-20 are with projections
  // (option B): 40.55 + 2 · 16·16·16·32 = 40.81.
  it.each<[id: string, classes: number, published: { parameters?: [number, digit: number], multiplyAdds?: [number, digit: number] }]>([
    ['lenet', 10, { parameters: [0.431, 0.001], multiplyAdds: [2.293, 0.001] }],
    ['resnet-20', 10, { parameters: [0.27, 0.01] }], ['resnet-32', 10, { parameters: [0.46, 0.01] }],
    ['resnet-44', 10, { parameters: [0.66, 0.01] }], ['resnet-56', 10, { parameters: [0.85, 0.01], multiplyAdds: [125, 1] }],
    ['resnet-18', 1000, { multiplyAdds: [1800, 100] }], ['resnet-34', 1000, { multiplyAdds: [3600, 100] }],
    // Howard et al. 2019, tables 3 and 4; Tan & Le 2019, table 2; Liu et al. 2022, table 1.
    ['mobilenet-v3-small', 1000, { parameters: [2.5, 0.1], multiplyAdds: [56, 1] }], ['mobilenet-v3-large', 1000, { parameters: [5.4, 0.1], multiplyAdds: [219, 3] }],
    ['efficientnet-b0', 1000, { parameters: [5.3, 0.1], multiplyAdds: [390, 10] }], ['convnext-tiny', 1000, { parameters: [29, 0.5], multiplyAdds: [4500, 50] }],
    ['mobilenet-v1', 1000, { parameters: [4.2, 0.1], multiplyAdds: [569, 1] }],
    // Parameters below: the paper's 3.4 are without batch normalisation.
    ['mobilenet-v2', 1000, { multiplyAdds: [300, 1] }],
    // tensorflow/tpu, models/official/efficientnet/lite/README.md. Its 407 to 2,640 million also count three steps for each number that
    // is normalised; PyTorch's count stands in test/parity.
    ['efficientnet-lite0', 1000, { parameters: [4.7, 0.1] }], ['efficientnet-lite1', 1000, { parameters: [5.4, 0.1] }],
    ['efficientnet-lite2', 1000, { parameters: [6.1, 0.1] }], ['efficientnet-lite3', 1000, { parameters: [8.2, 0.1] }],
    ['efficientnet-lite4', 1000, { parameters: [13, 0.1] }]
  ])('%s has the published number of parameters and multiply-adds, to the last digit given', (id, classes, published) => {
    const of = definition(id, classes)
    for (const [count, figure] of [[parameters(of), published.parameters], [multiplyCount(of), published.multiplyAdds]] as const) {
      // Some round and some cut off.
      if (figure) expect(Math.abs(count / 1e6 - figure[0])).toBeLessThan(figure[1])
    }
  })

  it('resnet-50 has the paper\'s 3.8 billion multiply-adds with the stride where the paper has it, and 4.1 where torchvision has it (v1.5)', () => {
    const ours = definition('resnet-50', 1000)
    const paper = withPaperStrides(ours)
    // In each of three stages a 1×1 from 2c to c channels at 2s × 2s in place of s × s: 3 · s² · 2c · c more, the same for 28 and 128,
    // 14 and 256, 7 and 512.
    expect(multiplyCount(paper)).toBe(3_857_973_248)
    expect(multiplyCount(ours) - multiplyCount(paper)).toBe(3 * 3 * 28 * 28 * 256 * 128)
    expect(parameters(paper)).toBe(parameters(ours))
  })

  // TensorFlow's slim: nets/mobilenet_v1.py counts 1,800,144 weights of convolutions and 106,002,432 multiply-adds before the head for
  // three quarters of the width at 128 pixels; nets/mobilenet/README.md 582 million and, without batch normalisation, 3.47 and 6.06.
  it('the MobileNets have the published counts at other widths too', () => {
    const narrow = definitionOf(architectureOf('mobilenet-v1'), [128, 128, 3], ['a'], { width: 0.75 })
    const kernels = (of: NetworkDefinition): number => weightShapes(of).filter(({ weight }) => /kernel$/i.test(weight))
      .reduce((sum, { shape }) => sum + shape.reduce((product, length) => product * length, 1), 0)
    expect([kernels(narrow) - 768, multiplyCount(narrow) - 768]).toEqual([1_800_144, 106_002_432])
    expect((kernels(definition('mobilenet-v2', 1000)) / 1e6).toFixed(2)).toBe('3.47')
    expect((kernels(definition('mobilenet-v2', 1000, { width: 1.4 })) / 1e6).toFixed(2)).toBe('6.06')
    expect(Math.round(multiplyCount(definition('mobilenet-v2', 1000, { width: 1.4 })) / 1e6)).toBe(582)
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
