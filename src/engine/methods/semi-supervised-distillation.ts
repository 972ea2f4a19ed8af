import * as tf from '@tensorflow/tfjs-core'
import { crossEntropy } from '../maths/cross-entropy'
import { softLabelParameters, studentOfSource, transferTerm } from './shared/distillation'
import { commonLosses } from './shared/losses'
import { defineMethod } from './shared/method'
import { studentParameters, studentVariant } from './shared/student'
import { allGroups, targetBatch } from './shared/supervised'

/**
 * Chen et al. 2020, "Big self-supervised models are strong semi-supervised learners", arXiv:2006.10029, equation 3: the
 * few labels, and the teacher's soft labels on unlabelled target images. Here the two are added with λ, with T² before
 * the divergence as in Hinton's; an epoch shows every unlabelled image once, the labelled ones as often as they fit.
 */
export const semiSupervisedDistillation = defineMethod({
  id: 'semi-supervised-distillation',
  title: { en: 'Semi-supervised distillation', zh: '半监督蒸馏' },
  summary: {
    en: 'The source model answers for the target\'s unlabelled images, and a student learns from these answers and the few labels.',
    zh: '源模型为目标的无标签图像给出回答，学生网络从这些回答和少量标签中学习。'
  },
  sentence: {
    en: 'Let {source} answer for all images of {target} and train a student ({student}, width {width}) on these answers and on {images}.',
    zh: '让 {source} 为 {target} 的全部图像作答，并用这些回答与 {images} 训练学生网络（{student}，宽度 {width}）。'
  },
  reference: 'Chen et al. 2020',
  family: 'distillation',
  blocks: 'new',
  needs: { sourceModel: true, sourceData: false, targetLabels: 'some', classes: 'same', variant: studentVariant },
  stages: [{ images: 'target-unlabelled' }],
  parameters: { ...studentParameters, ...softLabelParameters },
  losses: commonLosses('task', 'transfer'),
  create: (context, parameters) => {
    const { network, taught } = studentOfSource(context, parameters)
    return {
      network,
      stages: [{
        kind: 'gradient',
        name: { en: 'Distillation', zh: '蒸馏' },
        streams: ['target-unlabelled', 'target'],
        groups: () => allGroups(network),
        step: (batches, position) => {
          const { inputs, labels } = targetBatch(batches)
          const unlabelled = batches['target-unlabelled']!.inputs as tf.Tensor4D
          const mode = { training: true, randomKey: [context.training.seed, position.stage, position.step] }
          // One pass, so that batch normalisation sees one batch and not two.
          const logits = network.forward(tf.concat([inputs, unlabelled]), mode)
          const [own, others] = tf.split(logits, [labels.shape[0], unlabelled.shape[0]]) as [tf.Tensor2D, tf.Tensor2D]
          const task = crossEntropy(own, labels)
          const transfer = transferTerm(others, taught(unlabelled), parameters)
          return { losses: { total: tf.add(task, transfer), task, transfer } }
        }
      }],
      dispose: () => network.dispose()
    }
  }
})
