import * as tf from '@tensorflow/tfjs-core'
import type { ImageShape } from '../../contract/datasets'
import { boolean, integer, number } from '../../contract/parameters'
import { ntXent } from '../maths/nt-xent'
import type { RandomStream } from '../random'
import { brighten, changeContrast, cropAndResize, eachImage, flip, makeGrey, saturate, shiftHue } from '../batches/image-changes'
import { defineMethod } from './shared/method'
import { PretextNetwork, pretrainedRun, pretrainingDefaults, pretrainingParameters } from './shared/self-supervised'
import { projectionHead } from './shared/vector-network'

/**
 * Chen et al. 2020, arXiv:2002.05709, algorithm 1 with the augmentations of appendix B.9 (CIFAR-10): crop and resize,
 * flip, colour jitter of half strength with probability 0.8, grey with 0.2, no blur. Here Adam in place of LARS, batches
 * that fit a small machine, and the mean of both views' losses (the authors' code adds them). Dense blocks after the last
 * convolution count as part of the projection, which is thrown away.
 */
export const simclr = defineMethod({
  id: 'simclr',
  title: { en: 'SimCLR', zh: 'SimCLR' },
  summary: {
    en: 'Learns from the target without labels: two changed views of an image look alike to the network, and unlike all others; then uses the few labels.',
    zh: '先不用标签学习目标：同一图像的两个变化视图在网络看来应当相似，且不同于其他图像；再使用少量标签。'
  },
  sentence: {
    en: 'Let {source} learn to match two views of each image of {target} ({pretextEpochs} epochs), then {then} with {images}.',
    zh: '让 {source} 学习匹配 {target} 每张图像的两个视图（{pretextEpochs} 轮），再用 {images} {then}。'
  },
  reference: 'Chen et al. 2020',
  family: 'self-supervised',
  blocks: 'new',
  needs: { sourceModel: false, sourceData: false, targetLabels: 'some', classes: 'any' },
  stages: [{ images: 'target-unlabelled', epochs: 'pretextEpochs' }, { images: 'target' }],
  trainingDefaults: { ...pretrainingDefaults, batchSize: 256 },
  recipe: { wholeBatches: true },
  parameters: {
    ...pretrainingParameters,
    temperature: number({
      label: { en: 'Temperature', zh: '温度' },
      help: { en: 'Lower gives the most similar other images more weight.', zh: '越低，越看重最相似的其他图像。' },
      minimum: 0.01, maximum: 10, default: 0.5, scale: 'logarithmic'
    }),
    projection: integer({
      label: { en: 'Length of the projection', zh: '投影长度' },
      help: { en: 'Numbers that two views are compared by; the network ends before them.', zh: '用于比较两个视图的数值个数；网络本身止于投影之前。' },
      minimum: 2, maximum: 4096, default: 128, advanced: true
    }),
    smallestCrop: number({
      label: { en: 'Smallest crop', zh: '最小裁剪' },
      help: { en: 'Smallest share of the image\'s area that a view may show.', zh: '每个视图至少显示图像面积的比例。' },
      minimum: 0.01, maximum: 1, default: 0.08
    }),
    colour: number({
      label: { en: 'Colour changes', zh: '颜色变化' },
      help: { en: 'How far brightness, contrast, saturation and hue move; 0 leaves colours as they are.', zh: '亮度、对比度、饱和度与色相的变化幅度；0 表示不改变颜色。' },
      minimum: 0, maximum: 1, default: 0.5
    }),
    flip: boolean({
      label: { en: 'Flip', zh: '翻转' },
      help: { en: 'Half of the views are mirrored. Not for digits or letters.', zh: '一半视图左右翻转。不适用于数字和字母。' },
      default: true
    })
  },
  create: (context, { temperature, projection: outputs, smallestCrop, colour, flip: flips, ...parameters }) => {
    const network = new PretextNetwork(context, parameters.lastBlock, ({ length, seed }) => projectionHead({ length, outputs, seed }))
    return pretrainedRun(context, network, parameters, {
      name: { en: 'Matching views', zh: '匹配视图' },
      views: { 'target-unlabelled': 2 },
      transforms: {
        'target-unlabelled': eachImage('view', (image, shape, random) => changeView(image, shape, random, { smallestCrop, colour, flips }))
      },
      // A batch of one image has nothing to tell it from.
      wholeBatches: true,
      step: (batches, position) => {
        const projections = network.answers(batches['target-unlabelled']!.inputs as tf.Tensor4D, position)
        const [first, second] = tf.split(projections, 2) as [tf.Tensor2D, tf.Tensor2D]
        return { losses: { total: ntXent(first, second, temperature) } }
      }
    })
  }
})

interface ViewOptions { smallestCrop: number, colour: number, flips: boolean }

/** One view of an image, in place: a part of it at full size, mirrored or not, in other colours or in none. */
export function changeView(image: Uint8Array, shape: ImageShape, random: RandomStream, { smallestCrop, colour, flips }: ViewOptions): void {
  const [, , channels] = shape
  cropAndResize(image, shape, randomPart(shape, random, smallestCrop))
  if (random.uniform() < 0.5 && flips) flip(image, shape)
  if (random.uniform() < 0.8 && colour > 0) {
    const factor = (): number => 1 + (2 * random.uniform() - 1) * 0.8 * colour
    const jitter = [
      () => brighten(image, channels, factor()), () => changeContrast(image, channels, factor()),
      () => saturate(image, channels, factor()), () => shiftHue(image, channels, (2 * random.uniform() - 1) * 0.2 * colour)
    ]
    for (const index of random.permutation(jitter.length)) jitter[index]!()
  }
  if (random.uniform() < 0.2 && colour > 0) makeGrey(image, channels)
}

/** [top, left, height, width] of a part with an area from the smallest to all and sides between 3 : 4 and 4 : 3 of it. */
export function randomPart([height, width]: ImageShape, random: RandomStream, smallest: number): [number, number, number, number] {
  for (let attempt = 0; attempt < 10; attempt++) {
    const area = (smallest + (1 - smallest) * random.uniform()) * height * width
    const ratio = Math.exp((2 * random.uniform() - 1) * Math.log(4 / 3))
    const [down, right] = [Math.round(Math.sqrt(area / ratio)), Math.round(Math.sqrt(area * ratio))]
    if (down < 1 || right < 1 || down > height || right > width) continue
    return [random.integer(height - down + 1), random.integer(width - right + 1), down, right]
  }
  return [0, 0, height, width]
}
