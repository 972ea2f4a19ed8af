import { boolean, integer, number } from '../../contract/parameters'
import { withHeadFor } from '../surgery/surgery'
import type { GradientStage } from '../training/stage'
import { fineTuningStage } from './shared/fine-tuning'
import { commonLosses } from './shared/losses'
import { defineMethod } from './shared/method'
import { probeStage, standardisedProbeStage } from './shared/probe'
import { StandardisedHead } from './shared/standardised-head'
import { allGroups, noteHead, sourceOf } from './shared/supervised'

/**
 * Kumar et al. 2022, arXiv:2202.10054, section 3.4: a new head first learns on the features as they are, and everything
 * is fine-tuned from there. A head that knows nothing would distort the features before it knows what they are good for.
 * The authors try several learning rates for both stages; here the second's is a part of the first's. A new head learns on
 * standardised features, as in `linear-probe`. The second stage never ends below its start, by the score that chooses.
 */
export const lpFt = defineMethod({
  id: 'lp-ft',
  title: { en: 'LP-FT', zh: 'LP-FT' },
  summary: {
    en: 'First learns the head on the source\'s features, then fine-tunes everything from there: less of the source is lost.',
    zh: '先在源模型的特征上学习分类头，再由此微调全部权重：源模型的知识损失更少。'
  },
  sentence: {
    en: 'Learn a head on the features of {source} ({probeEpochs} epochs), then train all weights further on {images} of {target}.',
    zh: '先在 {source} 的特征上学习分类头（{probeEpochs} 轮），再在 {target} 的 {images} 上继续训练全部权重。'
  },
  reference: 'Kumar et al. 2022',
  family: 'parameters',
  blocks: 'copied',
  needs: { sourceModel: true, sourceData: false, targetLabels: 'some', classes: 'any' },
  parameters: {
    probeEpochs: integer({
      label: { en: 'Epochs for the head', zh: '学习分类头的轮数' },
      help: {
        en: 'Epochs in which the head alone learns, on features that are computed once. They are quick.',
        zh: '只学习分类头的轮数；特征只计算一次，因此很快。'
      },
      minimum: 1, maximum: 10_000, default: 50
    }),
    probeFactor: number({
      label: { en: 'Learning rate of the head\'s stage ×', zh: '分类头阶段的学习率倍数' },
      help: {
        en: 'Times the learning rate of the training: a head alone takes larger steps than a whole network.',
        zh: '训练学习率的倍数：只学习分类头时，步幅可比训练整个网络更大。'
      },
      minimum: 0.01, maximum: 100, default: 1, scale: 'logarithmic', advanced: true
    }),
    standardise: boolean({
      label: { en: 'Standardise features', zh: '标准化特征' },
      help: {
        en: 'Brings every feature to one scale while a new head learns; the scaling is folded into the head afterwards.',
        zh: '学习新的分类头时把每个特征调整到同一尺度；之后该缩放会并入分类头。'
      },
      default: true, advanced: true
    }),
    backboneFactor: number({
      label: { en: 'Backbone learning rate ×', zh: '主干学习率倍数' },
      help: {
        en: 'In the second stage the backbone learns this many times slower or faster than the head.', zh: '第二阶段中主干学习率是分类头的多少倍。'
      },
      minimum: 0, maximum: 10, default: 1, advanced: true
    })
  },
  stages: [{ images: 'target', epochs: 'probeEpochs' }, { images: 'target' }],
  losses: commonLosses('task'),
  recipe: { classWeights: true },
  create: (context, { probeEpochs, probeFactor, standardise, backboneFactor }) => {
    const { network, headReplaced } = withHeadFor(sourceOf(context), context.classes, context.training.seed)
    noteHead(context, headReplaced)
    const head = standardise && headReplaced && StandardisedHead.fits(network) ? new StandardisedHead(network) : undefined
    const probe: GradientStage = {
      ...(head ? standardisedProbeStage(head, network) : probeStage(context, network)),
      groups: () => [head?.group(probeFactor) ?? { name: 'head', variables: network.trainableOf('head'), learningRateFactor: probeFactor }],
      epochs: probeEpochs
    }
    const groups = allGroups(network).map((group) => group.name === 'head' ? group : { ...group, learningRateFactor: backboneFactor })
    return {
      network,
      stages: [probe, { ...fineTuningStage(context, { network, groups: () => groups }), startCompetes: true }],
      dispose: () => {
        head?.dispose()
        network.dispose()
      }
    }
  }
})
