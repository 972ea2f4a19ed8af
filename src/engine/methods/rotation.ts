import type * as tf from '@tensorflow/tfjs-core'
import { crossEntropy } from '../maths/cross-entropy'
import { quarterTurns, turnsOf } from '../maths/quarter-turns'
import { defineMethod } from './shared/method'
import { PretextNetwork, pretrainedRun, pretrainingDefaults, pretrainingParameters } from './shared/self-supervised'
import { linearHead } from './shared/vector-network'

/**
 * Gidaris, Singh and Komodakis 2018, arXiv:1803.07728, equations 2 and 3: each image in all four turns at once, and the
 * network says which turn it sees. Adam with a cosine schedule in place of SGD with step decay. As the authors find, an earlier layer
 * is the better one to probe: the last convolution unless another is named, while dense blocks go with the task.
 */
export const rotation = defineMethod({
  id: 'rotation',
  title: { en: 'Rotation prediction', zh: '旋转预测' },
  summary: {
    en: 'Learns from the target without labels, by telling how each image was turned; then uses the few labels.',
    zh: '先不用标签，从目标图像中学习判断每张图像旋转了多少；再使用少量标签。'
  },
  sentence: {
    en: 'Let {source} learn how the images of {target} were turned ({pretextEpochs} epochs), then {then} with {images}.',
    zh: '让 {source} 学习判断 {target} 的图像如何旋转（{pretextEpochs} 轮），再用 {images} {then}。'
  },
  reference: 'Gidaris et al. 2018',
  family: 'self-supervised',
  blocks: 'new',
  needs: { sourceModel: false, sourceData: false, targetLabels: 'some', classes: 'any', square: true },
  stages: [{ images: 'target-unlabelled', epochs: 'pretextEpochs' }, { images: 'target' }],
  trainingDefaults: pretrainingDefaults,
  parameters: pretrainingParameters,
  create: (context, parameters) => {
    const network = new PretextNetwork(context, parameters.lastBlock, ({ length, seed }) => linearHead('rotation-head', { length, outputs: 4, seed }))
    return pretrainedRun(context, network, parameters, {
      name: { en: 'Which way up', zh: '判断旋转' },
      step: (batches, position) => {
        const inputs = batches['target-unlabelled']!.inputs as tf.Tensor4D
        return { losses: { total: crossEntropy(network.answers(quarterTurns(inputs), position), turnsOf(inputs.shape[0])) } }
      }
    })
  }
})
