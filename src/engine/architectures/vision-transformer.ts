import type { Text } from '../../contract/text'
import type { Block, Layer, NetworkDefinition } from '../network/definition'
import { denseHead, evenNormalisation, imageNetNormalisation, square } from './shared/layers'
import { defineArchitecture } from './shared/architecture'
import { mapLayers, type LayerNames } from './shared/layer-names'

const initialisation = 'narrow-normal'
const epsilon = 1e-6
const depth = 12

/** A dense layer over the channels of every place. */
const dense = (name: string, filters: number): Layer =>
  ({ kind: 'convolution', name, filters, kernelSize: [1, 1], strides: [1, 1], padding: 0, bias: true, initialisation })

/** One layer of the encoder, normalised first: figure 1 of the paper; with LayerScale as DINOv2. */
function encoderLayer(name: string, { channels, heads, scaled }: { channels: number, heads: number, scaled: boolean }): Block {
  const scale = (name: string): Layer[] => scaled ? [{ kind: 'channel-scale', name, start: 1e-5 }] : []
  return {
    name,
    title: `Attention ${heads} × ${channels / heads}`,
    layers: [
      { kind: 'layer-normalisation', name: 'normalisation1', epsilon },
      dense('queries-keys-values', 3 * channels),
      { kind: 'attention', name: 'attention', heads },
      dense('projection', channels),
      ...scale('scale1'),
      { kind: 'add', name: 'add1', inputs: [scaled ? 'scale1' : 'projection', 'input'] },
      { kind: 'layer-normalisation', name: 'normalisation2', epsilon },
      dense('expansion', 4 * channels),
      { kind: 'gelu', name: 'activation' },
      dense('reduction', channels),
      ...scale('scale2'),
      { kind: 'add', name: 'add2', inputs: [scaled ? 'scale2' : 'reduction', 'add1'] }
    ]
  }
}

interface Words { stem: string, token: string, positions: string, layer(index: number): string, parts: Readonly<Record<string, string>>, last: string }

/** A naming by its words. */
const namesOf = (names: Omit<LayerNames, 'layer'>, words: Words): LayerNames => ({
  ...names,
  layer(block, layer) {
    if (block === 'stem') return { convolution: words.stem, tokens: words.token, positions: words.positions }[layer]
    if (block === 'last') return layer === 'normalisation' ? words.last : undefined
    const [, index] = /^layer(\d+)$/.exec(block) ?? []
    const part = words.parts[layer]
    return index === undefined || part === undefined ? undefined : `${words.layer(Number(index) - 1)}.${part}`
  }
})

/** Nothing in a file of weights tells DeiT's from others of the same shape. */
const evenTakenForGranted: Text = {
  en: 'Images are taken to be normalised with 0.5 and 0.5, as ViT\'s own weights (augreg) want it. DeiT\'s weights have the same names and want ImageNet\'s mean and deviation: if it is one of those, say so.',
  zh: '假定图像按 0.5 与 0.5 归一化，这是 ViT 原权重（augreg）的做法。DeiT 的权重名称相同，但使用 ImageNet 的均值与标准差：如果是后者，请注明。'
}

/** timm's, and DINOv2's own files. */
const timmNames = namesOf({ id: 'timm', title: 'PyTorch (timm)', heads: ['head', 'classifier', 'fc'], positions: 'smoothed' }, {
  stem: 'patch_embed.proj', token: 'cls_token', positions: 'pos_embed', last: 'norm', layer: (index) => `blocks.${index}`,
  parts: {
    'normalisation1': 'norm1', 'queries-keys-values': 'attn.qkv', 'projection': 'attn.proj', 'scale1': 'ls1',
    'normalisation2': 'norm2', 'expansion': 'mlp.fc1', 'reduction': 'mlp.fc2', 'scale2': 'ls2'
  }
})

const torchNames = namesOf({ id: 'torchvision', title: 'PyTorch (torchvision)', heads: ['heads.head', 'heads', 'head'], positions: 'plain', normalisation: imageNetNormalisation }, {
  stem: 'conv_proj', token: 'class_token', positions: 'encoder.pos_embedding', last: 'encoder.ln', layer: (index) => `encoder.layers.encoder_layer_${index}`,
  parts: {
    'normalisation1': 'ln_1', 'queries-keys-values': 'self_attention.in_proj', 'projection': 'self_attention.out_proj',
    'normalisation2': 'ln_2', 'expansion': 'mlp.0', 'reduction': 'mlp.3'
  }
})

/** Hugging Face's epsilon, which is smaller. */
const withEpsilon = (definition: NetworkDefinition, value: number): NetworkDefinition =>
  mapLayers(definition, (_block, layer) => [layer.kind === 'layer-normalisation' ? { ...layer, epsilon: value } : layer])

const huggingFaceStem = {
  stem: 'embeddings.patch_embeddings.projection', token: 'embeddings.cls_token', positions: 'embeddings.position_embeddings', last: 'layernorm'
}
const huggingFaceVit: Omit<LayerNames, 'layer' | 'id'> = {
  title: 'PyTorch (Hugging Face)', heads: ['classifier'], positions: 'plain', normalisationAssumed: evenTakenForGranted, adapt: (definition) => withEpsilon(definition, 1e-12)
}
/** Queries, keys and values are joined where they are read; other words of its older versions are brought to these. */
const huggingFaceParts = { 'queries-keys-values': 'attention.qkv', 'projection': 'attention.o_proj', 'expansion': 'mlp.fc1', 'reduction': 'mlp.fc2' }
const vitParts = { ...huggingFaceParts, normalisation1: 'layernorm_before', normalisation2: 'layernorm_after' }
const huggingFaceNames = namesOf({ id: 'hugging-face', ...huggingFaceVit }, { ...huggingFaceStem, layer: (index) => `layers.${index}`, parts: vitParts })
/** Files from before version 5, which most of them are. */
const huggingFaceOlderNames = namesOf({ id: 'hugging-face-4', ...huggingFaceVit }, {
  ...huggingFaceStem, layer: (index) => `encoder.layer.${index}`, parts: vitParts
})

const huggingFaceDinoNames = namesOf({ id: 'hugging-face', title: 'PyTorch (Hugging Face)', heads: ['head'], positions: 'plain' }, {
  ...huggingFaceStem, layer: (index) => `encoder.layer.${index}`,
  parts: { ...huggingFaceParts, normalisation1: 'norm1', scale1: 'layer_scale1', normalisation2: 'norm2', scale2: 'layer_scale2' }
})

interface Size { patch: number, channels: number, heads: number, scaled?: boolean }

const blocksOf = ({ patch, channels, heads, scaled = false }: Size): Block[] => [
  {
    name: 'stem',
    title: `Patches ${patch}×${patch}, ${channels}`,
    layers: [
      { kind: 'convolution', name: 'convolution', filters: channels, kernelSize: [patch, patch], strides: [patch, patch], padding: 0, bias: true },
      { kind: 'tokens', name: 'tokens', count: 1 },
      { kind: 'positions', name: 'positions' }
    ]
  },
  ...Array.from({ length: depth }, (_, index) => encoderLayer(`layer${index + 1}`, { channels, heads, scaled })),
  {
    name: 'last',
    title: 'Class token',
    layers: [{ kind: 'layer-normalisation', name: 'normalisation', epsilon }, { kind: 'first-token', name: 'features' }]
  }
]

/** Dosovitskiy et al. 2021, arXiv:2010.11929, with the sizes of Touvron et al. 2021 (DeiT); fresh weights as timm draws them. */
function visionTransformer(size: 'tiny' | 'small' | 'base') {
  const [channels, heads] = { tiny: [192, 3], small: [384, 6], base: [768, 12] }[size] as [number, number]
  const chinese = { tiny: '微型', small: '小型', base: '基础' }[size]
  return defineArchitecture({
    id: `vit-${size}`,
    title: { en: `Vision transformer ${size}`, zh: `视觉 Transformer（${chinese}）` },
    summary: {
      en: `Patches of 16 pixels that attend to one another, ${channels} numbers each. Learns well only from weights that were trained on much.`,
      zh: `16 像素的图块彼此关注，每块 ${channels} 个数。只有从大量数据训练过的权重出发才学得好。`
    },
    reference: 'Dosovitskiy et al. 2021',
    defaultInput: square(224),
    normalisation: evenNormalisation,
    parameters: {},
    names: [{ ...timmNames, normalisationAssumed: evenTakenForGranted }, torchNames, huggingFaceNames, huggingFaceOlderNames],
    build: (_input, classes) => ({ blocks: blocksOf({ patch: 16, channels, heads }), head: denseHead(classes, initialisation) })
  })
}

export const visionTransformers = (['tiny', 'small', 'base'] as const).map(visionTransformer)

/**
 * Oquab et al. 2024, arXiv:2304.07193: a small vision transformer with LayerScale, without registers. Its images may have any side
 * that 14 divides; 224 is what its authors evaluate at.
 */
export const dinov2Small = defineArchitecture({
  id: 'dinov2-small',
  title: { en: 'DINOv2 small', zh: 'DINOv2（小型）' },
  summary: {
    en: 'The vision transformer of DINOv2, whose weights learned from 142 million pictures without labels; its features tell much by themselves.',
    zh: 'DINOv2 的视觉 Transformer，其权重从 1.42 亿张无标签图像学得；其特征本身就很有区分力。'
  },
  reference: 'Oquab et al. 2024',
  defaultInput: square(224),
  normalisation: imageNetNormalisation,
  parameters: {},
  names: [timmNames, huggingFaceDinoNames],
  build: (_input, classes) => ({ blocks: blocksOf({ patch: 14, channels: 384, heads: 6, scaled: true }), head: denseHead(classes, initialisation) })
})
