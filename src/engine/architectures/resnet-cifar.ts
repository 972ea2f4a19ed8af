import type { Block } from '../network/definition'
import { denseHead, imageNetNormalisation, normalisedConvolution, scaled, width } from './shared/layers'
import { defineArchitecture } from './shared/architecture'
import { torchResnetNames } from './shared/torch-resnet-names'

/** Two 3×3 convolutions with a shortcut that has no parameters (option A). */
function basicBlock(stage: number, index: number, filters: number, stride: number): Block {
  const changes = stride !== 1
  return {
    name: `stage${stage}-${index}`,
    title: `Residual ${filters}`,
    layers: [
      ...normalisedConvolution('convolution1', { filters, size: 3, stride }),
      { kind: 'relu', name: 'relu1' },
      ...normalisedConvolution('convolution2', { filters, size: 3 }),
      ...(changes ? [{ kind: 'padded-shortcut' as const, name: 'shortcut', inputs: ['input'], stride, channels: filters }] : []),
      { kind: 'add', name: 'add', inputs: ['convolution2-normalisation', changes ? 'shortcut' : 'input'] },
      { kind: 'relu', name: 'relu2' }
    ]
  }
}

/** He et al. 2016, arXiv:1512.03385, section 4.2: 6n + 2 layers for 32×32 images. */
const resnetCifar = (depth: 20 | 32 | 44 | 56) => {
  const blocks = (depth - 2) / 6
  const stage = (number: number, filters: number): Block[] => Array.from({ length: blocks }, (_, index) =>
    basicBlock(number, index + 1, filters, number > 1 && index === 0 ? 2 : 1))
  const stem = (filters: number): Block => ({
    name: 'stem', title: `Convolution ${filters}`, layers: [...normalisedConvolution('convolution', { filters, size: 3 }), { kind: 'relu', name: 'relu' }]
  })
  return defineArchitecture({
    id: `resnet-${depth}`,
    title: { en: `ResNet-${depth}`, zh: `ResNet-${depth}` },
    summary: {
      en: `A residual network of ${depth} layers for small images, with parameter-free shortcuts.`,
      zh: `面向小图像的 ${depth} 层残差网络，采用无参数的捷径连接。`
    },
    reference: 'He et al. 2016',
    defaultInput: [32, 32, 3],
    normalisation: imageNetNormalisation,
    parameters: { width },
    names: [torchResnetNames],
    build: (_input, classes, { width: factor }) => {
      const [first, second, third] = [scaled(16, factor), scaled(32, factor), scaled(64, factor)]
      const built = [stem(first), ...stage(1, first), ...stage(2, second), ...stage(3, third)]
      built[built.length - 1]!.layers.push({ kind: 'global-average-pooling', name: 'pooling' })
      return { blocks: built, head: denseHead(classes, 'he-normal') }
    }
  })
}

export const resnet20 = resnetCifar(20)
export const resnet32 = resnetCifar(32)
export const resnet44 = resnetCifar(44)
export const resnet56 = resnetCifar(56)
