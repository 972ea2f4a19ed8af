import type { Text } from '../../contract/text'
import type { Place } from '../training/divergence'

/** How often a training that goes wrong is begun anew. */
export const mostRescues = 2

/** The learning rate after so many attempts went wrong: a tenth each. @param chosen the spec's */
export const rescuedRate = (chosen: number, rescues: number): number => Number((chosen * 0.1 ** rescues).toPrecision(12))

/** What a person reads of an attempt that went wrong. */
export const rescueText = ({ epoch, step }: Place): Text => ({
  en: `The training went wrong at epoch ${epoch}, step ${step}, and was begun anew at a tenth of the learning rate.`,
  zh: `训练在第 ${epoch} 轮第 ${step} 步出现异常，已以十分之一的学习率重新开始。`
})
