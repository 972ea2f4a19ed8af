import { blocks, boolean, choice } from '../../../contract/parameters'
import type { Classifier, Scorer } from '../../classifiers/classifier'
import type { Examples, FitHooks } from '../../features/examples'
import { collectFeatures, isBackbone, standardisationOf, standardise } from '../../features/collect'
import { onFeatures, type ScorerKind } from '../../classifiers/on-features'
import type { MethodContext, MethodRun } from './method'
import { startOf } from './supervised'

/** What every classical method looks at. */
export const featureParameters = {
  features: choice({
    label: { en: 'Features', zh: '特征' },
    help: { en: 'What the classifier sees of an image.', zh: '分类器从图像中看到什么。' },
    options: [
      { value: 'block', label: { en: 'Output of a block', zh: '某个块的输出' } },
      { value: 'pixels', label: { en: 'Raw pixels', zh: '原始像素' } }
    ],
    default: 'block'
  }),
  block: blocks({
    label: { en: 'Block', zh: '块' },
    help: { en: 'The block of the source whose output is seen; the last one when none is named.', zh: '取其输出的源模型块；未指定时取最后一个。' },
    default: [], single: true, when: { parameter: 'features', in: ['block'] }
  }),
  average: boolean({
    label: { en: 'Average maps', zh: '对特征图取平均' },
    help: { en: 'Averages each feature map to one number per channel instead of using every pixel.', zh: '若该块给出特征图，则每个通道一个数，而不是每个像素一个数。' },
    default: true, advanced: true, when: { parameter: 'features', in: ['block'] }
  })
}

interface Classical {
  kind: ScorerKind
  parameters: { features: string, block: string[], average: boolean }
  /** Whether each feature is brought to mean 0 and deviation 1 first. */
  standardised: boolean
  fit(examples: Examples, hooks: FitHooks): Promise<Scorer> | Scorer
}

/** A run that computes the features of the granted target images once and fits a classifier on them. */
export function classicalRun(context: MethodContext, { kind, parameters, standardised, fit }: Classical): MethodRun {
  const { classes } = context
  const network = startOf(context)
  const pixels = parameters.features === 'pixels'
  const [block] = parameters.block
  if (!context.source && !pixels) {
    context.note({
      en: 'The source is a fresh architecture: the features are those of random weights.', zh: '源是全新的架构：特征来自随机权重。'
    })
  }
  const choice = { pixels, average: parameters.average, ...(block !== undefined && { block }) }
  let classifier: Classifier | undefined
  return {
    network,
    classifier: () => classifier!,
    stages: [{
      kind: 'fit',
      name: { en: 'Fitting', zh: '拟合' },
      streams: ['target'],
      onFeatures: isBackbone(choice),
      fit: async ({ inOrder, featuresInOrder, signal, onProgress }) => {
        const images = isBackbone(choice) ? await featuresInOrder('target') : inOrder('target')
        try {
          const examples = await collectFeatures(network, choice, images, classes.length, {
            signal, onProgress: (done, total) => onProgress(done, 2 * total)
          })
          const standardisation = standardised ? standardisationOf(examples) : undefined
          if (standardisation) standardise(examples, standardisation)
          const scorer = await fit(examples, { signal, onProgress: (done, total) => onProgress(total + done, 2 * total) })
          classifier = onFeatures(kind, network, choice, scorer, standardisation)
        } finally {
          await images.close()
        }
      }
    }],
    dispose: () => {
      classifier?.dispose()
      network.dispose()
    }
  }
}
