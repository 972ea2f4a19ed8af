import type * as tf from '@tensorflow/tfjs-core'
import { boolean, number } from '../../../contract/parameters'
import { capped } from '../../maths/capped'
import type { GradientStage } from '../../training/stage'

/** What a discrepancy that no kernel bounds counts for at most in a step: no more than a cross-entropy does. */
const most = 1

/** Whether it does. */
export const capParameter = {
  cap: boolean({
    label: { en: 'Cap on the discrepancy', zh: '差异上限' },
    help: {
      en: `Weighed, the discrepancy counts for at most ${most} in a step. Without the cap the large features of a trained network can put every unit out in one step; a small weight is needed then.`,
      zh: `加权后差异在每一步最多计为 ${most}。若不设上限，已训练网络的较大特征可能在一步内使所有单元失效，此时需要很小的权重。`
    },
    default: true, advanced: true
  })
}

/** The weight of a discrepancy that is capped. @param usual the method's default */
export const cappedWeight = (usual: number, { en, zh } = {
  en: 'How strongly the domains are drawn together, against learning the source.', zh: '相对于学习源数据，拉近两个域的强度。'
}) => number({
  label: { en: 'Weight', zh: '权重' },
  help: {
    en: `${en} Weighed, the term counts for at most ${most} while its cap is on: where its line lies flat there, a larger weight changes nothing, and a smaller one tells more.`,
    zh: `${zh}启用上限时，加权后该项最多计为 ${most}：若曲线停在该值，加大权重不起作用，请减小权重。`
  },
  minimum: 0, maximum: 10_000, default: usual, scale: 'logarithmic'
})

/** The weighed discrepancy as it counts. */
export const countedDiscrepancy = (weighed: tf.Scalar, cap: boolean): tf.Scalar => cap ? capped(weighed, most) : weighed

/** For a stage, so that the record tells how often the cap held. */
export const discrepancyCap = (cap: boolean): Pick<GradientStage, 'cap'> => cap ? { cap: { term: 'discrepancy', at: most } } : {}
