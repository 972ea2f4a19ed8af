import { GraftError } from '../../contract/errors'
import type { Computation } from '../../contract/runs'
import type { Text } from '../../contract/text'
import type { TrainingSettings } from '../../contract/training'
import { bfloat16Here } from '../../library/runs'
import { needsFunctions, noBfloat16 } from '../../rules/settings/bfloat16'
import { openRecorder } from '../runtime/functions'

/** Computes the steps of one run, and knows how it did. */
export interface StepComputer {
  /** Carries out a step; when it returns, all of it has been computed. */
  compute<Value>(work: () => Value): Value
  /** For the run's record. */
  readonly computation: Computation
}

/** Steps in a row, about, that each needed a function of their own, after which no more are compiled: it costs more than it gains. */
const patience = 16

/** What a spec asks for. */
type Asked = Pick<TrainingSettings, 'functions' | 'precision'>

/**
 * How the steps of a run are computed.
 * @param asked by its spec
 * @param before what its record says where it goes on from a checkpoint: a run stays what it was, to the last digit
 * @throws GraftError where bfloat16 is asked for and cannot be had: it would be another training, so nothing takes its place
 */
export async function openStepComputer(asked: Asked, before?: Computation): Promise<StepComputer> {
  const precision = before ? before.precision ?? 'float32' : asked.precision
  const fast = precision === 'bfloat16'
  if (!asked.functions || before?.steps === 'operations') {
    if (fast) throw refused(needsFunctions)
    return inOperations(before ?? { steps: 'operations' })
  }
  const opened = await openRecorder()
  if ('whyNot' in opened) {
    if (fast) throw refused(opened.whyNot.reason ?? needsFunctions)
    return inOperations({ steps: 'operations', ...(opened.whyNot.reason && { reason: opened.whyNot.reason }) })
  }
  const support = fast ? await bfloat16Here() : undefined
  if (support?.available === false) throw refused(support.reason)
  const { recorder } = opened
  const aloneBefore = new Map(recorder.alone)
  const fastBefore = recorder.counts.inBfloat16
  let [steps, unsettled] = [0, 0]
  let givenUp: Computation | undefined
  return {
    compute: (work) => {
      if (givenUp) return work()
      const { compiled } = recorder.counts
      const value = recorder.record(work, precision)
      steps++
      unsettled = recorder.counts.compiled > compiled ? unsettled + 1 : Math.max(0, unsettled - 1)
      if (unsettled >= patience) {
        if (fast) throw refused(differing(steps))
        givenUp = { steps: 'operations', reason: differing(steps) }
      }
      return value
    },
    get computation(): Computation {
      if (givenUp) return givenUp
      const alone = [...recorder.alone].filter(([name, count]) => count > (aloneBefore.get(name) ?? 0)).map(([name]) => name)
      const named = [...new Set([...before?.alone ?? [], ...alone])].sort()
      const idle = fast && steps > 0 && recorder.counts.inBfloat16 === fastBefore
      return { steps: 'functions', ...(fast && { precision }), ...(idle && { reason: nothingHeavy }), ...(named.length > 0 && { alone: named }) }
    }
  }
}

const inOperations = (computation: Computation): StepComputer => ({ compute: (work) => work(), computation })

const refused = (reason: Text): GraftError => GraftError.fromValue(noBfloat16(reason))

const nothingHeavy: Text = {
  en: 'No convolution and no large product of a network was in them, so all was computed in float32.',
  zh: '其中没有网络的卷积或大矩阵乘法，因此全部以 float32 计算。'
}

const differing = (steps: number): Text => ({
  en: `Its steps differ from one another, so that nearly each needed a function of its own; after ${steps} they were computed operation by operation.`,
  zh: `各训练步互不相同，几乎每步都需要单独的函数；${steps} 步之后改为逐个运算地计算。`
})
