import type { EpochMetric, Metric } from '../../../contract/runs'
import type { Text } from '../../../contract/text'
import { formatCount, formatMeasured, formatPercent } from '../../shared/format'

/** What an epoch's end says in the log. */
export function epochText({ epoch, train, validation }: EpochMetric): Text {
  const loss = formatMeasured(train.loss)
  const accuracy = validation && formatPercent(validation.accuracy)
  return {
    en: `Epoch ${formatCount(epoch)}: loss ${loss}${accuracy === undefined ? '' : `, validation accuracy ${accuracy}`}.`,
    zh: `第 ${formatCount(epoch)} 轮：损失 ${loss}${accuracy === undefined ? '' : `，验证准确率 ${accuracy}`}。`
  }
}

/** What a resume says in the log. */
export function resumedText({ step }: Extract<Metric, { kind: 'resumed' }>): Text {
  return { en: `Went on from step ${formatCount(step)}.`, zh: `从第 ${formatCount(step)} 步继续。` }
}
