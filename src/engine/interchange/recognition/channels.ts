import type { NetworkDefinition } from '../../network/definition'
import { weightShapes } from '../../network/shapes'

/**
 * Turns the first layer's kernel round, in place, so that a network that took blue, green, red takes red, green, blue: the sum over
 * channels is the same one. Of a dense layer over a flattened image [height, width, 3] likewise.
 */
export function turnChannels(definition: NetworkDefinition, weights: ReadonlyMap<string, Float32Array>): void {
  const { name, shape } = weightShapes(definition)[0]!
  const kernel = weights.get(name)!
  const out = shape.at(-1)!
  for (let start = 0; start < kernel.length; start += 3 * out) {
    for (let at = start; at < start + out; at++) [kernel[at], kernel[at + 2 * out]] = [kernel[at + 2 * out]!, kernel[at]!]
  }
}
