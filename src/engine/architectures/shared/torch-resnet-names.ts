import type { LayerNames } from './layer-names'

/** `stage2-1` → `layer2.0`. */
const moduleOf = (block: string): string | undefined => {
  const [, stage, index] = /^stage(\d+)-(\d+)$/.exec(block) ?? []
  return stage === undefined ? undefined : `layer${stage}.${Number(index) - 1}`
}

/** `convolution2` → `conv2`, `convolution2-normalisation` → `bn2`, `shortcut` → `downsample.0`. */
function partOf(layer: string): string | undefined {
  if (layer === 'shortcut') return 'downsample.0'
  if (layer === 'shortcut-normalisation') return 'downsample.1'
  const [, number, normalisation] = /^convolution(\d)(-normalisation)?$/.exec(layer) ?? []
  return number === undefined ? undefined : `${normalisation === undefined ? 'conv' : 'bn'}${number}`
}

/** torchvision's ResNet (and timm's), and the CIFAR ResNets of Y. Idelbayev, whose head is `linear`. */
export const torchResnetNames: LayerNames = {
  id: 'torchvision',
  title: 'PyTorch (torchvision, akamaster)',
  layer(block, layer) {
    if (block === 'stem') return layer === 'convolution' ? 'conv1' : 'bn1'
    const [module, part] = [moduleOf(block), partOf(layer)]
    return module === undefined || part === undefined ? undefined : `${module}.${part}`
  },
  heads: ['fc', 'linear', 'classifier', 'head']
}

/** Hugging Face's ResNet: a part of every block by its number. */
export const huggingFaceResnetNames: LayerNames = {
  id: 'hugging-face',
  title: 'PyTorch (Hugging Face)',
  layer(block, layer) {
    const part = layer.endsWith('-normalisation') ? 'normalization' : 'convolution'
    if (block === 'stem') return `embedder.embedder.${part}`
    const [, stage, index] = /^stage(\d+)-(\d+)$/.exec(block) ?? []
    if (stage === undefined) return undefined
    const [, number] = /^convolution(\d)/.exec(layer) ?? []
    const way = number === undefined ? 'shortcut' : `layer.${Number(number) - 1}`
    return `encoder.stages.${Number(stage) - 1}.layers.${Number(index) - 1}.${way}.${part}`
  },
  heads: ['classifier.1']
}
