import type { Computation } from '../../contract/runs'
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

/**
 * How the steps of a run are computed.
 * @param asked whether its spec asks for functions
 * @param before what its record says where it goes on from a checkpoint: a run stays what it was, to the last digit
 */
export async function openStepComputer(asked: boolean, before?: Computation): Promise<StepComputer> {
  if (!asked || before?.steps === 'operations') return inOperations(before ?? { steps: 'operations' })
  const opened = await openRecorder()
  if ('whyNot' in opened) return inOperations({ steps: 'operations', ...(opened.whyNot.reason && { reason: opened.whyNot.reason }) })
  const { recorder } = opened
  const aloneBefore = new Map(recorder.alone)
  let [steps, unsettled] = [0, 0]
  let givenUp: Computation | undefined
  return {
    compute: (work) => {
      if (givenUp) return work()
      const { compiled } = recorder.counts
      const value = recorder.record(work)
      steps++
      unsettled = recorder.counts.compiled > compiled ? unsettled + 1 : Math.max(0, unsettled - 1)
      if (unsettled >= patience) givenUp = { steps: 'operations', reason: differing(steps) }
      return value
    },
    get computation(): Computation {
      if (givenUp) return givenUp
      const alone = [...recorder.alone].filter(([name, count]) => count > (aloneBefore.get(name) ?? 0)).map(([name]) => name)
      const named = [...new Set([...before?.alone ?? [], ...alone])].sort()
      return { steps: 'functions', ...(named.length > 0 && { alone: named }) }
    }
  }
}

const inOperations = (computation: Computation): StepComputer => ({ compute: (work) => work(), computation })

const differing = (steps: number): Computation['reason'] => ({
  en: `Its steps differ from one another, so that nearly each needed a function of its own; after ${steps} they were computed operation by operation.`,
  zh: `各训练步互不相同，几乎每步都需要单独的函数；${steps} 步之后改为逐个运算地计算。`
})
