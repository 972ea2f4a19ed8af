import type { Normalisation } from '../../../contract/models'
import type { Block, Layer, NetworkDefinition } from '../../network/definition'

/** What a model file says of one of its layers beyond the weights; what it leaves out counts as the architecture's own. */
export interface LayerHint {
  /** What the names of its weights begin with. */
  name: string
  /** Of a batch normalisation. */
  epsilon?: number
  strides?: readonly [number, number]
  /** How the layer itself pads. */
  padding?: 'same' | 'valid'
}

/** How others name the layers of an architecture in their files. */
export interface LayerNames {
  id: string
  /** Whose names these are, for a person. */
  title: string
  /** What the weights of a backbone's layer begin with; undefined for a layer that has no such name. */
  layer(block: string, layer: string): string | undefined
  /** What the weights of the head may begin with. */
  heads: readonly string[]
  /** What such networks compute otherwise than Graft's definition. */
  adapt?(definition: NetworkDefinition, hints: ReadonlyMap<string, LayerHint>): NetworkDefinition
  /** How such networks bring learned positions to another size of images: timm smooths where it makes them fewer. */
  positions?: 'smoothed' | 'plain'
  /** What such networks are usually fed with, where it is not the architecture's own. */
  normalisation?(channels: number): Normalisation
  /** Such networks are usually fed with blue, green, red; the normalisation counts red first all the same. */
  channelOrder?: 'bgr'
}

/** The same network with each layer of its backbone changed; none or several may take its place. */
export function mapLayers(definition: NetworkDefinition, change: (block: Block, layer: Layer) => Layer[]): NetworkDefinition {
  return {
    ...definition,
    blocks: definition.blocks.map((block) => ({ ...block, layers: block.layers.flatMap((layer) => change(block, layer)) }))
  }
}

/** Whether a layer halves the sides, where Keras and PyTorch pad in different ways. */
export const halves = (layer: Layer): layer is Extract<Layer, { kind: 'convolution' | 'depthwise-convolution' }> =>
  (layer.kind === 'convolution' || layer.kind === 'depthwise-convolution') && layer.strides[0] === 2
