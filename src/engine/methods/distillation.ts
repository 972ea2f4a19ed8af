import { fineTuningStage } from './shared/fine-tuning'
import { softLabelParameters, studentOfSource, transferTerm } from './shared/distillation'
import { commonLosses } from './shared/losses'
import { defineMethod } from './shared/method'
import { studentParameters, studentVariant } from './shared/student'

/**
 * Hinton, Vinyals and Dean 2015, arXiv:1503.02531, section 2: cross-entropy with the labels and, weighed by λ, with the
 * teacher's answers at temperature T, times T². Here the divergence in place of the cross-entropy (the same gradient),
 * and λ beside a task weight of 1; RepDistiller's scripts weigh the two 0.1 : 0.9 with T = 4.
 */
export const distillation = defineMethod({
  id: 'distillation',
  title: { en: 'Distillation', zh: '知识蒸馏' },
  summary: {
    en: 'Trains a smaller network on the target\'s labels and on the source model\'s soft answers.',
    zh: '用目标标签和源模型的软标签训练一个更小的网络。'
  },
  sentence: {
    en: 'Train a student ({student}, width {width}) on {images} of {target} and on what {source} answers.',
    zh: '用 {target} 的 {images} 以及 {source} 的回答训练学生网络（{student}，宽度 {width}）。'
  },
  reference: 'Hinton et al. 2015',
  family: 'distillation',
  blocks: 'new',
  needs: { sourceModel: true, sourceData: false, targetLabels: 'some', classes: 'same', variant: studentVariant },
  parameters: { ...studentParameters, ...softLabelParameters },
  losses: commonLosses('task', 'transfer'),
  create: (context, parameters) => {
    const { network, taught } = studentOfSource(context, parameters)
    return {
      network,
      stages: [{
        ...fineTuningStage(context, {
          network, terms: ({ inputs, logits }) => ({ transfer: transferTerm(logits, taught(inputs), parameters) })
        }),
        name: { en: 'Distillation', zh: '蒸馏' }
      }],
      dispose: () => network.dispose()
    }
  }
})
