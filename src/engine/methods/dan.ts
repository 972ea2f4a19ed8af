import { mmd } from '../maths/mmd'
import { adaptationDefaults, adaptationNeeds, sourceFirstStages } from './shared/adaptation'
import { alignByKernels, kernelDiscrepancyParameters } from './shared/kernel-discrepancy'
import { commonLosses } from './shared/losses'
import { defineMethod } from './shared/method'
import { trainedFeatures } from './shared/trained-blocks'

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
  stages: sourceFirstStages,
  parameters: { ...kernelDiscrepancyParameters, ...trainedFeatures },
  alignmentWeight: 'weight',
  trainingDefaults: adaptationDefaults,
  recipe: { classWeights: true, wholeBatches: true },
  losses: commonLosses('task', 'discrepancy'),
  create: (context, parameters) => alignByKernels(context, parameters, ({ source, target }, options) => mmd(source.features, target.features, options))
})
