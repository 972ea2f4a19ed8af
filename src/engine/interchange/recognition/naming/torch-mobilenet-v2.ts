import { imageNetNormalisation } from '../../../architectures/shared/layers'
import { defineNaming } from './shared/naming'

/** How often each stage repeats its block, as the paper's table 2. */
const repeats = [1, 2, 3, 4, 3, 3, 1]

/** Place of a layer in torchvision's `conv`: expansion 0, depthwise 1, projection 2 and 3; without expansion one less. */
const places: Record<string, [expanded: string, plain: string | undefined]> = {
  'expansion': ['conv.0.0', undefined],
  'expansion-normalisation': ['conv.0.1', undefined],
  'depthwise': ['conv.1.0', 'conv.0.0'],
  'depthwise-normalisation': ['conv.1.1', 'conv.0.1'],
  'projection': ['conv.2', 'conv.1'],
  'projection-normalisation': ['conv.3', 'conv.2']
}

/** torchvision's MobileNet v2: one list of features. */
export const torchMobilenetV2 = defineNaming({
  id: 'torchvision',
  title: 'PyTorch (torchvision)',
  architectures: ['mobilenet-v2'],
  layer(block, layer) {
    if (block === 'stem') return layer === 'convolution' ? 'features.0.0' : 'features.0.1'
    if (block === 'last') return layer === 'convolution' ? 'features.18.0' : 'features.18.1'
    const [, stage, index] = (/^stage(\d+)-(\d+)$/.exec(block) ?? []).map(Number)
    if (stage === undefined || index === undefined) return undefined
    const number = repeats.slice(0, stage - 1).reduce((sum, count) => sum + count, 0) + index
    const place = places[layer]?.[stage === 1 ? 1 : 0]
    return place === undefined ? undefined : `features.${number}.${place}`
  },
  heads: ['classifier.1', 'classifier', 'fc', 'head'],
  normalisation: imageNetNormalisation
})
