import * as tf from '@tensorflow/tfjs-core'
import { number } from '../../contract/parameters'
import { crossEntropy } from '../maths/cross-entropy'
import { randomStream } from '../random'
import { generalisationDefaults, generalisationNeeds, generalise, meanOf } from './shared/generalisation'
import { defineMethod } from './shared/method'
import { trainedParameter } from './shared/trained-blocks'

/**
 * Zhang et al. 2018, arXiv:1710.09412, between domains as in DomainBed: each step puts the domains into a random ring, and
 * mixes the images of each with the next one's by λ from Beta(α, α); the loss is λ · CE with the one's labels plus
 * (1 − λ) · CE with the other's. All pairs pass the network in one batch, so batch normalisation sees them together.
 */
export const mixup = defineMethod({
  id: 'mixup',
  title: { en: 'Mixup between domains', zh: '域间 Mixup' },
  summary: {
    en: 'Trains on blends of two images from different source domains, with both labels in the shares of the blend.',
    zh: '用来自不同源域的两张图像的混合进行训练，两个标签按混合比例计入。'
  },
  sentence: {
    en: 'Train {source} on blends of images from different source domains, and use it on {target}, which it has not seen.',
    zh: '用不同源域图像的混合训练 {source}，并用于从未见过的 {target}。'
  },
  reference: 'Zhang et al. 2018; Gulrajani and Lopez-Paz 2021',
  family: 'generalisation',
  blocks: 'copied',
  needs: generalisationNeeds,
  parameters: {
    ...trainedParameter,
    alpha: number({
      label: { en: 'Blend (α)', zh: '混合程度（α）' },
      help: { en: 'Shares are drawn from Beta(α, α): small values leave one image nearly alone, 1 draws them evenly.', zh: '比例取自 Beta(α, α)：值小则几乎只保留一张图像，1 为均匀抽取。' },
      minimum: 0.01, maximum: 10, default: 0.2
    })
  },
  trainingDefaults: generalisationDefaults,
  recipe: { onImages: true },
  create: (context, { alpha, trainedBlocks }) => generalise(context, ({ inputs, labels, position, forward, byDomain }) => {
    const [images, truth] = [byDomain(inputs), byDomain(labels)]
    const random = randomStream(context.training.seed, 'mixup', position.stage, position.step)
    const ring = random.permutation(images.length)
    const pairs = Array.from(ring, (domain, place) => {
      const other = ring[(place + 1) % ring.length]!
      const count = Math.min(images[domain]!.shape[0], images[other]!.shape[0])
      const first = <Rows extends tf.Tensor>(rows: Rows): Rows => tf.slice(rows, 0, count)
      return {
        share: random.beta(alpha), count,
        images: [first(images[domain]!), first(images[other]!)] as const, labels: [first(truth[domain]!), first(truth[other]!)] as const
      }
    })
    const blended = tf.concat(pairs.map(({ share, images: [one, other] }) => tf.add(tf.mul(one, share), tf.mul(other, 1 - share))))
    const logits = tf.split(forward(blended as tf.Tensor4D).logits, pairs.map(({ count }) => count)) as tf.Tensor2D[]
    const total = meanOf(pairs.map(({ share, labels: [one, other] }, pair) =>
      tf.add(tf.mul(crossEntropy(logits[pair]!, one), share), tf.mul(crossEntropy(logits[pair]!, other), 1 - share)) as tf.Scalar))
    return { losses: { total } }
  }, { trainedBlocks, onImages: true })
})
