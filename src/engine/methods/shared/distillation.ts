import * as tf from '@tensorflow/tfjs-core'
import { number } from '../../../contract/parameters'
import { distillation } from '../../maths/distillation'
import { answersOf } from '../../network/answers'
import type { Network } from '../../network/network'
import type { MethodContext } from './method'
import { studentOf } from './student'
import { sourceOf } from './supervised'

/** The two numbers of every distillation by soft labels. */
export const softLabelParameters = {
  lambda: number({
    label: { en: 'Weight of the teacher (λ)', zh: '教师的权重（λ）' },
    help: { en: 'How much the teacher\'s answers count against the labels.', zh: '教师的回答相对于标签的权重。' },
    minimum: 0, maximum: 1000, default: 1, scale: 'logarithmic'
  }),
  temperature: number({
    label: { en: 'Temperature', zh: '温度' },
    help: {
      en: 'Softens the teacher\'s answers: higher shows more of what it finds similar.', zh: '软化教师的回答：越高越能显示它认为相似的类别。'
    },
    minimum: 0.5, maximum: 30, default: 4
  })
}

/** λ · T² · KL of the teacher's softened answers and the student's. */
export const transferTerm = (
  student: tf.Tensor2D, teacher: tf.Tensor2D, { lambda, temperature }: { lambda: number, temperature: number }
): tf.Scalar => tf.mul(distillation(student, teacher, temperature), lambda) as tf.Scalar

/** Says in the record how large the student is beside the teacher. */
export function noteStudent(context: MethodContext, student: Network, teacher: Network): void {
  const count = (network: Network): number => [...network.weights.values()].reduce((sum, { size }) => sum + size, 0)
  const share = (count(student) / count(teacher) * 100).toPrecision(3)
  context.note({
    en: `The student (${student.definition.architecture}) has ${share} % of the teacher's parameters.`,
    zh: `学生网络（${student.definition.architecture}）的参数量为教师的 ${share}%。`
  })
}

/** A fresh student of the source, and what the source answers for it. */
export function studentOfSource(
  context: MethodContext, parameters: Parameters<typeof studentOf>[1]
): { network: Network, taught: ReturnType<typeof answersOf> } {
  const teacher = sourceOf(context)
  const network = studentOf(context, parameters)
  noteStudent(context, network, teacher)
  return { network, taught: answersOf(teacher, context.classes, network.definition) }
}
