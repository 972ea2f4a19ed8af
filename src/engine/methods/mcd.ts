import * as tf from '@tensorflow/tfjs-core'
import { integer } from '../../contract/parameters'
import { crossEntropy } from '../maths/cross-entropy'
import { classifierDiscrepancy } from '../maths/entropy'
import type { GradientStage, GradientStep, Position } from '../training/stage'
import { adaptationNeeds, adaptationOf, adaptationParameters, sourceBatch, sourceFirstStages, sourceStage, TwoDomains, unlabelledBatch } from './shared/adaptation'
import { commonLosses } from './shared/losses'
import { defineMethod } from './shared/method'
import { secondHead } from './shared/vector-network'
import { startOf } from './shared/supervised'
import { trainedFeatures, trainedOf } from './shared/trained-blocks'

/**
 * Saito et al. 2018, arXiv:1712.02560, section 3.3: two heads learn the source (A), disagree on the target as much as
 * they can (B), and the backbone learns to leave them nothing to disagree on (C, several times per step). The first head
 * is the one that is kept; both are the architecture's, where the paper's have two or three layers.
 */
export const mcd = defineMethod({
  id: 'mcd',
  title: { en: 'MCD', zh: 'MCD' },
  summary: {
    en: 'Two heads look for target images on which they disagree; the backbone learns features that leave none.',
    zh: '两个分类头寻找彼此分歧的目标图像；主干学习消除这种分歧的特征。'
  },
  sentence: {
    en: 'Train {source} with two heads on the labelled source images and remove what they disagree on in {images} of {target}.',
    zh: '用带标签的源图像训练带两个分类头的 {source}，并消除它们在 {target} 的 {images} 上的分歧。'
  },
  reference: 'Saito et al. 2018',
  family: 'adaptation',
  blocks: 'copied',
  needs: adaptationNeeds,
  stages: sourceFirstStages,
  parameters: {
    ...adaptationParameters,
    ...trainedFeatures,
    generatorSteps: integer({
      label: { en: 'Backbone steps', zh: '主干更新次数' },
      help: { en: 'Backbone updates per step, against the heads.', zh: '每一步中主干对抗分类头更新的次数。' },
      minimum: 1, maximum: 20, default: 4
    })
  },
  trainingDefaults: { optimizer: 'adam', learningRate: 0.0002, weightDecay: 0.0005, batchSize: 128 },
  recipe: { classWeights: true, wholeBatches: true },
  losses: { ...commonLosses('task', 'discrepancy'), 'second head': { en: 'Second head', zh: '第二分类头' } },
  create: (context, { weight, sourceEpochs, sourceLearningRate, backboneFactor, trainedBlocks, generatorSteps }) => {
    const { seed } = context.training
    const network = startOf(context)
    const domains = new TwoDomains(network, seed, trainedOf(trainedBlocks))
    const second = secondHead(network, seed)
    const groups = domains.groups(backboneFactor)
    const heads = [...groups.filter(({ name }) => name === 'head'), second.group()]
    const backbone = groups.filter(({ name }) => name !== 'head')

    const twice = (domain: 'source' | 'target', images: tf.Tensor4D, position: Position, pass: number) => {
      const mode = domains.mode(domain, position, pass)
      const features = network.features(images, mode)
      return { first: network.logits(features, mode), second: second.outputs(features, [...mode.randomKey!]) }
    }
    const disagreement = (images: tf.Tensor4D, position: Position, pass: number) => {
      const logits = twice('target', images, position, pass)
      return tf.mul(classifierDiscrepancy(logits.first, logits.second), weight) as tf.Scalar
    }
    const headStep: GradientStep = {
      groups: () => heads,
      step: (batches, position) => {
        const { inputs, labels, classWeights } = sourceBatch(batches)
        const logits = twice('source', inputs, position, 1)
        const task = tf.add(crossEntropy(logits.first, labels, classWeights), crossEntropy(logits.second, labels, classWeights))
        return { losses: { total: tf.sub(task, disagreement(unlabelledBatch(batches), position, 0)) } }
      }
    }
    const backboneStep = (pass: number): GradientStep => ({
      groups: () => backbone,
      step: (batches, position) => {
        const discrepancy = disagreement(unlabelledBatch(batches), position, pass)
        return { losses: { total: tf.clone(discrepancy), discrepancy } }
      }
    })

    const fromSource = sourceStage(context, network, {
      epochs: sourceEpochs, learningRate: sourceLearningRate, groups: [...groups, second.group()], fixed: domains.fixed, further: [second]
    })
    const adaptation: GradientStage = {
      ...adaptationOf(context, domains, sourceEpochs),
      groups: () => [...groups, second.group()],
      step: (batches, position) => {
        const { inputs, labels, classWeights } = sourceBatch(batches)
        const logits = twice('source', inputs, position, 0)
        const [task, secondTask] = [crossEntropy(logits.first, labels, classWeights), crossEntropy(logits.second, labels, classWeights)]
        return { losses: { total: tf.add(task, secondTask), task, 'second head': secondTask }, logits: logits.first }
      },
      further: [headStep, ...Array.from({ length: generatorSteps }, (_, index) => backboneStep(index + 1))],
      state: () => new Map([...domains.state, ...second.variables]),
      source: domains.source
    }
    return {
      network,
      stages: sourceEpochs > 0 ? [fromSource, adaptation] : [adaptation],
      dispose: () => {
        domains.dispose()
        second.dispose()
      }
    }
  }
})
