import * as tf from '@tensorflow/tfjs-core'
import { models } from '../../contract/parameters'
import { distillationFromMany } from '../maths/distillation'
import { answersOf } from '../network/answers'
import { noteStudent, softLabelParameters } from './shared/distillation'
import { fineTuningStage } from './shared/fine-tuning'
import { companions, together } from './shared/fusion'
import { commonLosses } from './shared/losses'
import { defineMethod } from './shared/method'
import { studentOf, studentParameters, studentVariant } from './shared/student'

/**
 * Several teachers for one student: Hinton et al. 2015, arXiv:1503.02531, section 1, and You et al. 2017
 * (doi:10.1145/3097983.3098135), equation 5: the mean of the teachers' answers at the temperature is what the student
 * matches, beside the labels. Without You's term for the layers between.
 */
export const multiTeacher = defineMethod({
  id: 'multi-teacher',
  title: { en: 'Distillation from several teachers', zh: '多教师蒸馏' },
  summary: {
    en: 'Trains one network on the target\'s labels and on the mean of what several saved models answer.',
    zh: '用目标标签以及多个已保存模型回答的平均值训练一个网络。'
  },
  sentence: {
    en: 'Train a student ({student}, width {width}) on {images} of {target} and on what {source} and {teachers} answer on average.',
    zh: '用 {target} 的 {images} 以及 {source} 与 {teachers} 的平均回答训练学生网络（{student}，宽度 {width}）。'
  },
  reference: 'Hinton et al. 2015; You et al. 2017',
  family: 'fusion',
  blocks: 'new',
  needs: { sourceModel: true, sourceData: false, targetLabels: 'some', classes: 'same', teachers: companions, variant: studentVariant },
  parameters: {
    teachers: models({
      label: { en: 'Further teachers', zh: '其他教师' },
      help: { en: 'Saved models that teach beside the source; each counts as much as it does.', zh: '与源模型一同担任教师的已保存模型；各教师权重相同。' },
      default: [], ...companions
    }),
    ...studentParameters,
    ...softLabelParameters
  },
  losses: commonLosses('task', 'transfer'),
  create: (context, { teachers, lambda, temperature, ...student }) => {
    const members = together(context, teachers)
    const network = studentOf(context, student)
    noteStudent(context, network, members[0]!.network)
    const taught = members.map((member) => answersOf(member.network, context.classes, network.definition))
    return {
      network,
      stages: [{
        ...fineTuningStage(context, {
          network,
          terms: ({ inputs, logits }) => ({
            transfer: tf.mul(distillationFromMany(logits, taught.map((answers) => answers(inputs)), temperature), lambda)
          })
        }),
        name: { en: 'Distillation', zh: '蒸馏' }
      }],
      dispose: () => network.dispose()
    }
  }
})
