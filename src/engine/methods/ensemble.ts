import type * as tf from '@tensorflow/tfjs-core'
import { percent } from '../../rules/format/figures'
import { ensemble as ensembleOf } from '../classifiers/ensemble'
import { evaluate } from '../evaluation/metrics'
import { withHeadFor } from '../surgery/surgery'
import { modelsParameter, together } from './shared/fusion'
import { defineMethod } from './shared/method'

/**
 * Lakshminarayanan et al. 2017, arXiv:1612.01474, section 2.4: the mean of the members' probabilities. Members may be of
 * any architecture. The images are made once for the source, the first member; another member sees these in its own
 * normalisation and, where it takes another size, resized from the source's, so that one for larger images than the source
 * sees no more detail than that. All of them are saved with the run.
 */
export const ensemble = defineMethod({
  id: 'ensemble',
  title: { en: 'Ensemble', zh: '集成' },
  summary: {
    en: 'Lets several saved models answer together: the mean of their probabilities. As slow as all of them.',
    zh: '让多个已保存的模型共同作答：取其概率的平均值。耗时为各模型之和。'
  },
  sentence: {
    en: 'Let {source} and {models} answer together for {target}.',
    zh: '让 {source} 与 {models} 共同为 {target} 作答。'
  },
  reference: 'Lakshminarayanan et al. 2017',
  family: 'fusion',
  recipe: { noSteps: true },
  blocks: 'frozen',
  needs: { sourceModel: true, sourceData: false, targetLabels: 'none', classes: 'same', teachers: { minimum: 1, maximum: 15 } },
  parameters: { models: modelsParameter },
  create: (context, { models }) => {
    const members = together(context, models)
    const { classes, training: { seed } } = context
    const copy = (index: number) => withHeadFor(members[index]!.network, members[index]!.network.definition.classes, seed).network
    const network = withHeadFor(members[0]!.network, classes, seed).network
    // The engine disposes of the networks it opened, so the ensemble keeps copies of its own.
    const classifier = ensembleOf(members.map((_, index) => copy(index)), classes, network.definition)
    return {
      network,
      classifier: () => classifier,
      stages: [{
        kind: 'fit',
        name: { en: 'Answering together', zh: '共同作答' },
        fit: async ({ validation, signal, onProgress }) => {
          signal.throwIfAborted()
          const images = await validation()
          if (!images) return
          try {
            const { score } = await evaluate((inputs) => classifier.logits(inputs as tf.Tensor4D), images, classes, { signal, onProgress })
            context.note({
              en: `${members.length} models answer together: ${percent(score.accuracy)} on validation.`,
              zh: `${members.length} 个模型共同作答：验证准确率 ${percent(score.accuracy)}。`
            })
          } finally {
            await images.close()
          }
        }
      }],
      dispose: () => {
        classifier.dispose()
        network.dispose()
      }
    }
  }
})
