import * as tf from '@tensorflow/tfjs-core'
import { choice } from '../../contract/parameters'
import { mmd } from '../maths/mmd'
import { adaptationDefaults, adaptationNeeds, adaptationParameters, align, startOf, TwoDomains } from './shared/adaptation'
import { defineMethod } from './shared/method'

/** How a kernel discrepancy is estimated from two batches. */
export const estimatorParameter = choice({
  label: { en: 'Estimator', zh: '估计方式' },
  help: { en: 'All pairs of a batch, or neighbours only: quicker for very large batches, and noisier.', zh: '使用批内所有样本对，或仅相邻样本：对很大的批更快，但噪声更大。' },
  options: [
    { value: 'full', label: { en: 'All pairs', zh: '所有样本对' } },
    { value: 'linear', label: { en: 'Neighbours', zh: '相邻样本' } }
  ],
  default: 'full', advanced: true
})

/**
 * Long et al. 2015, arXiv:1502.02791, equation 4: cross-entropy plus λ times the multi-kernel discrepancy. On the
 * backbone's features, with Transfer-Learning-Library's kernels; the paper takes several layers and learns the kernels'
 * weights.
 */
export const dan = defineMethod({
  id: 'dan',
  title: { en: 'DAN', zh: 'DAN' },
  summary: {
    en: 'Learns the source while pulling the whole distributions of source and target features together, through kernels of several widths.',
    zh: '在学习源数据的同时，通过多种宽度的核拉近源与目标特征的整体分布。'
  },
  sentence: {
    en: 'Train {source} on the labelled source images and match the distribution of its features on {images} of {target}.',
    zh: '用带标签的源图像训练 {source}，并使其特征分布与 {target} 的 {images} 相匹配。'
  },
  reference: 'Long et al. 2015',
  family: 'adaptation',
  blocks: 'copied',
  needs: adaptationNeeds,
  parameters: { ...adaptationParameters, estimator: estimatorParameter },
  trainingDefaults: adaptationDefaults,
  recipe: { wholeBatches: true },
  create: (context, { weight, backboneFactor, estimator }) => align({
    context,
    domains: new TwoDomains(startOf(context), context.training.seed),
    backboneFactor,
    terms: ({ source, target }) => ({
      discrepancy: tf.mul(mmd(source.features, target.features, { estimator }), weight) as tf.Scalar
    })
  })
})
