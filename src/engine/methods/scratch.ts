import { fineTuningStage } from './shared/fine-tuning'
import { defineMethod } from './shared/method'

/** No transfer: new weights, trained on the target alone. Every transfer has to beat this. */
export const scratch = defineMethod({
  id: 'scratch',
  title: { en: 'From scratch', zh: '从零训练' },
  summary: {
    en: 'Trains new weights on the target alone. The control that every transfer has to beat.',
    zh: '只用目标数据训练全新的权重。这是每种迁移都必须胜过的对照。'
  },
  sentence: {
    en: 'Train {source} with new weights on {images} of {target}.',
    zh: '在 {target} 的 {images} 上用全新权重训练 {source}。'
  },
  reference: 'Control',
  family: 'baseline',
  blocks: 'new',
  needs: { sourceModel: false, sourceData: false, targetLabels: 'some', classes: 'any' },
  parameters: {},
  recipe: { classWeights: true },
  create: (context) => {
    const network = context.freshNetwork()
    return {
      network,
      stages: [{ ...fineTuningStage(context, { network }), name: { en: 'Training', zh: '训练' } }],
      dispose: () => network.dispose()
    }
  }
})
