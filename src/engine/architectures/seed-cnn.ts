import type { Block, Layer } from '../network/definition'
import { defineArchitecture } from './shared/architecture'
import { denseHead, evenNormalisation, scaled, width } from './shared/layers'

const convolutionBlock = (name: string, filters: number): Block => ({
  name,
  title: `Convolution ${filters}`,
  layers: [
    { kind: 'convolution', name: 'convolution', filters, kernelSize: [3, 3], strides: [1, 1], padding: 'same', bias: true },
    { kind: 'relu', name: 'relu' },
    { kind: 'max-pooling', name: 'pooling', size: [2, 2], strides: [2, 2], padding: 'valid' }
  ]
})

const denseLayers = (units: number): Layer[] => [
  { kind: 'dense', name: 'dense', units, bias: true },
  { kind: 'relu', name: 'relu' }
]

/** Graft's own small network: quick on any machine, deep enough to transfer. Weights start as PyTorch's would. */
export const seedCnn = defineArchitecture({
  id: 'seed-cnn',
  title: { en: 'Seed CNN', zh: 'Seed CNN' },
  summary: {
    en: 'Three blocks of 3×3 convolution (32, 64, 128 filters) and two dense layers; trains in minutes on a laptop.',
    zh: '三个 3×3 卷积块（32、64、128 个滤波器）加两个全连接层；在笔记本电脑上几分钟即可训练。'
  },
  reference: 'Graft',
  defaultInput: [32, 32, 3],
  normalisation: evenNormalisation,
  parameters: { width },
  build: (_input, classes, { width: factor }) => {
    const [first, second] = [scaled(1024, factor), scaled(512, factor)]
    return {
      blocks: [
        ...[32, 64, 128].map((filters, index) => convolutionBlock(`block${index + 1}`, scaled(filters, factor))),
        { name: 'dense1', title: `Dense ${first}`, layers: [{ kind: 'flatten', name: 'flatten' }, ...denseLayers(first)] },
        { name: 'dense2', title: `Dense ${second}`, layers: denseLayers(second) }
      ],
      head: denseHead(classes)
    }
  }
})
