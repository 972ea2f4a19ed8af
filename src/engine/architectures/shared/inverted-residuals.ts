import type { NetworkDefinition } from '../../network/definition'
import { halves, mapLayers, type LayerNames } from './layer-names'

// What others call the layers of networks of inverted residuals: MobileNet v2 and v3, and the EfficientNets. Their blocks are
// `stage1-1`, `stage1-2`, `stage2-1` …

/** Stage and place in it, counted from 1, and the place among all blocks, counted from 0. */
export interface Place { stage: number, index: number, before: number }

/**
 * Where an inverted residual stands; undefined for any other block.
 * @param repeats blocks of each stage
 */
export function placeIn(repeats: readonly number[], block: string): Place | undefined {
  const [, stage, index] = (/^stage(\d+)-(\d+)$/.exec(block) ?? []).map(Number)
  if (stage === undefined || index === undefined) return undefined
  return { stage, index, before: repeats.slice(0, stage - 1).reduce((sum, count) => sum + count, 0) + index - 1 }
}

/** What the weights of a layer begin with, below its block; undefined for a layer that has no such name. */
export type Parts = Readonly<Record<string, string | undefined>>

const timmParts: Parts = {
  'expansion': 'conv_pw', 'expansion-normalisation': 'bn1', 'depthwise': 'conv_dw', 'depthwise-normalisation': 'bn2',
  'squeeze-reduction': 'se.conv_reduce', 'squeeze-expansion': 'se.conv_expand', 'projection': 'conv_pwl', 'projection-normalisation': 'bn3'
}
/** A block without expansion has one name less. */
const timmPlainParts: Parts = {
  ...timmParts, 'expansion': undefined, 'expansion-normalisation': undefined,
  'depthwise-normalisation': 'bn1', 'projection': 'conv_pw', 'projection-normalisation': 'bn2'
}

interface TimmOptions extends Pick<LayerNames, 'adapt' | 'assumed' | 'normalisation'> {
  place(block: string): Place | undefined
  /** Whether a block expands its channels first. */
  expands?(place: Place): boolean
  /** Of the block after the last stage, where it is not the usual. */
  last?(layer: string): string
}

/** timm's, of all these networks. */
export const timmNames = ({
  place, expands = ({ stage }) => stage > 1, last = (layer) => layer === 'convolution' ? 'conv_head' : 'bn2', ...more
}: TimmOptions): LayerNames => ({
  id: 'timm',
  title: 'PyTorch (timm)',
  layer(block, layer) {
    if (block === 'stem') return layer === 'convolution' ? 'conv_stem' : 'bn1'
    if (block === 'last') return last(layer)
    const at = place(block)
    const part = at && (expands(at) ? timmParts : timmPlainParts)[layer]
    return at && part !== undefined ? `blocks.${at.stage - 1}.${at.index - 1}.${part}` : undefined
  },
  heads: ['classifier', 'fc', 'head'],
  ...more
})

const lukemelasParts: Parts = {
  'expansion': '_expand_conv', 'expansion-normalisation': '_bn0', 'depthwise': '_depthwise_conv', 'depthwise-normalisation': '_bn1',
  'squeeze-reduction': '_se_reduce', 'squeeze-expansion': '_se_expand', 'projection': '_project_conv', 'projection-normalisation': '_bn2'
}

/** EfficientNet-PyTorch of Luke Melas-Kyriazi, and its Lite of ML Illustrated: the blocks are numbered through. */
export const lukemelasNames = (
  title: string, place: (block: string) => Place | undefined, more: Pick<LayerNames, 'adapt'> = {}
): LayerNames => ({
  id: 'efficientnet-pytorch',
  title,
  layer(block, layer) {
    if (block === 'stem') return layer === 'convolution' ? '_conv_stem' : '_bn0'
    if (block === 'last') return layer === 'convolution' ? '_conv_head' : '_bn1'
    const [at, part] = [place(block), lukemelasParts[layer]]
    return at && part !== undefined ? `_blocks.${at.before}.${part}` : undefined
  },
  heads: ['_fc'],
  ...more
})

/** Padding and epsilon as TensorFlow's own networks have them. @param momentum of their moving averages */
export const asTensorFlow = (momentum: number) => (definition: NetworkDefinition): NetworkDefinition => mapLayers(definition, (_block, layer) => {
  if (layer.kind === 'batch-normalisation') return [{ ...layer, epsilon: 1e-3, momentum }]
  return [halves(layer) ? { ...layer, padding: 'same' } : layer]
})
