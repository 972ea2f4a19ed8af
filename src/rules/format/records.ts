import type { BackendSummary } from '../../contract/runs'
import type { ArmScore } from '../../contract/studies'
import type { Language } from '../../contract/text'
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
