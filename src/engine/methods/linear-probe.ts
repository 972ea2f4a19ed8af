import { boolean } from '../../contract/parameters'
import { withHeadFor } from '../surgery/surgery'
import { defineMethod } from './shared/method'
import { probeStage, standardisedProbeStage } from './shared/probe'
import { StandardisedHead } from './shared/standardised-head'
import { sourceOf } from './shared/supervised'

/**
 * Alain and Bengio 2016, arXiv:1610.01644: the backbone stays as it is, a new linear head learns on its features.
 * The features are computed once and cached, so augmentation has no place here. They are standardised while the head learns:
 * unscaled ones, as of MobileNet v1, need another learning rate for every network.
 */
export const linearProbe = defineMethod({
  id: 'linear-probe',
  title: { en: 'Linear probe', zh: '线性探测' },
  summary: {
    en: 'Keeps the source\'s backbone as it is and learns a new head on its features. Quick, and hard to overfit.',
    zh: '保持源模型的主干不变，只在其特征上学习新的分类头。速度快，且不易过拟合。'
  },
  sentence: {
    en: 'Keep every block of {source} as it is and learn a new head on {images} of {target}.',
    zh: '保持 {source} 的所有块不变，在 {target} 的 {images} 上学习新的分类头。'
  },
  reference: 'Alain and Bengio 2016',
  family: 'parameters',
  blocks: 'frozen',
  recipe: { classWeights: true, headOnly: true, leastSteps: 1000 },
  needs: { sourceModel: true, sourceData: false, targetLabels: 'some', classes: 'any' },
  parameters: {
    standardise: boolean({
      label: { en: 'Standardise features', zh: '标准化特征' },
      help: {
        en: 'Brings every feature to one scale while the head learns; the scaling is folded into the head afterwards, so that the model stays a plain network.',
        zh: '学习分类头时把每个特征调整到同一尺度；之后该缩放会并入分类头，模型仍是普通网络。'
      },
      default: true, advanced: true
    })
  },
  create: (context, { standardise }) => {
    const { network } = withHeadFor(sourceOf(context), context.classes, context.training.seed, { newHead: true })
    const head = standardise && StandardisedHead.fits(network) ? new StandardisedHead(network) : undefined
    return {
      network,
      stages: [head ? standardisedProbeStage(head, network) : probeStage(context, network)],
      dispose: () => {
        head?.dispose()
        network.dispose()
      }
    }
  }
})
