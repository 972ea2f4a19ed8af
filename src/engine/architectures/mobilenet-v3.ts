import type { Block, Layer } from '../network/definition'
import { imageNetNormalisation, normalisedConvolution, normalisedDepthwise, roundedFilters, square, squeezeExcitation } from './shared/layers'
import { defineArchitecture } from './shared/architecture'
import { placeIn, timmNames, type Place } from './shared/inverted-residuals'
import { mapLayers, readAsPyTorchs, type LayerNames } from './shared/layer-names'

/** Kernel size, expanded channels, output channels, squeeze-and-excitation, hard swish (or ReLU), stride: tables 1 and 2 of the paper. */
type Row = readonly [size: number, expanded: number, output: number, excited: boolean, swish: boolean, stride: number]

/** Of each stage, which begins where the size or the width changes as the paper's tables do. */
const rows: Record<'small' | 'large', readonly (readonly Row[])[]> = {
  small: [
    [[3, 16, 16, true, false, 2]],
    [[3, 72, 24, false, false, 2], [3, 88, 24, false, false, 1]],
    [[5, 96, 40, true, true, 2], [5, 240, 40, true, true, 1], [5, 240, 40, true, true, 1]],
    [[5, 120, 48, true, true, 1], [5, 144, 48, true, true, 1]],
    [[5, 288, 96, true, true, 2], [5, 576, 96, true, true, 1], [5, 576, 96, true, true, 1]]
  ],
  large: [
    [[3, 16, 16, false, false, 1]],
    [[3, 64, 24, false, false, 2], [3, 72, 24, false, false, 1]],
    [[5, 72, 40, true, false, 2], [5, 120, 40, true, false, 1], [5, 120, 40, true, false, 1]],
    [[3, 240, 80, false, true, 2], [3, 200, 80, false, true, 1], [3, 184, 80, false, true, 1], [3, 184, 80, false, true, 1]],
    [[3, 480, 112, true, true, 1], [3, 672, 112, true, true, 1]],
    [[5, 672, 160, true, true, 2], [5, 960, 160, true, true, 1], [5, 960, 160, true, true, 1]]
  ]
}

/** Of every weight, as the authors' code (TensorFlow's slim). */
const initialisation = 'truncated-normal'
/** torchvision's, which is TensorFlow's. */
const normalisation = { epsilon: 1e-3, momentum: 0.01 }

function invertedResidual(name: string, input: number, [size, expanded, output, excited, swish, stride]: Row): Block {
  const activation = (layer: string): Layer => ({ kind: swish ? 'hard-swish' : 'relu', name: layer })
  return {
    name,
    title: `Inverted residual ${output}`,
    layers: [
      ...(expanded === input ? [] : [
        ...normalisedConvolution('expansion', { filters: expanded, size: 1, initialisation, normalisation }), activation('activation1')
      ]),
      ...normalisedDepthwise('depthwise', { size, stride, padding: Math.floor(size / 2), initialisation, normalisation }),
      activation('activation2'),
      ...(excited ? squeezeExcitation({
        of: 'activation2', channels: expanded, squeezed: roundedFilters(expanded / 4), activation: 'relu', gate: 'hard-sigmoid', initialisation
      }) : []),
      ...normalisedConvolution('projection', { filters: output, size: 1, initialisation, normalisation }),
      ...(stride === 1 && input === output ? [{ kind: 'add' as const, name: 'add', inputs: ['projection-normalisation', 'input'] }] : [])
    ]
  }
}

function body(size: 'small' | 'large'): Block[] {
  let input = 16
  return rows[size].flatMap((stage, at) => stage.map((row, index) => {
    const block = invertedResidual(`stage${at + 1}-${index + 1}`, input, row)
    input = row[2]
    return block
  }))
}

/** Where a block stands, and what it has. */
function placeOf(size: 'small' | 'large', block: string): (Place & { expanded: boolean, excited: boolean }) | undefined {
  const at = placeIn(rows[size].map(({ length }) => length), block)
  const row = at && rows[size][at.stage - 1]?.[at.index - 1]
  return at && row && { ...at, expanded: expands(at), excited: row[3] }
}
const expands = ({ before }: Place): boolean => before > 0

/** torchvision: one list of features; within a block a list of what it has. */
const torchNames = (size: 'small' | 'large'): LayerNames => ({
  id: 'torchvision',
  title: 'PyTorch (torchvision)',
  layer(block, layer) {
    const part = layer.endsWith('-normalisation') ? 1 : 0
    if (block === 'stem') return `features.0.${part}`
    if (block === 'last') return layer === 'dense' ? 'classifier.0' : `features.${rows[size].flat().length + 1}.${part}`
    const at = placeOf(size, block)
    if (!at) return undefined
    const name = `features.${at.before + 1}.block`
    const first = at.expanded ? 1 : 0
    const projection = first + (at.excited ? 2 : 1)
    const places: Record<string, string> = {
      'expansion': '0', 'depthwise': String(first), 'projection': String(projection),
      'squeeze-reduction': `${first + 1}.fc1`, 'squeeze-expansion': `${first + 1}.fc2`
    }
    const place = places[layer.replace('-normalisation', '')]
    if (place === undefined || (layer.startsWith('expansion') && !at.expanded)) return undefined
    return layer.startsWith('squeeze') ? `${name}.${place}` : `${name}.${place}.${part}`
  },
  heads: ['classifier.3', 'classifier', 'fc', 'head']
})

/** timm's `mobilenetv3_large_100` and `mobilenetv3_small_100`, with PyTorch's epsilon. */
const timm = (size: 'small' | 'large'): LayerNames => timmNames({
  place: (block) => placeOf(size, block), expands,
  last: (layer) => layer === 'dense' ? 'conv_head' : `blocks.${rows[size].length}.0.${layer === 'convolution' ? 'conv' : 'bn1'}`,
  assumed: readAsPyTorchs(`mobilenetv3_${size}_100`),
  adapt: (definition) => mapLayers(definition, (_block, layer) =>
    [layer.kind === 'batch-normalisation' ? { ...layer, epsilon: 1e-5, momentum: 0.1 } : layer])
})

/**
 * Howard et al. 2019, arXiv:1905.02244; padding, epsilon and squeezed channels as torchvision. The dense layer before the classes
 * counts to the backbone: its outputs are the features.
 */
function mobilenetV3(size: 'small' | 'large') {
  const [expanded, features] = size === 'small' ? [576, 1024] as const : [960, 1280] as const
  return defineArchitecture({
    id: `mobilenet-v3-${size}`,
    title: { en: `MobileNet v3 ${size}`, zh: `MobileNet v3 ${size === 'small' ? '小型' : '大型'}` },
    summary: size === 'small'
      ? { en: 'Searched for phones: the quickest network for photographs.', zh: '为手机搜索得到的结构：处理照片最快的网络。' }
      : { en: 'Searched for phones, with squeeze-and-excitation and hard swish: more accurate than v2 at fewer multiplications.',
          zh: '为手机搜索得到的结构，采用压缩激励与 hard swish：比 v2 更准确，乘法更少。' },
    reference: 'Howard et al. 2019',
    defaultInput: square(224),
    normalisation: imageNetNormalisation,
    parameters: {},
    names: [torchNames(size), timm(size)],
    build: (_input, classes) => ({
      blocks: [
        {
          name: 'stem',
          title: 'Convolution 16',
          layers: [
            ...normalisedConvolution('convolution', { filters: 16, size: 3, stride: 2, initialisation, normalisation }),
            { kind: 'hard-swish', name: 'activation' }
          ]
        },
        ...body(size),
        {
          name: 'last',
          title: `Convolution ${expanded}, dense ${features}`,
          layers: [
            ...normalisedConvolution('convolution', { filters: expanded, size: 1, initialisation, normalisation }),
            { kind: 'hard-swish', name: 'activation1' },
            { kind: 'global-average-pooling', name: 'pooling' },
            { kind: 'dense', name: 'dense', units: features, bias: true, initialisation },
            { kind: 'hard-swish', name: 'activation2' }
          ]
        }
      ],
      head: {
        name: 'head', title: 'Head', layers: [
          { kind: 'dropout', name: 'dropout', rate: 0.2 }, { kind: 'dense', name: 'dense', units: classes, bias: true, initialisation }
        ]
      }
    })
  })
}

export const mobilenetV3Small = mobilenetV3('small')
export const mobilenetV3Large = mobilenetV3('large')
