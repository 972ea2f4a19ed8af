import * as tf from '@tensorflow/tfjs-core'
import { boolean, integer } from '../../contract/parameters'
import { entropyWeights } from '../maths/entropy'
import { multilinearMap, randomisedMultilinearMap } from '../maths/domain-adversarial'
import { randomStream } from '../random'
import { adaptationDefaults, adaptationNeeds, adaptationParameters, align, sourceFirstStages, TwoDomains } from './shared/adaptation'
import { adversarialLoss, discriminatorParameters, rampParameter } from './shared/adversarial'
import { commonLosses } from './shared/losses'
import { defineMethod } from './shared/method'
import { discriminator } from './shared/vector-network'
import { startOf } from './shared/supervised'
import { trainedParameter, trainedOf } from './shared/trained-blocks'

/**
 * Long et al. 2018, arXiv:1705.10667, equations 3 to 9: DANN whose discriminator sees features and predictions
 * multiplied together; with entropy conditioning it is their CDAN+E. Products of more than a few thousand numbers may
 * be projected at random (their equation 6).
 */
export const cdan = defineMethod({
  id: 'cdan',
  title: { en: 'CDAN', zh: 'CDAN' },
  summary: {
    en: 'Like DANN, but the discriminator also sees what is predicted, so that each class is matched with its like.',
    zh: '与 DANN 类似，但判别器还能看到预测，使各类别与同类相匹配。'
  },
  sentence: {
    en: 'Train {source} on the labelled source images, against a discriminator that sees features and predictions for {images} of {target}.',
    zh: '用带标签的源图像训练 {source}，并与一个能看到 {target} 的 {images} 的特征与预测的判别器对抗。'
  },
  reference: 'Long et al. 2018',
  family: 'adaptation',
  blocks: 'copied',
  needs: adaptationNeeds,
  stages: sourceFirstStages,
  parameters: {
    ...adaptationParameters,
    ...trainedParameter,
    entropyConditioning: boolean({
      label: { en: 'Entropy conditioning (CDAN+E)', zh: '熵条件（CDAN+E）' },
      help: { en: 'Lets images with certain predictions count more in the discriminator\'s loss.', zh: '让预测确定的图像在判别器损失中权重更大。' },
      default: false
    }),
    projection: integer({
      label: { en: 'Random projection', zh: '随机投影' },
      help: {
        en: 'Numbers to which features and predictions are projected at random before they meet; 0 multiplies them out in full.',
        zh: '特征与预测相乘前随机投影到的维数；0 表示完整相乘。'
      },
      minimum: 0, maximum: 65_536, default: 0, advanced: true
    }),
    ramp: rampParameter,
    ...discriminatorParameters
  },
  alignmentWeight: 'weight',
  trainingDefaults: adaptationDefaults,
  recipe: { classWeights: true, wholeBatches: true },
  losses: commonLosses('task', 'domain'),
  create: (context, {
    weight, sourceEpochs, sourceLearningRate, backboneFactor, trainedBlocks, entropyConditioning, projection, ramp, hidden, batchNormalisation
  }) => {
    const { seed } = context.training
    const domains = new TwoDomains(startOf(context), seed, trainedOf(trainedBlocks))
    const { featureLength } = domains.network
    const classes = context.classes.length
    const matrices = projection === 0 ? undefined : {
      features: randomMatrix(featureLength, projection, seed, 'features'),
      predictions: randomMatrix(classes, projection, seed, 'predictions')
    }
    const adversary = discriminator({ length: projection || featureLength * classes, hidden, seed, batchNormalisation })
    const run = align({
      context,
      domains,
      first: { sourceEpochs, sourceLearningRate },
      backboneFactor,
      companions: [adversary],
      terms: (step) => {
        const features = tf.concat([step.source.features, step.target.features])
        const logits = tf.concat([step.source.logits, step.target.logits])
        const rows = matrices
          ? randomisedMultilinearMap(features, tf.softmax(logits), matrices)
          : multilinearMap(features, tf.softmax(logits))
        const weights = entropyConditioning ? entropyWeights(logits) : undefined
        return { domain: tf.mul(adversarialLoss(step, rows, adversary, { ramp, seed, weights }), weight) as tf.Scalar }
      }
    })
    return {
      ...run,
      dispose: () => {
        run.dispose()
        for (const matrix of Object.values(matrices ?? {})) matrix.dispose()
      }
    }
  }
})

function randomMatrix(rows: number, columns: number, seed: number, name: string): tf.Tensor2D {
  const random = randomStream(seed, 'random projection', name)
  return tf.tensor2d(Float32Array.from({ length: rows * columns }, () => random.normal()), [rows, columns])
}
