import * as tf from '@tensorflow/tfjs-core'
import { number } from '../../contract/parameters'
import { squaredDistance } from '../maths/l2-sp'
import { withHeadFor } from '../surgery/surgery'
import { fineTuningStage, headFactor } from './shared/fine-tuning'
import { commonLosses } from './shared/losses'
import { defineMethod } from './shared/method'
import { allGroups, keepRows, noteHead, sourceOf } from './shared/supervised'

/**
 * Li, Grandvalet and Davoine 2018, arXiv:1802.01483, equation 2: α/2 ‖w_S − w_S⁰‖² + β/2 ‖w_N‖², S the backbone and N
 * the head. A head that carries over counts as part of N all the same.
 */
export const l2Sp = defineMethod({
  id: 'l2-sp',
  title: { en: 'L2-SP', zh: 'L2-SP' },
  summary: {
    en: 'Fine-tuning that is pulled back to the source\'s weights instead of to zero, so that less is forgotten.',
    zh: '微调时把权重拉回源模型的权重，而不是拉向零，从而减少遗忘。'
  },
  sentence: {
    en: 'Train the weights of {source} on {images} of {target}, pulled back to where they began.',
    zh: '在 {target} 的 {images} 上训练 {source} 的权重，同时将其拉回起点。'
  },
  reference: 'Li et al. 2018',
  family: 'parameters',
  blocks: 'copied',
  needs: { sourceModel: true, sourceData: false, targetLabels: 'some', classes: 'any' },
  parameters: {
    alpha: number({
      label: { en: 'Pull to the start (α)', zh: '拉回起点的强度（α）' },
      help: { en: 'How strongly the backbone is pulled back to the source\'s weights.', zh: '主干被拉回源模型权重的强度。' },
      minimum: 0, maximum: 10, default: 0.1, scale: 'logarithmic'
    }),
    beta: number({
      label: { en: 'Pull of the head to zero (β)', zh: '分类头拉向零的强度（β）' },
      help: { en: 'Plain weight decay of the head.', zh: '分类头的普通权重衰减。' },
      minimum: 0, maximum: 10, default: 0.01, scale: 'logarithmic'
    }),
    headFactor,
    keepRows
  },
  losses: { ...commonLosses('task'), start: { en: 'Pull to the start', zh: '拉回起点' }, head: { en: 'Head', zh: '分类头' } },
  recipe: { classWeights: true },
  create: (context, { alpha, beta, headFactor: factor, keepRows: rows }) => {
    const { network, headReplaced, rowsKept } = withHeadFor(sourceOf(context), context.classes, context.training.seed, { keepRows: rows })
    noteHead(context, headReplaced, rowsKept)
    const backbone = new Map(network.blockNames.flatMap((block) => [...network.trainableOf(block)]))
    const start = new Map([...backbone].map(([name, variable]) => [name, tf.keep(tf.clone(variable))]))
    return {
      network,
      stages: [fineTuningStage(context, {
        network,
        groups: () => allGroups(network, factor),
        terms: () => ({
          start: tf.mul(squaredDistance(backbone, start), alpha) as tf.Scalar,
          head: tf.mul(squaredDistance(network.trainableOf('head')), beta) as tf.Scalar
        })
      })],
      dispose: () => {
        network.dispose()
        for (const tensor of start.values()) tensor.dispose()
      }
    }
  }
})
