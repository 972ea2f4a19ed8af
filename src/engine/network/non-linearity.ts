import type { Layer, NetworkDefinition } from './definition'

const passedThrough: readonly Layer['kind'][] = [
  'max-pooling', 'average-pooling', 'global-average-pooling', 'flatten', 'dropout', 'zero-padding'
]

/**
 * The non-linearity that the output of a block went through last, whatever pooled or flattened it afterwards; undefined
 * where it is a linear map's or a sum's (MobileNetV2's bottlenecks).
 */
export function nonLinearityOf({ blocks }: Pick<NetworkDefinition, 'blocks'>, name: string): 'relu' | 'relu6' | undefined {
  let index = blocks.findIndex((block) => block.name === name)
  let at = (blocks[index]?.layers.length ?? 0) - 1
  while (index >= 0) {
    const { layers } = blocks[index]!
    const layer = layers[at]
    if (layer?.kind === 'relu' || layer?.kind === 'relu6') return layer.kind
    if (layer && !passedThrough.includes(layer.kind)) return undefined
    const from = layer?.inputs?.[0]
    at = from === undefined ? at - 1 : layers.findIndex((other) => other.name === from)
    // `input`, or nothing before: what leaves the block before.
    if (at < 0) at = (blocks[--index]?.layers.length ?? 0) - 1
  }
  return undefined
}
