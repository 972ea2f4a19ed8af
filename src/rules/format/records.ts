import type { BackendSummary, Computation } from '../../contract/runs'
import type { ArmScore } from '../../contract/studies'
import type { Language, Text } from '../../contract/text'
import { percent } from './figures'

/** Mean over the seeds, with the standard deviation where there are several: `61.2 % ± 0.8`. */
export function scoreText({ mean, standardDeviation }: ArmScore): string {
  if (mean === undefined) return '–'
  return standardDeviation === undefined ? percent(mean) : `${percent(mean)} ± ${(standardDeviation * 100).toFixed(1)}`
}

/** The device's words: `cpu (TensorFlow 2.16.1, AMD EPYC, 2 threads)`. */
export function backendText({ kind, library, device, threads }: BackendSummary, language: Language): string {
  return `${kind} (${library}, ${device}, ${threads} ${language === 'zh' ? '线程' : threads === 1 ? 'thread' : 'threads'})`
}

/** How a run's steps were computed, and where that is not as asked, why. */
export function computationText({ steps, reason, alone = [] }: Computation): Text {
  if (steps === 'operations') {
    return reason
      ? { en: `operation by operation. ${reason.en}`, zh: `逐个运算。${reason.zh}` }
      : { en: 'operation by operation', zh: '逐个运算' }
  }
  return alone.length === 0
    ? { en: 'as functions of TensorFlow', zh: '作为 TensorFlow 函数' }
    : { en: `as functions of TensorFlow, but for ${alone.join(', ')}, which ran by themselves`, zh: `作为 TensorFlow 函数，其中 ${alone.join('、')} 单独执行` }
}
