import type { NetworkDefinition } from '../../src/engine/network/definition'
import { Network } from '../../src/engine/network/network'
import { weightShapes } from '../../src/engine/network/shapes'
import { uniform } from './numbers'

/**
 * The weights that scripts/parity/random_weights.py draws for the same network in PyTorch: kernels within √(6 / fan in), scales and
 * variances 1 ± 0.5, everything else 0 ± 0.3.
 */
export function withRandomWeights(definition: NetworkDefinition): Network {
  return Network.fromWeights(definition, new Map(weightShapes(definition).map(({ name, weight, shape }, index) => {
    const count = shape.reduce((product, length) => product * length, 1)
    const fanIn = weight === 'depthwiseKernel' ? shape[0]! * shape[1]! : count / shape.at(-1)!
    const around = /gamma|scale|movingVariance/.test(weight) ? 1 : 0
    const reach = /kernel$/i.test(weight) ? Math.sqrt(6 / fanIn) : around === 1 ? 0.5 : 0.3
    return [name, Float32Array.from(uniform(`weight ${index}`, count), (value) => around + reach * value)]
  })))
}
