import { choice, number } from '../../../contract/parameters'
import { architectures } from '../../architectures'
import type { Network } from '../../network/network'
import type { MethodContext } from './method'

/** Which network is trained where it is another than the source. */
export const studentParameters = {
  student: choice({
    label: { en: 'Student', zh: '学生网络' },
    help: { en: 'The architecture that learns; usually smaller than the teacher\'s.', zh: '学习者的架构，通常比教师的小。' },
    options: [
      { value: 'same', label: { en: 'Like the teacher', zh: '与教师相同' } },
      ...architectures.map(({ id }) => ({ value: id, label: { en: id, zh: id } }))
    ],
    default: 'same'
  }),
  width: number({
    label: { en: 'Width of the student', zh: '学生网络的宽度' },
    help: {
      en: 'Multiplies its filters and units: 0.5 has about a quarter of the parameters. Some architectures come in one width only; they take 1.',
      zh: '其滤波器与单元数的倍数：0.5 约为四分之一的参数。部分架构只有一种宽度，须取 1。'
    },
    minimum: 0.125, maximum: 4, default: 0.5
  })
}

/** For the needs: the parameters that name the student. */
export const studentVariant = { architecture: 'student', width: 'width' } as const

/** The student of these parameters with fresh weights; it takes the same normalised images as the teacher. */
export function studentOf(context: MethodContext, { student, width }: { student: string, width: number }): Network {
  return context.freshNetwork({ ...(student !== 'same' && { architecture: student }), options: { width } })
}
