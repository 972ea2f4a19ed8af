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
export function computationText({ steps, precision, reason, alone = [] }: Computation): Text {
  const zh = [
    steps === 'functions' ? '作为 TensorFlow 函数' : '逐个运算', ...(precision ? [`以 ${precision} 计算`] : []),
    ...(steps === 'functions' && alone.length > 0 ? [`其中 ${alone.join('、')} 单独执行`] : [])
  ].join('，')
  const en = [
    steps === 'functions' ? 'as functions of TensorFlow' : 'operation by operation', ...(precision ? [`in ${precision}`] : []),
    ...(steps === 'functions' && alone.length > 0 ? [`but for ${alone.join(', ')}, which ran by themselves`] : [])
  ].join(', ')
  return reason ? { en: `${en}. ${reason.en}`, zh: `${zh}。${reason.zh}` } : { en, zh }
}
