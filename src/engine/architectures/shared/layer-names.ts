import type { Normalisation } from '../../../contract/models'
import type { Text } from '../../../contract/text'
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
  /** What the names leave open and is taken for granted, for a person to check. */
  assumed?: Text
  /** How such networks bring learned positions to another size of images: timm smooths where it makes them fewer. */
  positions?: 'smoothed' | 'plain'
  /** What such networks are usually fed with, where it is not the architecture's own. */
  normalisation?(channels: number): Normalisation
  /** Why that, where others with the same names are fed otherwise; for a person to check where neither they nor the file say it. */
  normalisationAssumed?: Text
  /** Such networks are usually fed with blue, green, red; the normalisation counts red first all the same. */
  channelOrder?: 'bgr'
}

/** timm gives a network with TensorFlow's padding and epsilon the very names of the one with PyTorch's. */
export const readAsPyTorchs = (network: string): Text => ({
  en: `Read as timm's ${network}. Its tf_${network} has the same names and other padding, which the file does not tell: if it is that one, save it as ONNX instead.`,
  zh: `按 timm 的 ${network} 读取。tf_${network} 的名称相同而填充方式不同，文件未注明：如果是后者，请另存为 ONNX。`
})

/** The same where those of TensorFlow are the usual ones. */
export const readAsTensorFlows = (network: string): Text => ({
  en: `Read as timm's tf_${network}. Its ${network} has the same names and PyTorch's padding, which the file does not tell: if it is that one, save it as ONNX instead.`,
  zh: `按 timm 的 tf_${network} 读取。${network} 的名称相同而采用 PyTorch 的填充方式，文件未注明：如果是后者，请另存为 ONNX。`
})

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
