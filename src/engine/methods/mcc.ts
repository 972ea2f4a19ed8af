import * as tf from '@tensorflow/tfjs-core'
import { number } from '../../contract/parameters'
import { classConfusion } from '../maths/class-confusion'
import { adaptationDefaults, adaptationNeeds, adaptationParameters, align, sourceFirstStages, TwoDomains } from './shared/adaptation'
import { commonLosses } from './shared/losses'
import { defineMethod } from './shared/method'
import { startOf } from './shared/supervised'
import { trainedParameter, trainedOf } from './shared/trained-blocks'

/**
 * Jin et al. 2020, arXiv:1912.03699, equations 3 to 9: cross-entropy on the source and, on the target, less of two classes
 * being predicted for the same image. No discriminator and no kernel. The authors put a bottleneck before the head; here
 * the network is what it is.
 */
export const mcc = defineMethod({
  id: 'mcc',
  title: { en: 'MCC', zh: 'MCC' },
  summary: {
    en: 'Learns the source while making the target\'s predictions less mixed: no two classes for the same image.',
    zh: '在学习源数据的同时减少目标预测中的类别混淆：同一图像不应同时像两个类别。'
  },
  sentence: {
    en: 'Train {source} on the labelled source images and mix up fewer classes in {images} of {target}.',
    zh: '用带标签的源图像训练 {source}，并减少 {target} 的 {images} 上的类别混淆。'
  },
  reference: 'Jin et al. 2020',
  family: 'adaptation',
  blocks: 'copied',
  needs: adaptationNeeds,
  stages: sourceFirstStages,
  parameters: {
    ...adaptationParameters,
    ...trainedParameter,
    temperature: number({
      label: { en: 'Temperature', zh: '温度' },
      help: {
        en: 'Softens predictions before they are compared, since networks are too sure of themselves; the authors take 2 to 3.',
        zh: '比较前先软化预测，因为网络往往过于自信；作者取 2 到 3。'
      },
      minimum: 0.1, maximum: 20, default: 2.5, advanced: true
    })
  },
  trainingDefaults: adaptationDefaults,
  recipe: { classWeights: true, wholeBatches: true },
  alignmentWeight: 'weight',
  losses: { ...commonLosses('task'), confusion: { en: 'Class confusion', zh: '类别混淆' } },
  create: (context, { weight, sourceEpochs, sourceLearningRate, backboneFactor, trainedBlocks, temperature }) => align({
    context,
    domains: new TwoDomains(startOf(context), context.training.seed, trainedOf(trainedBlocks)),
    first: { sourceEpochs, sourceLearningRate },
    backboneFactor,
    terms: ({ target }) => ({ confusion: tf.mul(classConfusion(target.logits, temperature), weight) as tf.Scalar })
  })
})
