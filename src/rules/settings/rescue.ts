import type { Run } from '../../contract/runs'
import type { Text } from '../../contract/text'
import { hasDiverged } from '../states'

/** How often a training that goes wrong is helped. */
export const mostRescues = 2

/** The learning rate after so many attempts went wrong: a tenth each. @param chosen the spec's */
export const rescuedRate = (chosen: number, rescues: number): number => Number((chosen * 0.1 ** rescues).toPrecision(12))

/** What a person reads of an attempt that went wrong. */
export function rescueText({ epoch, step, from }: { epoch: number, step: number, from?: number | undefined }): Text {
  const [en, zh] = from === undefined ? ['was begun anew', '重新开始']
    : from === 0 ? ['went back to where it stood before its first step', '回到第一步之前']
      : [`went back to its best epoch until then, ${from}`, `回到此前最好的第 ${from} 轮`]
  return {
    en: `The training went wrong at epoch ${epoch}, step ${step}. It ${en}, and on at a tenth of the learning rate.`,
    zh: `训练在第 ${epoch} 轮第 ${step} 步出现异常，已${zh}，并以十分之一的学习率继续。`
  }
}

/** The learning rate to repeat a run with: the one that held, or a tenth of one that did not; undefined where the spec's own will do. */
export function advisedRate(run: Pick<Run, 'state' | 'error' | 'rescues' | 'spec'>): number | undefined {
  const wrong = (run.rescues?.length ?? 0) + (hasDiverged(run) ? 1 : 0)
  return wrong === 0 ? undefined : rescuedRate(run.spec.training.learningRate, wrong)
}
