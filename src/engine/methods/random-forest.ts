import { integer, number } from '../../contract/parameters'
import { fitRandomForest } from '../classifiers/random-forest'
import { classicalRun, featureParameters } from './shared/classical'
import { defineMethod } from './shared/method'

/** Breiman 2001 on frozen features; defaults are scikit-learn's. */
export const randomForest = defineMethod({
  id: 'random-forest',
  title: { en: 'Random forest', zh: '随机森林' },
  summary: {
    en: 'Many decision trees on the source\'s features, each on its own draw of the images, vote.',
    zh: '在源模型的特征上训练许多决策树，每棵使用各自抽取的图像，共同投票。'
  },
  sentence: {
    en: 'Grow {trees} trees on the {features} of {source} for {images} of {target}.',
    zh: '针对 {target} 的 {images}，在 {source} 的 {features} 上生长 {trees} 棵树。'
  },
  reference: 'Breiman 2001',
  family: 'classical',
  recipe: { noSteps: true },
  blocks: 'frozen',
  needs: { sourceModel: false, sourceData: false, targetLabels: 'some', classes: 'any' },
  parameters: {
    ...featureParameters,
    trees: integer({
      label: { en: 'Trees', zh: '树的数量' },
      help: { en: 'More are better and slower.', zh: '越多越好，也越慢。' },
      minimum: 1, maximum: 10_000, default: 100
    }),
    share: number({
      label: { en: 'Features per split', zh: '每次划分的特征比例' },
      help: { en: 'Share of the features that each split looks at; 0 takes their square root.', zh: '每次划分所考察的特征比例；0 取其平方根。' },
      minimum: 0, maximum: 1, default: 0, advanced: true
    }),
    depth: integer({
      label: { en: 'Depth', zh: '深度' },
      help: { en: 'Greatest depth of a tree; 0 grows until leaves are pure.', zh: '最多连续划分的次数；0 表示直到叶子纯净。' },
      minimum: 0, maximum: 1000, default: 0, advanced: true
    }),
    leaf: integer({
      label: { en: 'Images per leaf', zh: '每个叶子的图像数' },
      help: { en: 'Fewest images per leaf.', zh: '每个叶子至少包含的图像数。' },
      minimum: 1, maximum: 10_000, default: 1, advanced: true
    })
  },
  create: (context, { trees, share, depth, leaf, ...parameters }) => classicalRun(context, {
    kind: 'random-forest', parameters, standardised: false,
    fit: (examples, hooks) => fitRandomForest(examples, { trees, features: share, depth, leaf, seed: context.training.seed }, hooks)
  })
})
