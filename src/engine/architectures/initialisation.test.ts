import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import type { NetworkDefinition } from '../network/definition'
import { Network } from '../network/network'
import { weightShapes, type WeightShape } from '../network/shapes'
import { architectures, definitionOf } from '.'

beforeAll(() => tf.setBackend('cpu'))

/** What is known of a distribution: its variance, its fourth moment over the squared variance, and where it ends. */
interface Law { variance: number, kurtosis: number, limit: number, withinOneDeviation: number }

const uniform = (limit: number): Law => ({ variance: limit ** 2 / 3, kurtosis: 1.8, limit, withinOneDeviation: 1 / Math.sqrt(3) })
const normal = (variance: number): Law => ({ variance, kurtosis: 3, limit: Infinity, withinOneDeviation: 0.682_689 })
/**
 * N(0, 0.09²) within two deviations, with φ(2) = 0.053991 and P = 0.954500: variance 1 − 4 φ / P = 0.773741 of 0.09²;
 * fourth moment 3 · 0.773741 − 2 · 8 φ / P = 1.416189, over 0.773741² = 2.365537; within √0.773741 = 0.879626: 0.620938 / P.
 */
const truncated: Law = { variance: 0.773_741 * 0.09 ** 2, kurtosis: 2.365_537, limit: 0.18, withinOneDeviation: 0.650_537 }

const he = (count: number): Law => normal(2 / count)
const glorot = (fanIn: number, fanOut: number): Law => uniform(Math.sqrt(6 / (fanIn + fanOut)))
/** PyTorch's default for convolutions and dense layers (`kaiming_uniform_` with a = √5), kernels and biases alike. */
const torch = (fanIn: number): Law => uniform(1 / Math.sqrt(fanIn))
/** Numbers that go into one unit and that leave one input of a kernel [height, width, in, out] or [in, out]. */
function fans({ shape }: WeightShape): [fanIn: number, fanOut: number] {
  const window = shape.length === 4 ? shape[0]! * shape[1]! : 1
  return [window * shape.at(-2)!, window * shape.at(-1)!]
}

/** Of the kernel of a convolution, of a dense layer's, and of a bias; biases are zero where none is named. */
interface Rule { convolution(kernel: WeightShape): Law, dense(kernel: WeightShape): Law, bias?(fanIn: number, bias: WeightShape): Law | number }
const asTorch: Rule = { convolution: (kernel) => torch(fans(kernel)[0]), dense: (kernel) => torch(fans(kernel)[0]), bias: torch }
/** He et al. 2015; of convolutions the fan out, as the authors' code and torchvision, of dense layers the fan in. */
const asResNet: Rule = { convolution: (kernel) => he(fans(kernel)[1]), dense: (kernel) => he(fans(kernel)[0]) }
/** TensorFlow's slim: `truncated_normal_initializer(stddev=0.09)` for all, also depthwise and the last. */
const asMobileNet: Rule = { convolution: () => truncated, dense: () => truncated }
const asEfficientNet: Rule = {
  ...asTorch, convolution: (kernel) => he(kernel.weight === 'depthwiseKernel' ? kernel.shape[0]! * kernel.shape[1]! : fans(kernel)[1])
}
const asTransformer: Rule = {
  convolution: (kernel) => kernel.block === 'stem' ? torch(fans(kernel)[0]) : normal(0.02 ** 2), dense: () => normal(0.02 ** 2),
  bias: (fanIn, { block }) => block === 'stem' ? torch(fanIn) : 0
}
const asNarrow: Rule = { convolution: () => normal(0.02 ** 2), dense: () => normal(0.02 ** 2) }
/** InvariantRiskMinimization: `xavier_uniform_` and biases of zero. */
const asIrm: Rule = { convolution: () => { throw new Error('no convolutions') }, dense: (kernel) => glorot(...fans(kernel)) }

const rules: Record<string, Rule> = {
  'seed-cnn': asTorch,
  // Transfer-Learning-Library's LeNet leaves PyTorch's defaults.
  'lenet': asTorch,
  'mlp-83': asIrm, 'mlp-256': asIrm, 'mlp-390': asIrm,
  'resnet-20': asResNet, 'resnet-32': asResNet, 'resnet-44': asResNet, 'resnet-56': asResNet,
  // The last layer is PyTorch's, as in torchvision.
  'resnet-18': { ...asTorch, convolution: asResNet.convolution }, 'resnet-50': { ...asTorch, convolution: asResNet.convolution },
  'resnet-34': { ...asTorch, convolution: asResNet.convolution },
  'mobilenet-v1': asMobileNet, 'mobilenet-v2': asMobileNet, 'mobilenet-v3-small': asMobileNet, 'mobilenet-v3-large': asMobileNet,
  // `convnext.py` of the authors and of torchvision: `trunc_normal_(weight, std=.02)`, cut at ±2, a hundred deviations away.
  'convnext-tiny': asNarrow,
  // timm's `vision_transformer.py`: `trunc_normal_(weight, std=.02)`, the same for positions, N(0, 1e-6²) for the class token; the patches
  // are PyTorch's.
  'vit-tiny': asTransformer, 'vit-small': asTransformer, 'vit-base': asTransformer, 'dinov2-small': asTransformer,
  // As Lite; the convolutions with a bias are those of squeeze-and-excitation, and begin at zero.
  'efficientnet-b0': { ...asEfficientNet, bias: (fanIn, { layer }) => layer.kind === 'dense' ? torch(fanIn) : 0 },
  // `conv_kernel_initializer` of TensorFlow's code is N(0, 2 / fan out), of a depthwise kernel its window alone; the last layer is PyTorch's.
  ...Object.fromEntries([0, 1, 2, 3, 4].map((variant) => [`efficientnet-lite${variant}`, asEfficientNet]))
}

interface Drawn { weight: WeightShape, fanIn: number, values: Float32Array }

/** Every weight of a fresh network, with the fan in of its layer's kernel. */
function drawn(definition: NetworkDefinition, seed: number): Drawn[] {
  const network = Network.create(definition, seed)
  let fanIn = NaN
  const result = weightShapes(definition).map((weight) => {
    if (weight.weight === 'kernel') fanIn = fans(weight)[0]
    return { weight, fanIn, values: network.weights.get(weight.name)!.dataSync<'float32'>() }
  })
  network.dispose()
  return result
}

/** The law of a weight, or the one number that all of it is. */
function expected(rule: Rule, { weight, fanIn }: Drawn): Law | number {
  switch (weight.weight) {
    case 'gamma':
    case 'movingVariance': return 1
    case 'beta':
    case 'movingMean': return 0
    case 'tokens': return normal(1e-12)
    case 'positions': return normal(0.02 ** 2)
    case 'scale': return 'start' in weight.layer ? weight.layer.start : NaN
    case 'bias': return rule.bias?.(fanIn, weight) ?? 0
    default: return weight.layer.kind === 'dense' ? rule.dense(weight) : rule.convolution(weight)
  }
}

/** How many standard errors a sample's mean, variance and share within one deviation lie from the law's, and where it ends. */
function distances(values: Float32Array, { variance, kurtosis, withinOneDeviation, limit }: Law): [string, number][] {
  const count = values.length
  const deviation = Math.sqrt(variance)
  let [sum, squares, within, largest] = [0, 0, 0, 0]
  for (const value of values) {
    sum += value
    squares += value * value
    if (Math.abs(value) < deviation) within++
    if (Math.abs(value) > largest) largest = Math.abs(value)
  }
  const share = withinOneDeviation
  return [
    ['mean', Math.abs(sum / count) / (deviation / Math.sqrt(count))],
    ['variance', Math.abs(squares / count / variance - 1) / Math.sqrt((kurtosis - 1) / count)],
    ['share within one deviation', Math.abs(within / count - share) / Math.sqrt(share * (1 - share) / count)],
    // Within float32's rounding.
    ['limit', largest > limit * (1 + 1e-6) ? Infinity : 0]
  ]
}

describe('fresh weights', () => {
  it('are spoken for in every architecture', () => {
    expect(Object.keys(rules).sort()).toEqual(architectures.map(({ id }) => id).sort())
  })

  // The base size has 86 million numbers and the laws of the small one.
  it.each(architectures.filter(({ id }) => id !== 'vit-base').map((architecture) => [architecture.id, architecture] as const))('of %s are drawn as its paper has them', (id, architecture) => {
    // The law follows from each weight's shape, so half the width shows it as well, with a quarter of the numbers.
    const narrow = 'width' in architecture.parameters ? { width: 0.5 } : {}
    const definition = definitionOf(architecture, architecture.defaultInput, Array.from({ length: 10 }, (_, index) => String(index)), narrow)
    const strays: string[] = []
    for (const part of drawn(definition, 1)) {
      const { weight, values } = part
      const law = expected(rules[id]!, part)
      if (typeof law === 'number') {
        if (values.some((value) => value !== Math.fround(law))) strays.push(`${weight.name} is not ${law} throughout`)
        continue
      }
      // Seven hundred figures at most an architecture, each beyond 5 standard errors once in 1.7 million; the seed is fixed.
      for (const [what, distance] of distances(values, law)) {
        if (distance > 5) strays.push(`${weight.name}: ${what} ${distance.toFixed(1)} standard errors off`)
      }
    }
    expect(strays).toEqual([])
  })

  it.each(['seed-cnn', 'resnet-20', 'mobilenet-v2'])('of %s are the same for the same seed, others for another, and others for every layer', (id) => {
    const architecture = architectures.find((one) => one.id === id)!
    const definition = definitionOf(architecture, architecture.defaultInput, ['a', 'b', 'c'])
    // The first numbers of every weight that is drawn, in units of the first, so that two layers of other deviations can be compared.
    const [first, again, other] = [1, 1, 2].map((seed) => drawn(definition, seed)
      .filter(({ values }) => values.some((value) => value !== values[0]))
      .map(({ values }) => ({
        bytes: Buffer.from(values.buffer, values.byteOffset, values.byteLength),
        start: [values[1]! / values[0]!, values[2]! / values[0]!].join()
      })))
    expect(first!.length).toBeGreaterThan(0)
    first!.forEach(({ bytes }, index) => {
      expect(again![index]!.bytes.equals(bytes)).toBe(true)
      expect(other![index]!.bytes.equals(bytes)).toBe(false)
    })
    expect(new Set([...first!, ...other!].map(({ start }) => start)).size).toBe(first!.length * 2)
  })
})
