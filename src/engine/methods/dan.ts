import * as tf from '@tensorflow/tfjs-core'
import { GraftError } from '../../contract/errors'
import { choice } from '../../contract/parameters'
import { mmd } from '../maths/mmd'
import { adaptationDefaults, adaptationNeeds, adaptationParameters, align, startOf, TwoDomains } from './_adaptation'
import { defineMethod, type MethodContext } from './_method'

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

/** Neighbours pair each source image with a target image. @throws GraftError where batches cannot hold as many of both */
export function assertPairs({ sourceData, targetImages, training: { batchSize } }: MethodContext, estimator: string): void {
  const [sources, targets] = [Math.min(batchSize, sourceData?.splits.train?.count ?? batchSize), Math.min(batchSize, targetImages)]
  if (estimator === 'full' || sources === targets) return
  throw new GraftError('batches-uneven', {
    en: `Neighbours need as many target images as source images in a batch; here it holds ${sources} of the source and ${targets} of the target.`,
    zh: `“相邻样本”要求每批中源图像与目标图像数量相同；这里源有 ${sources} 张，目标有 ${targets} 张。`
  }, {
    usage: true, field: 'method.params.estimator',
    remedy: {
      en: `Take all pairs, or a batch size of at most ${Math.min(sources, targets)}.`, zh: `请使用所有样本对，或将批大小设为不超过 ${Math.min(sources, targets)}。`
    }
  })
}

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
  create: (context, { weight, backboneFactor, estimator }) => {
    assertPairs(context, estimator)
    return align({
      domains: new TwoDomains(startOf(context), context.training.seed),
      backboneFactor,
      terms: ({ source, target }) => ({
        discrepancy: tf.mul(mmd(source.features, target.features, { estimator }), weight) as tf.Scalar
      })
    })
  }
})
