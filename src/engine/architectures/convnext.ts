import type { Block, Layer } from '../network/definition'
import { denseHead, imageNetNormalisation, square } from './shared/layers'
import { defineArchitecture } from './shared/architecture'
import type { LayerNames } from './shared/layer-names'

const initialisation = 'narrow-normal'
const epsilon = 1e-6
/** Channels and blocks of each stage: section 3 of the paper, ConvNeXt-T. */
const stages = [[96, 3], [192, 3], [384, 9], [768, 3]] as const

const pointwise = (name: string, filters: number): Layer =>
  ({ kind: 'convolution', name, filters, kernelSize: [1, 1], strides: [1, 1], padding: 0, bias: true, initialisation })
/** A convolution whose windows do not overlap. */
const patches = (name: string, filters: number, side: number): Layer =>
  ({ kind: 'convolution', name, filters, kernelSize: [side, side], strides: [side, side], padding: 0, bias: true, initialisation })

const residual = (channels: number, input: string): Layer[] => [
  {
    kind: 'depthwise-convolution', name: 'depthwise', kernelSize: [7, 7], strides: [1, 1], padding: 3, bias: true, initialisation, inputs: [input]
  },
  { kind: 'layer-normalisation', name: 'normalisation', epsilon },
  pointwise('expansion', 4 * channels),
  { kind: 'gelu', name: 'activation' },
  pointwise('projection', channels),
  { kind: 'channel-scale', name: 'scale', start: 1e-6 },
  { kind: 'add', name: 'add', inputs: ['scale', input] }
]

/** What halves the sides belongs to the first block of a stage. */
const body = (): Block[] => stages.flatMap(([channels, length], stage) => Array.from({ length }, (_, index): Block => {
  const narrows = stage > 0 && index === 0
  return {
    name: `stage${stage + 1}-${index + 1}`,
    title: `ConvNeXt ${channels}`,
    layers: [
      ...(narrows ? [{ kind: 'layer-normalisation' as const, name: 'downsampling-normalisation', epsilon }, patches('downsampling', channels, 2)] : []),
      ...residual(channels, narrows ? 'downsampling' : 'input')
    ]
  }
}))

const placeOf = (block: string): [stage: number, index: number] | undefined => {
  const [, stage, index] = (/^stage(\d+)-(\d+)$/.exec(block) ?? []).map(Number)
  return stage === undefined || index === undefined ? undefined : [stage, index]
}

/** A naming by the words for what a block has; `scale` adds nothing where the number is the block's own. */
function namesOf(names: Omit<LayerNames, 'layer'>, stem: [string, string], last: string, at: {
  downsampling(stage: number): string, block(stage: number, index: number): string, parts: Readonly<Record<string, string>>
}): LayerNames {
  return {
    ...names,
    layer(block, layer) {
      if (block === 'stem') return layer === 'convolution' ? stem[0] : stem[1]
      if (block === 'last') return layer === 'normalisation' ? last : undefined
      const place = placeOf(block)
      if (!place) return undefined
      if (layer.startsWith('downsampling')) return `${at.downsampling(place[0])}.${layer === 'downsampling' ? 1 : 0}`
      const part = at.parts[layer]
      return part === undefined ? undefined : at.block(...place) + (part === '' ? '' : `.${part}`)
    }
  }
}

const torchNames = namesOf(
  { id: 'torchvision', title: 'PyTorch (torchvision)', heads: ['classifier.2', 'classifier', 'fc', 'head'] }, ['features.0.0', 'features.0.1'], 'classifier.0', {
    downsampling: (stage) => `features.${2 * stage - 2}`,
    block: (stage, index) => `features.${2 * stage - 1}.${index - 1}`,
    parts: { depthwise: 'block.0', normalisation: 'block.2', expansion: 'block.3', projection: 'block.5', scale: '' }
  }
)

const timmNames = namesOf({ id: 'timm', title: 'PyTorch (timm)', heads: ['head.fc', 'classifier', 'fc'] }, ['stem.0', 'stem.1'], 'head.norm', {
  downsampling: (stage) => `stages.${stage - 1}.downsample`,
  block: (stage, index) => `stages.${stage - 1}.blocks.${index - 1}`,
  parts: { depthwise: 'conv_dw', normalisation: 'norm', expansion: 'mlp.fc1', projection: 'mlp.fc2', scale: '' }
})

/** timm's `convnext_tiny_hnf`: each place is normalised before the mean is taken. */
const timmNormFirstNames: LayerNames = {
  ...timmNames,
  id: 'timm-norm-first',
  layer: (block, layer) => block === 'last' && layer === 'normalisation' ? 'norm_pre' : timmNames.layer(block, layer),
  adapt: (definition) => ({
    ...definition, blocks: definition.blocks.map((block) => block.name === 'last' ? { ...block, layers: [...block.layers].reverse() } : block)
  })
}

const huggingFaceNames = namesOf(
  { id: 'hugging-face', title: 'PyTorch (Hugging Face)', heads: ['classifier'] }, ['embeddings.patch_embeddings', 'embeddings.layernorm'], 'layernorm', {
    downsampling: (stage) => `encoder.stages.${stage - 1}.downsampling_layer`,
    block: (stage, index) => `encoder.stages.${stage - 1}.layers.${index - 1}`,
    parts: { depthwise: 'dwconv', normalisation: 'layernorm', expansion: 'pwconv1', projection: 'pwconv2', scale: '' }
  }
)

/** Liu et al. 2022, arXiv:2201.03545; whole residual branches are not dropped in training (stochastic depth, 0.1). */
export const convnextTiny = defineArchitecture({
  id: 'convnext-tiny',
  title: { en: 'ConvNeXt-Tiny', zh: 'ConvNeXt-Tiny' },
  summary: {
    en: 'A convolutional network built as transformers are: large depthwise kernels, layer normalisation, GELU.',
    zh: '按 Transformer 的思路设计的卷积网络：大的深度卷积核、层归一化与 GELU。'
  },
  reference: 'Liu et al. 2022',
  defaultInput: square(224),
  normalisation: imageNetNormalisation,
  parameters: {},
  names: [torchNames, timmNames, timmNormFirstNames, huggingFaceNames],
  build: (_input, classes) => ({
    blocks: [
      {
        name: 'stem',
        title: 'Patches 4×4, 96',
        layers: [patches('convolution', 96, 4), { kind: 'layer-normalisation', name: 'normalisation', epsilon }]
      },
      ...body(),
      {
        name: 'last',
        title: 'Mean, normalised',
        layers: [{ kind: 'global-average-pooling', name: 'pooling' }, { kind: 'layer-normalisation', name: 'normalisation', epsilon }]
      }
    ],
    head: denseHead(classes, initialisation)
  })
})
