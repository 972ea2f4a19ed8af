import { fineTuningStage } from './shared/fine-tuning'
import { defineMethod } from './shared/method'
import { allGroups, startOf } from './shared/supervised'
import { fixedBlocks, trainedOf, trainedParameter, trainedWhile, withoutFixed } from './shared/trained-blocks'

/** What labels would give: from the same start, trained on the labelled target. No adaptation is expected to beat this. */
export const targetSupervised = defineMethod({
  id: 'target-supervised',
  title: { en: 'Supervised on the target', zh: '目标有监督' },
  summary: {
    en: 'Trains on the target\'s own labels, from the same start. What an adaptation without labels could reach at best.',
    zh: '以相同的起点，用目标自己的标签训练。这是无标签适应所能达到的上限。'
  },
  sentence: {
    en: 'Train {source} on {images} of {target}; no adaptation without labels is expected to do better.',
    zh: '在 {target} 的 {images} 上训练 {source}；无标签的适应预计不会更好。'
  },
  reference: 'Control',
  family: 'baseline',
  blocks: 'copied',
  needs: { sourceModel: false, sourceModelWhile: trainedWhile, sourceData: false, targetLabels: 'all', classes: 'any' },
  parameters: trainedParameter,
  recipe: { classWeights: true, onImages: true },
  create: (context, { trainedBlocks }) => {
    const network = startOf(context)
    const fixed = fixedBlocks(network, trainedOf(trainedBlocks))
    return {
      network,
      stages: [{ ...fineTuningStage(context, { network, groups: () => withoutFixed(allGroups(network), fixed), frozen: () => [...fixed] }), name: { en: 'Training', zh: '训练' } }],
      dispose: () => network.dispose()
    }
  }
})
