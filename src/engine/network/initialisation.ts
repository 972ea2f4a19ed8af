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

/**
 * Fresh values of one weight. `uniform-fan-in` is what PyTorch does (U(±1/√fan-in) for kernels and biases);
 * `he-normal` is N(0, 2/fan-out) with zero biases (He 2015, as in ResNet); `glorot-uniform` is Glorot 2010.
 * @param fanIn of the layer's kernel, which its bias shares.
 */
export function initialValues(weight: WeightShape, fanIn: number, random: RandomStream): Float32Array {
  const values = new Float32Array(weight.shape.reduce((product, length) => product * length, 1))
  const initialisation = initialisationOf(weight)
  switch (weight.weight) {
    case 'gamma':
    case 'movingVariance': return values.fill(1)
    case 'beta':
    case 'movingMean': return values
    case 'bias':
      if (initialisation !== 'uniform-fan-in') return values
      break
  }
  if (initialisation === 'he-normal') {
    const deviation = Math.sqrt(2 / fans(weight).fanOut)
    return values.map(() => random.normal() * deviation)
  }
  const limit = initialisation === 'glorot-uniform'
    ? Math.sqrt(6 / (fans(weight).fanIn + fans(weight).fanOut))
    : 1 / Math.sqrt(fanIn)
  return values.map(() => (random.uniform() * 2 - 1) * limit)
}

/** Fan-in of a kernel. */
export const fanInOf = (kernel: WeightShape): number => fans(kernel).fanIn
