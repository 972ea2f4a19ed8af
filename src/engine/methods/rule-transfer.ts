import type * as tf from '@tensorflow/tfjs-core'
import { choice, integer, number } from '../../contract/parameters'
import { sameClassNames } from '../../rules/classes'
import { crossEntropy } from '../maths/cross-entropy'
import type { ImageTransform } from '../batches/batch-stream'
import { eachImage, invert, makeGrey, permuteChannels, rotate, shiftHue, type ImageChange } from '../batches/image-changes'
import { fineTuningStage } from './shared/fine-tuning'
import { defineMethod } from './shared/method'
import { Regressor } from './shared/regressor'
import { allGroups, sourceDataOf, startOf } from './shared/supervised'

/**
 * The source is learned under a rule of its images, so that what is learned is what survives the rule; then the target is
 * learned from there. The idea of data that differ by a known rule: Geirhos et al. 2019, arXiv:1811.12231 (shape against
 * texture), and the domain randomisation of Tobin et al. 2017, arXiv:1703.06907.
 */
export const ruleTransfer = defineMethod({
  id: 'rule-transfer',
  title: { en: 'Rule transfer', zh: '规则迁移' },
  summary: {
    en: 'First learns the source with its images changed by a rule, so that only what survives the rule is learned; then the target.',
    zh: '先在按规则改变图像的源数据上学习，只学到规则下不变的内容；再学习目标。'
  },
  sentence: {
    en: 'Train {source} on the source data under the rule “{rule}”, then on {images} of {target}.',
    zh: '先在规则“{rule}”下用源数据训练 {source}，再用 {target} 的 {images} 训练。'
  },
  reference: 'Tobin et al. 2017; Geirhos et al. 2019',
  family: 'rules',
  blocks: 'copied',
  needs: {
    sourceModel: false, sourceData: true, targetLabels: 'some', classes: 'any',
    colour: { parameter: 'rule', in: ['channel-permutation', 'hue', 'grey'] }
  },
  stages: [{ images: 'source', epochs: 'sourceEpochs' }, { images: 'target' }],
  parameters: {
    rule: choice({
      label: { en: 'Rule', zh: '规则' },
      help: { en: 'How each source image is changed, anew every time it is seen.', zh: '每次使用源图像时如何改变它。' },
      options: [
        { value: 'channel-permutation', label: { en: 'Colour channels permuted', zh: '打乱颜色通道' } },
        { value: 'hue', label: { en: 'Hue shifted', zh: '色相偏移' } },
        { value: 'grey', label: { en: 'Grey', zh: '灰度' } },
        { value: 'inversion', label: { en: 'Inverted', zh: '反色' } },
        { value: 'rotation', label: { en: 'Rotated', zh: '旋转' } }
      ],
      default: 'channel-permutation'
    }),
    share: number({
      label: { en: 'Share of the images', zh: '图像比例' },
      help: { en: 'How many source images are changed each time; the others stay as they are.', zh: '每次有多少源图像被改变，其余保持不变。' },
      minimum: 0, maximum: 1, default: 0.5
    }),
    angle: number({
      label: { en: 'Largest angle (degrees)', zh: '最大角度（度）' },
      help: { en: 'Images are rotated by up to this angle to either side.', zh: '图像向任一侧旋转不超过该角度。' },
      minimum: 1, maximum: 180, default: 30, when: { parameter: 'rule', in: ['rotation'] }
    }),
    sourceEpochs: integer({
      label: { en: 'Epochs on the source', zh: '源数据训练轮数' },
      help: { en: 'How often every source image is seen under the rule.', zh: '每张源图像在规则下被使用的次数。' },
      minimum: 1, maximum: 10_000, default: 10
    })
  },
  create: (context, { rule, share, angle, sourceEpochs }) => {
    const { classes, training: { seed } } = context
    const sourceData = sourceDataOf(context)
    const network = startOf(context)
    // Other classes need a head of their own; labels of the same classes come in the target's order.
    const head = sameClassNames(sourceData.classes, classes) ? undefined : new Regressor('source-head', network.featureLength, sourceData.classes.length, seed)
    return {
      network,
      stages: [{
        kind: 'gradient',
        name: { en: 'Source under the rule', zh: '规则下的源数据' },
        streams: ['source'],
        transforms: { source: transformOf(rule, share, angle) },
        epochs: sourceEpochs,
        pretext: true,
        groups: () => head
          ? [...allGroups(network).filter(({ name }) => name !== 'head'), { name: 'source-head', variables: head.variables, learningRateFactor: 1 }]
          : allGroups(network),
        step: ({ source: batch }, position) => {
          const mode = { training: true, randomKey: [seed, position.stage, position.step] }
          const features = network.features(batch!.inputs as tf.Tensor4D, mode)
          const logits = head ? head.apply(features) as tf.Tensor2D : network.logits(features, mode)
          return { losses: { total: crossEntropy(logits, batch!.labels!) }, logits }
        },
        ...(head && { state: () => head.variables })
      }, fineTuningStage(context, { network })],
      dispose: () => {
        network.dispose()
        head?.dispose()
      }
    }
  }
})

/** A share of the images changed by the rule. */
export function transformOf(rule: Rule, share: number, angle: number): ImageTransform {
  const change = changes(angle)[rule]
  return eachImage('rule', (image, shape, random) => {
    if (random.uniform() < share) change(image, shape, random)
  })
}

type Rule = 'channel-permutation' | 'hue' | 'grey' | 'inversion' | 'rotation'

const changes = (angle: number): Record<Rule, ImageChange> => ({
  'channel-permutation': (image, [, , channels], random) => permuteChannels(image, channels, random.permutation(channels)),
  hue: (image, [, , channels], random) => shiftHue(image, channels, random.uniform()),
  grey: (image, [, , channels]) => makeGrey(image, channels),
  inversion: (image) => invert(image),
  rotation: (image, shape, random) => rotate(image, shape, (2 * random.uniform() - 1) * angle * Math.PI / 180)
})
