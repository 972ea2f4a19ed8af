import * as tf from '@tensorflow/tfjs-core'
import { blocks, number } from '../../contract/parameters'
import { crossEntropy } from '../maths/cross-entropy'
import { counterpart, hintBlocks } from '../../rules/methods/counterparts'
import { hint } from '../maths/distillation'
import { inference } from '../network/network'
import { nonLinearityOf } from '../network/non-linearity'
import { noteStudent } from './shared/distillation'
import { commonLosses } from './shared/losses'
import { defineMethod } from './shared/method'
import { Regressor } from './shared/regressor'
import { studentOf, studentParameters, studentVariant } from './shared/student'
import { allGroups, sourceOf, targetBatch } from './shared/supervised'
import { inputsAs } from '../network/answers'

/**
 * FitNets, Romero et al. 2015, arXiv:1412.6550, equation 3: a learned regressor on the student's block must give the
 * teacher's block on the same image, through the non-linearity that the teacher's block ends in (section 2.2). The
 * teacher's classes do not matter. Here it is a term beside the task, with RepDistiller's weight of 100 for a mean of
 * squares, where the paper trains hint and task one after the other. The regressor is 1×1 and without the batch
 * normalisation that RepDistiller puts before the rectifier, only centred on the first batch so that no unit begins dead;
 * the paper's and RepDistiller's is a larger or strided convolution where the maps differ in size, and here the teacher's
 * map is brought to the student's size by bilinear resizing.
 */
export const featureDistillation = defineMethod({
  id: 'feature-distillation',
  title: { en: 'Feature distillation', zh: '特征蒸馏' },
  summary: {
    en: 'Trains a smaller network whose inner features must be able to give the source model\'s. The classes may differ.',
    zh: '训练一个更小的网络，使其内部特征能够重现源模型的特征。类别可以不同。'
  },
  sentence: {
    en: 'Train a student ({student}, width {width}) on {images} of {target} so that its features give {hints} of {source}.',
    zh: '在 {target} 的 {images} 上训练学生网络（{student}，宽度 {width}），使其特征能给出 {source} 的 {hints}。'
  },
  reference: 'Romero et al. 2015',
  family: 'distillation',
  blocks: 'new',
  needs: { sourceModel: true, sourceData: false, targetLabels: 'some', classes: 'any', variant: { ...studentVariant, hints: 'hints' } },
  parameters: {
    ...studentParameters,
    hints: blocks({
      label: { en: 'Hint blocks', zh: '提示块' },
      help: {
        en: 'Teacher blocks whose output the student learns to reproduce; the middle block if none is named.',
        zh: '学生须能给出其输出的教师块；未指定时取中间的块。'
      },
      default: [], none: { en: 'the middle block', zh: '中间的块' }
    }),
    lambda: number({
      label: { en: 'Weight of the hint (λ)', zh: '提示的权重（λ）' },
      help: { en: 'How much the teacher\'s features count against the labels.', zh: '教师的特征相对于标签的权重。' },
      minimum: 0, maximum: 10_000, default: 100, scale: 'logarithmic'
    })
  },
  losses: commonLosses('task', 'transfer'),
  create: (context, { hints, lambda, ...size }) => {
    const teacher = sourceOf(context)
    const network = studentOf(context, size)
    noteStudent(context, network, teacher)
    const wanted = hintBlocks(hints, teacher.blockNames)
    const guided = wanted.map((name) => counterpart(name, teacher.blockNames, network.blockNames))
    const { seed } = context.training
    const sizes = wanted.map((name, index) => ({ name, from: network.sizeOf(guided[index]!), to: teacher.sizeOf(name) }))
    if (sizes.some(({ from, to }) => from.length !== to.length)) throw new Error('Maps meet maps, or the hints are refused before')
    const endings = wanted.map((name) => nonLinearityOf(teacher.definition, name))
    const regressors = sizes.map(({ name, from, to }) => new Regressor(`hint-${name}`, from.at(-1)!, to.at(-1)!, seed))
    return {
      network,
      stages: [{
        kind: 'gradient',
        name: { en: 'Distillation', zh: '蒸馏' },
        streams: ['target'],
        groups: () => [
          ...allGroups(network),
          { name: 'regressor', variables: new Map(regressors.flatMap(({ variables }) => [...variables])), learningRateFactor: 1 }
        ],
        step: (batches, position) => {
          const { inputs, labels } = targetBatch(batches)
          const mode = { training: true, randomKey: [seed, position.stage, position.step] }
          const student = network.outputs(inputs, guided, mode)
          const logits = network.logits(student.features, mode)
          const taught = teacher.outputs(inputsAs(inputs, network.definition, teacher.definition), wanted, inference).blocks
          const task = crossEntropy(logits, labels)
          const distances = student.blocks.map((map, index) =>
            hint(through(endings[index], regressors[index]!.apply(map)), sizedLike(taught[index]!, map)))
          const transfer = tf.mul(tf.addN(distances), lambda) as tf.Scalar
          return { losses: { total: tf.add(task, transfer), task, transfer }, logits }
        },
        begin: async ({ streams }) => {
          const { inputs, labels } = await streams.target!.next(0, 0)
          tf.tidy(() => {
            const mode = { training: true, dropout: false, statisticsMomentum: 0 }
            const { blocks: maps } = network.outputs(inputs as tf.Tensor4D, guided, mode)
            for (const [index, ending] of endings.entries()) if (ending) regressors[index]!.centre(maps[index]!)
          })
          tf.dispose([inputs, ...(labels ? [labels] : [])])
        },
        state: () => new Map(regressors.flatMap(({ variables }) => [...variables]))
      }],
      dispose: () => {
        network.dispose()
        for (const regressor of regressors) regressor.dispose()
      }
    }
  }
})

const through = (ending: ReturnType<typeof nonLinearityOf>, x: tf.Tensor): tf.Tensor =>
  ending === undefined ? x : ending === 'relu' ? tf.relu(x) : tf.relu6(x)

function sizedLike(map: tf.Tensor, like: tf.Tensor): tf.Tensor {
  if (map.rank !== 4) return map
  const [, height, width] = like.shape as [number, number, number, number]
  if (map.shape[1] === height && map.shape[2] === width) return map
  return tf.image.resizeBilinear(map as tf.Tensor4D, [height, width], false, true)
}
