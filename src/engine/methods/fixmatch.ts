import * as tf from '@tensorflow/tfjs-core'
import { integer, number } from '../../contract/parameters'
import { eachImage } from '../batches/image-changes'
import { randAugment } from '../batches/rand-augment'
import { confidentCrossEntropy } from '../maths/confident-cross-entropy'
import { crossEntropy } from '../maths/cross-entropy'
import { unlabelledBatch } from './shared/adaptation'
import { commonLosses } from './shared/losses'
import { defineMethod } from './shared/method'
import { allGroups, startOf, targetBatch } from './shared/supervised'

const strongly = eachImage('strong change', randAugment)

/**
 * Sohn et al. 2020, arXiv:2001.07685, equations 3 and 4 and algorithm 1: the few labels, and on all images the class that a
 * slightly changed image is surely given as the label of the same image strongly changed. The slight change is the spec's
 * augmentation, the strong one `randAugment`. All images pass in one batch, as in the released code. The authors keep a
 * moving average of the weights over a million steps; here the epoch that validates best is kept. From fresh weights as
 * in the paper, or from a source's.
 */
export const fixmatch = defineMethod({
  id: 'fixmatch',
  title: { en: 'FixMatch', zh: 'FixMatch' },
  summary: {
    en: 'Learns from few labels and all other images: what it is sure of when an image is hardly changed, it learns to say when the image is strongly changed.',
    zh: '从少量标签与其余全部图像中学习：图像几乎不变时确信的答案，在图像大幅变化后也要学会给出。'
  },
  sentence: {
    en: 'Train {source} on {images} of {target}, and on its own sure answers for all the others.',
    zh: '用 {target} 的 {images} 训练 {source}，并从其对其余图像的确信回答中学习。'
  },
  reference: 'Sohn et al. 2020',
  family: 'self-supervised',
  blocks: 'copied',
  needs: { sourceModel: false, sourceData: false, targetImages: true, targetLabels: 'some', classes: 'any' },
  parameters: {
    threshold: number({
      label: { en: 'Sure from', zh: '确信阈值' },
      help: { en: 'The probability from which on an answer is taken as a label.', zh: '概率达到该值的回答才当作标签。' },
      minimum: 0, maximum: 1, default: 0.95
    }),
    weight: number({
      label: { en: 'Weight of the unlabelled images (λ)', zh: '无标签图像的权重（λ）' },
      help: { en: 'How much the images without labels count against those with.', zh: '无标签图像相对于有标签图像的权重。' },
      minimum: 0, maximum: 100, default: 1
    }),
    unlabelledFactor: integer({
      label: { en: 'Unlabelled images per labelled (μ)', zh: '每张有标签图像对应的无标签图像数（μ）' },
      help: {
        en: 'A step takes a batch of unlabelled images and this many times fewer labelled ones; the authors take 7.',
        zh: '每步取一批无标签图像，以及数量为其若干分之一的有标签图像；作者取 7。'
      },
      minimum: 1, maximum: 50, default: 4, advanced: true
    })
  },
  trainingDefaults: { learningRate: 0.03, weightDecay: 0.0005, schedule: 'cosine', batchSize: 128, augmentation: 'shift', epochs: 40 },
  recipe: { wholeBatches: true, leastSteps: 500, trainedLearningRate: 0.01 },
  stages: [{ images: 'target-unlabelled' }],
  losses: { ...commonLosses('task'), consistency: { en: 'Consistency', zh: '一致性' } },
  create: (context, { threshold, weight, unlabelledFactor }) => {
    const network = startOf(context)
    return {
      network,
      stages: [{
        kind: 'gradient',
        name: { en: 'Learning from few labels', zh: '少标签学习' },
        streams: ['target-unlabelled', 'target'],
        batchFactors: { target: 1 / unlabelledFactor },
        views: { 'target-unlabelled': 2 },
        transforms: {
          'target-unlabelled': (images, shape, key) => {
            if (key.view === 1) strongly(images, shape, key)
          }
        },
        groups: () => allGroups(network),
        step: (batches, position) => {
          const { inputs, labels } = targetBatch(batches)
          const views = unlabelledBatch(batches)
          const half = views.shape[0] / 2
          const mode = { training: true, randomKey: [context.training.seed, position.stage, position.step] }
          const logits = network.forward(tf.concat([inputs, views]), mode)
          const [own, weak, strong] = tf.split(logits, [labels.shape[0], half, half]) as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D]
          const task = crossEntropy(own, labels)
          const consistency = tf.mul(confidentCrossEntropy(weak, strong, threshold), weight) as tf.Scalar
          return { losses: { total: tf.add(task, consistency), task, consistency } }
        }
      }],
      dispose: () => network.dispose()
    }
  }
})
