import { choice, integer } from '../../contract/parameters'
import { kNearest as neighbours } from '../classifiers/k-nearest'
import { classicalRun, featureParameters } from './shared/classical'
import { defineMethod } from './shared/method'

/** Cover and Hart 1967 on frozen features; nothing is fitted, the labelled images are the classifier. */
export const kNearest = defineMethod({
  id: 'k-nearest',
  title: { en: 'k nearest neighbours', zh: 'k 近邻' },
  summary: {
    en: 'Each image gets the class of the labelled images that look most alike to the source. Shows how good its features are.',
    zh: '每张图像取源模型看来最相似的已标注图像的类别。可看出其特征的好坏。'
  },
  sentence: {
    en: 'Let the {k} images of {images} of {target} vote that are nearest by the {features} of {source}.',
    zh: '按 {source} 的 {features}，由 {target} 的 {images} 中最近的 {k} 张图像投票。'
  },
  reference: 'Cover and Hart 1967',
  family: 'classical',
  recipe: { noSteps: true },
  blocks: 'frozen',
  needs: { sourceModel: false, sourceData: false, targetLabels: 'some', classes: 'any' },
  parameters: {
    ...featureParameters,
    k: integer({
      label: { en: 'Neighbours (k)', zh: '近邻数（k）' },
      help: { en: 'How many labelled images vote.', zh: '参与投票的已标注图像数。' },
      minimum: 1, maximum: 1000, default: 5
    }),
    weights: choice({
      label: { en: 'Votes', zh: '投票' },
      help: { en: 'Whether nearer images count more.', zh: '较近的图像是否权重更大。' },
      options: [
        { value: 'uniform', label: { en: 'All alike', zh: '一视同仁' } }, { value: 'distance', label: { en: 'By 1 / distance', zh: '按 1 / 距离' } }
      ],
      default: 'uniform'
    })
  },
  create: (context, { k, weights, ...parameters }) => classicalRun(context, {
    kind: 'k-nearest', parameters, standardised: true, fit: (examples) => neighbours(examples, { k, weights })
  })
})
