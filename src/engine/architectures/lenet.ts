import { number } from '../../contract/parameters'
import { denseHead, evenNormalisation } from './shared/layers'
import { defineArchitecture } from './shared/architecture'

/** LeNet as domain adaptation uses it for digits (Long et al., Transfer-Learning-Library): 20 and 50 filters, 500 units. */
export const lenet = defineArchitecture({
  id: 'lenet',
  title: { en: 'LeNet', zh: 'LeNet' },
  summary: {
    en: 'Two 5×5 convolutions (20 and 50 filters) and 500 units; the usual network for digits.',
    zh: '两个 5×5 卷积（20 和 50 个滤波器）加 500 个单元；手写数字的常用网络。'
  },
  reference: 'LeCun et al. 1998; Long et al. 2015',
  defaultInput: [28, 28, 1],
  normalisation: evenNormalisation,
  parameters: {
    dropout: number({
      label: { en: 'Dropout', zh: '丢弃率' },
      help: { en: 'Share of units dropped in training, after the second convolution and before the head.', zh: '训练中丢弃的单元比例，用于第二个卷积之后和分类头之前。' },
      minimum: 0, maximum: 0.9, default: 0.5
    })
  },
  build: (_input, classes, { dropout }) => ({
    blocks: [
      {
        name: 'block1',
        title: 'Convolution 20',
        layers: [
          { kind: 'convolution', name: 'convolution', filters: 20, kernelSize: [5, 5], strides: [1, 1], padding: 'valid', bias: true },
          { kind: 'max-pooling', name: 'pooling', size: [2, 2], strides: [2, 2], padding: 'valid' },
          { kind: 'relu', name: 'relu' }
        ]
      },
      {
        name: 'block2',
        title: 'Convolution 50',
        layers: [
          { kind: 'convolution', name: 'convolution', filters: 50, kernelSize: [5, 5], strides: [1, 1], padding: 'valid', bias: true },
          { kind: 'dropout', name: 'dropout', rate: dropout, wholeChannels: true },
          { kind: 'max-pooling', name: 'pooling', size: [2, 2], strides: [2, 2], padding: 'valid' },
          { kind: 'relu', name: 'relu' }
        ]
      },
      {
        name: 'dense1',
        title: 'Dense 500',
        layers: [
          { kind: 'flatten', name: 'flatten' },
          { kind: 'dense', name: 'dense', units: 500, bias: true },
          { kind: 'relu', name: 'relu' }
        ]
      }
    ],
    // In the head, so that what is compared between domains is the features and not the noise of dropping them out.
    head: denseHead(classes, undefined, [{ kind: 'dropout', name: 'dropout', rate: dropout }])
  })
})
