import * as tf from '@tensorflow/tfjs-core'
import type { ImageShape } from '../../contract/datasets'
import { integer, number } from '../../contract/parameters'
import { maskedReconstruction } from '../maths/masked-reconstruction'
import { randomStream } from '../random'
import { defineMethod } from './shared/method'
import { PretextNetwork, pretrainedRun, pretrainingDefaults, pretrainingParameters } from './shared/self-supervised'
import { linearHead } from './shared/vector-network'

/** Longest side at which patches are reconstructed: larger images are averaged down to it. */
const largestSide = 32

/**
 * Patches of an image are hidden and the network reconstructs them. As Xie et al. 2022 (SimMIM, arXiv:2111.09886): random
 * patches, the pixels themselves at a smaller size, the mean absolute difference over what is hidden, a linear decoder.
 * SimMIM hides 0.6 of an image of 192 pixels a side in patches of 32, so 6 a side; the defaults here are 0.5 and 8 a side.
 * As Pathak et al. 2016 (context encoders, arXiv:1604.07379): a convolutional network sees the whole image with the
 * hidden patches in one colour, and its feature vector decodes into all pixels. The colour is the zero of the network's
 * normalisation: the mean colour for ImageNet's, mid-grey for an even one. There is no mask token, which is a
 * transformer's, and no adversary.
 */
export const maskedImage = defineMethod({
  id: 'masked-image',
  title: { en: 'Masked images', zh: '遮挡重建' },
  summary: {
    en: 'Learns from the target without labels, by reconstructing hidden patches of its images; then uses the few labels.',
    zh: '先不用标签，通过重建图像中被遮挡的小块学习目标；再使用少量标签。'
  },
  sentence: {
    en: 'Let {source} reconstruct hidden patches of the images of {target} ({pretextEpochs} epochs), then {then} with {images}.',
    zh: '让 {source} 重建 {target} 图像中被遮挡的小块（{pretextEpochs} 轮），再用 {images} {then}。'
  },
  reference: 'Xie et al. 2022; Pathak et al. 2016',
  family: 'self-supervised',
  blocks: 'new',
  needs: { sourceModel: false, sourceData: false, targetLabels: 'some', classes: 'any' },
  stages: [{ images: 'target-unlabelled', epochs: 'pretextEpochs' }, { images: 'target' }],
  trainingDefaults: pretrainingDefaults,
  parameters: {
    ...pretrainingParameters,
    share: number({
      label: { en: 'Hidden share', zh: '遮挡比例' },
      help: { en: 'How much of each image is hidden.', zh: '每张图像被遮挡的比例。' },
      minimum: 0.05, maximum: 0.95, default: 0.5
    }),
    grid: integer({
      label: { en: 'Patches a side', zh: '每边块数' },
      help: { en: 'Each image is cut into so many patches down and across.', zh: '每张图像纵横各切成这么多块。' },
      minimum: 2, maximum: 64, default: 8
    })
  },
  create: (context, { share, grid, ...parameters }) => {
    const { seed } = context.training
    const network = new PretextNetwork(context, parameters.lastBlock, ({ length, input: size, seed: weights }) => {
      const [height, width] = reducedSize(size)
      return linearHead('decoder', { length, outputs: height * width * size[2], seed: weights })
    })
    const { input } = network.network.definition
    const [height, width, reduction] = reducedSize(input)
    const reduced = (images: tf.Tensor4D): tf.Tensor4D => reduction === 1 ? images : tf.avgPool(images, reduction, reduction, 'same')
    return pretrainedRun(context, network, parameters, {
      name: { en: 'Reconstructing', zh: '重建' },
      step: (batches, position) => {
        const { inputs, positions } = batches['target-unlabelled']!
        const images = inputs as tf.Tensor4D
        const mask = patchMask(positions, [input[0], input[1]], { share, grid, key: [seed, position.stage, position.step] })
        // Zero is the colour that the normalisation subtracts.
        const predicted = network.answers(tf.mul(images, tf.sub(1, mask)), position)
        const pixels = tf.reshape(predicted, [positions.length, height, width, input[2]]) as tf.Tensor4D
        return { losses: { total: maskedReconstruction(pixels, reduced(images), reduced(mask)) } }
      }
    })
  }
})

/** [height, width] of what is reconstructed of an image, and how many pixels a side become one. */
function reducedSize([height, width]: ImageShape): [number, number, number] {
  const reduction = Math.ceil(Math.max(height, width) / largestSide)
  return [Math.ceil(height / reduction), Math.ceil(width / reduction), reduction]
}

/**
 * Which pixels are hidden: so many whole patches of each image, drawn from the key and the image's position.
 * @returns [batch, height, width, 1]: 1 where hidden
 */
export function patchMask(
  positions: ArrayLike<number>, [height, width]: readonly [number, number],
  { share, grid, key }: { share: number, grid: number, key: readonly (string | number)[] }
): tf.Tensor4D {
  const hidden = Math.min(grid * grid - 1, Math.max(1, Math.round(share * grid * grid)))
  const mask = new Float32Array(positions.length * height * width)
  for (let image = 0; image < positions.length; image++) {
    const patches = new Set(randomStream(...key, 'mask', positions[image]!).permutation(grid * grid).subarray(0, hidden))
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        const patch = Math.floor(row * grid / height) * grid + Math.floor(column * grid / width)
        if (patches.has(patch)) mask[(image * height + row) * width + column] = 1
      }
    }
  }
  return tf.tensor4d(mask, [positions.length, height, width, 1])
}
