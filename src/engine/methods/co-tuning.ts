import * as tf from '@tensorflow/tfjs-core'
import { number } from '../../contract/parameters'
import { CategoryRelationship } from '../maths/category-relationship'
import { softCrossEntropy } from '../maths/soft-labels'
import { inference, type Network } from '../network/network'
import { withHeadFor } from '../surgery/surgery'
import type { StageAccess } from '../training/stage'
import { yieldToEvents } from '../yield'
import { fineTuningStage, headFactor } from './shared/fine-tuning'
import { commonLosses } from './shared/losses'
import { defineMethod } from './shared/method'
import { copiedHead } from './shared/vector-network'
import { allGroups, sourceOf } from './shared/supervised'

/**
 * You et al. 2020, "Co-Tuning for transfer learning", equations 1 and 2: fine-tuning in which the source's own head keeps
 * learning beside the new one. Its targets are what the source said, on average, about the images of each target class
 * (section 3.3, the direct approach, which Transfer-Learning-Library takes; the authors' other way is a calibrated
 * logistic regression). The new head learns `headFactor` times faster than the rest: 10 in both codes.
 */
export const coTuning = defineMethod({
  id: 'co-tuning',
  title: { en: 'Co-Tuning', zh: 'Co-Tuning' },
  summary: {
    en: 'Fine-tuning that keeps the source\'s head at work: it finds out which of the source\'s classes resemble each new one, and learns both.',
    zh: '微调时让源模型的分类头继续学习：先找出源类别与每个新类别的相似程度，再同时学习两者。'
  },
  sentence: {
    en: 'Train the weights of {source} on {images} of {target}, with its own classes as a second answer.',
    zh: '在 {target} 的 {images} 上训练 {source} 的权重，并以其自身类别作为第二个答案。'
  },
  reference: 'You et al. 2020',
  family: 'parameters',
  blocks: 'copied',
  needs: { sourceModel: true, sourceData: false, targetLabels: 'some', classes: 'any', sourceHead: true },
  parameters: {
    weight: number({
      label: { en: 'Weight of the source\'s classes (λ)', zh: '源类别的权重（λ）' },
      help: { en: 'How much the second answer counts; the authors take 2.3.', zh: '第二个答案的权重；作者取 2.3。' },
      minimum: 0, maximum: 100, default: 2.3
    }),
    headFactor
  },
  losses: { ...commonLosses('task'), 'source classes': { en: 'Source classes', zh: '源类别' } },
  create: (context, { weight, headFactor: factor }) => {
    const source = sourceOf(context)
    const { network } = withHeadFor(source, context.classes, context.training.seed, { newHead: true })
    const sourceHead = copiedHead('source-head', source)
    const relationship = tf.tidy(() =>
      tf.variable(tf.zeros([context.classes.length, source.definition.classes.length]), false))
    const groups = [...allGroups(network, factor), sourceHead.group()]
    return {
      network,
      stages: [{
        ...fineTuningStage(context, {
          network,
          groups: () => groups,
          terms: ({ features, labels, position }) => {
            const logits = sourceHead.outputs(features, [context.training.seed, position.stage, position.step])
            const targets = tf.gather(relationship, labels) as tf.Tensor2D
            return { 'source classes': tf.mul(softCrossEntropy(logits, targets), weight) as tf.Scalar }
          }
        }),
        begin: async (access) => {
          const rows = await relate(source, context.classes.length, access)
          relationship.assign(rows)
          rows.dispose()
        },
        state: () => new Map([...sourceHead.variables, ['relationship', relationship]])
      }],
      dispose: () => {
        network.dispose()
        sourceHead.dispose()
        relationship.dispose()
      }
    }
  }
})

/** What the source says about the granted images of each class [target classes, source classes]. */
async function relate(source: Network, classes: number, { inOrder, signal }: StageAccess): Promise<tf.Tensor2D> {
  const relationship = new CategoryRelationship(classes, source.definition.classes.length)
  const images = inOrder('target')
  try {
    for (let step = 0; step < images.stepsPerEpoch; step++) {
      signal.throwIfAborted()
      const { inputs, labels } = await images.next(0, step)
      const known = labels!.dataSync()
      tf.tidy(() => relationship.add(source.forward(inputs as tf.Tensor4D, inference), known))
      tf.dispose([inputs, labels!])
      await yieldToEvents()
    }
    return relationship.rows()
  } finally {
    await images.close()
  }
}
