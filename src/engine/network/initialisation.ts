import type { RandomStream } from '../random'
import type { Initialisation } from './definition'
import type { WeightShape } from './shapes'

/** Numbers that go into and out of one unit of a kernel. */
function fans({ weight, shape }: WeightShape): { fanIn: number, fanOut: number } {
  const receptive = shape.slice(0, -2).reduce((product, length) => product * length, 1)
  if (weight === 'depthwiseKernel') return { fanIn: receptive, fanOut: receptive }
  return { fanIn: receptive * shape[shape.length - 2]!, fanOut: receptive * shape[shape.length - 1]! }
}

function initialisationOf({ layer }: WeightShape): Initialisation {
  return ('initialisation' in layer ? layer.initialisation : undefined) ?? 'uniform-fan-in'
}

/** Deviation of `truncated-normal` before it is cut. */
const truncatedDeviation = 0.09
/** Deviation of `narrow-normal`. */
const narrowDeviation = 0.02

/** He's n: of convolutions what goes out, as the authors' code and torchvision have it; of dense layers what comes in. */
function heFan(weight: WeightShape): number {
  const { fanIn, fanOut } = fans(weight)
  return weight.layer.kind === 'dense' ? fanIn : fanOut
}

/**
 * Fresh values of one weight; normalisations start as the identity, a class token at almost nothing, as timm has it. `uniform-fan-in` is what PyTorch does
 * (U(±1/√fan-in) for kernels and biases). The others have biases of zero: `he-normal` is N(0, 2/n) (He et al. 2015,
 * section 2.2, as in ResNet), n the fan out of a convolution and the fan in of a dense layer; `truncated-normal` is
 * N(0, 0.09²), drawn again beyond two deviations (the code of MobileNet's authors); `glorot-uniform` is Glorot 2010;
 * `narrow-normal` is N(0, 0.02²) (ConvNeXt and timm's vision transformers, whose cut at 2 is a hundred deviations away).
 * @param fanIn of the layer's kernel, which its bias shares.
 */
export function initialValues(weight: WeightShape, fanIn: number, random: RandomStream): Float32Array {
  const values = new Float32Array(weight.shape.reduce((product, length) => product * length, 1))
  const initialisation = initialisationOf(weight)
  switch (weight.weight) {
    case 'gamma':
    case 'movingVariance': return values.fill(1)
    case 'graph':
    case 'beta':
    case 'movingMean': return values
    case 'tokens': return values.map(() => random.normal() * 1e-6)
    case 'positions': return values.map(() => random.normal() * narrowDeviation)
    case 'scale': return values.fill(weight.layer.kind === 'channel-scale' ? weight.layer.start : 1)
    case 'bias':
      if (initialisation !== 'uniform-fan-in') return values
      break
  }
  if (initialisation === 'he-normal') {
    const deviation = Math.sqrt(2 / heFan(weight))
    return values.map(() => random.normal() * deviation)
  }
  if (initialisation === 'narrow-normal') return values.map(() => random.normal() * narrowDeviation)
  if (initialisation === 'truncated-normal') return values.map(() => truncatedNormal(random) * truncatedDeviation)
  const limit = initialisation === 'glorot-uniform'
    ? Math.sqrt(6 / (fans(weight).fanIn + fans(weight).fanOut))
    : 1 / Math.sqrt(fanIn)
  return values.map(() => (random.uniform() * 2 - 1) * limit)
}

function truncatedNormal(random: RandomStream): number {
  for (;;) {
    const value = random.normal()
    if (Math.abs(value) <= 2) return value
  }
}

/** Fan-in of a kernel. */
export const fanInOf = (kernel: WeightShape): number => fans(kernel).fanIn
