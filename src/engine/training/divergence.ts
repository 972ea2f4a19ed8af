import { z } from 'zod'
import { GraftError } from '../../contract/errors'

/** Where a training went wrong; epoch and step counted from one. */
interface Place { stage: number, epoch: number, step: number, learningRate: number }

/** A loss that is no number, or that grew out of all proportion. */
export class Diverged extends GraftError {
  /** The epoch of this stage at whose end a checkpoint waits to be gone on from; none where everything has to begin anew. */
  from: number | undefined

  constructor(readonly place: Place, name: string, value: number) {
    const { epoch, step, learningRate } = place
    const wild = Number.isFinite(value)
    super('diverged', {
      en: `Training stopped at epoch ${epoch}, step ${step}: the loss (${name}) ${wild ? 'grew to' : 'became'} ${wild ? value.toPrecision(3) : value}.`,
      zh: `训练在第 ${epoch} 轮第 ${step} 步停止：损失（${name}）${wild ? '增大到' : '变为'} ${wild ? value.toPrecision(3) : value}。`
    }, {
      field: 'training.learningRate',
      remedy: {
        en: `Try a learning rate ten times smaller than ${learningRate}.`, zh: `请把学习率 ${learningRate} 缩小十倍再试。`
      }
    })
  }
}

/** What the watch on a loss remembers from step to step. */
export const lossWatchSchema = z.object({ ceiling: z.number(), average: z.number(), steps: z.int() })
export type LossWatch = z.infer<typeof lossWatchSchema>

/** Steps at a stage's start whose largest loss counts as its range, how far above it a loss may go, and over how many steps it is averaged. */
const watch = { steps: 100, times: 5, over: 20 }

/** The watch after one more step. @param loss the step's total */
export function watched(before: LossWatch | undefined, loss: number): LossWatch {
  const size = Math.abs(loss)
  if (!before) return { ceiling: size, average: size, steps: 1 }
  const steps = before.steps + 1
  return {
    steps,
    ceiling: steps <= watch.steps ? Math.max(before.ceiling, size) : before.ceiling,
    average: before.average + (size - before.average) / watch.over
  }
}

/** Whether the loss, averaged over some steps, has left the range of its first hundred steps for good. */
export const hasLeftItsRange = ({ ceiling, average, steps }: LossWatch): boolean =>
  steps > watch.steps && average > watch.times * Math.max(ceiling, 1)
