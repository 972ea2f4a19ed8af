import { defineNaming } from './_naming'

const architectures = [0, 1, 2, 3, 4].map((variant) => `efficientnet-lite${variant}`)

/** How often each stage repeats its block: two to six at Lite0's depth times the variant's. */
function repeatsOf(architecture: string): number[] {
  const depth = [1, 1.1, 1.2, 1.4, 1.8][Number(architecture.at(-1))]!
  return [1, ...[2, 2, 3, 3, 4].map((repeats) => Math.ceil(repeats * depth)), 1]
}

const placeOf = (block: string): [stage: number, index: number] | undefined => {
  const [, stage, index] = /^stage(\d+)-(\d+)$/.exec(block) ?? []
  return stage === undefined ? undefined : [Number(stage), Number(index)]
}

/** Names of the layers in a block. */
type Parts = Readonly<Record<string, string | undefined>>

const lukemelasParts: Parts = {
  'expansion': '_expand_conv', 'expansion-normalisation': '_bn0', 'depthwise': '_depthwise_conv', 'depthwise-normalisation': '_bn1',
  'projection': '_project_conv', 'projection-normalisation': '_bn2'
}

/** EfficientNet-PyTorch of Luke Melas-Kyriazi, and its Lite of ML Illustrated: the blocks are numbered through. */
export const torchEfficientnetLite = defineNaming({
  id: 'efficientnet-pytorch',
  title: 'PyTorch (efficientnet_lite_pytorch)',
  architectures,
  layer(block, layer, architecture) {
    if (block === 'stem') return layer === 'convolution' ? '_conv_stem' : '_bn0'
    if (block === 'last') return layer === 'convolution' ? '_conv_head' : '_bn1'
    const [place, part] = [placeOf(block), lukemelasParts[layer]]
    if (!place || part === undefined) return undefined
    const [stage, index] = place
    const number = repeatsOf(architecture).slice(0, stage - 1).reduce((sum, count) => sum + count, 0) + index - 1
    return `_blocks.${number}.${part}`
  },
  heads: ['_fc']
})

const timmParts: Parts = {
  'expansion': 'conv_pw', 'expansion-normalisation': 'bn1', 'depthwise': 'conv_dw', 'depthwise-normalisation': 'bn2',
  'projection': 'conv_pwl', 'projection-normalisation': 'bn3'
}
/** The first stage has no expansion, and one name less. */
const timmFirstParts: Parts = { 'depthwise': 'conv_dw', 'depthwise-normalisation': 'bn1', 'projection': 'conv_pw', 'projection-normalisation': 'bn2' }

/** timm's `tf_efficientnet_lite0` … `lite4`. */
export const timmEfficientnetLite = defineNaming({
  id: 'timm',
  title: 'PyTorch (timm)',
  architectures,
  layer(block, layer) {
    if (block === 'stem') return layer === 'convolution' ? 'conv_stem' : 'bn1'
    if (block === 'last') return layer === 'convolution' ? 'conv_head' : 'bn2'
    const place = placeOf(block)
    const part = (place?.[0] === 1 ? timmFirstParts : timmParts)[layer]
    return place && part !== undefined ? `blocks.${place[0] - 1}.${place[1] - 1}.${part}` : undefined
  },
  heads: ['classifier', 'fc', 'head']
})
