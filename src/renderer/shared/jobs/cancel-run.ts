import type { Run } from '../../../contract/runs'
import { api } from '../api'
import { useNoticesStore, useRunsStore } from '../stores'

/** Runs of the same study that run or wait, without the run itself. */
export function othersOfStudy(run: Pick<Run, 'id' | 'study'>, runs: readonly Run[]): Run[] {
  return run.study === undefined ? [] : runs.filter((other) => other.id !== run.id && other.study?.id === run.study?.id && ['queued', 'running'].includes(other.state))
}

/**
 * Cancels a run. What else its study trains was there for it, or it for that: stopping those too is offered, so that no
 * control trains for nobody.
 */
export function useCancelRun(): { cancel(run: Run): Promise<void>, cancelAll(runs: readonly Run[]): Promise<void> } {
  const runs = useRunsStore()
  const notices = useNoticesStore()

  /** What waits goes first: else each run that stops would let the next one begin. */
  async function cancelAll(list: readonly Run[]): Promise<void> {
    const order = [...list.filter(({ state }) => state === 'queued'), ...list.filter(({ state }) => state !== 'queued')]
    for (const { id } of order) await api.runs.cancel({ id })
  }
  return {
    cancelAll,
    async cancel(run) {
      await api.runs.cancel({ id: run.id })
      const count = othersOfStudy(run, runs.runs).length
      if (count === 0) return
      notices.show({
        level: 'info', milliseconds: 30_000,
        text: {
          en: count === 1 ? 'Another run of its study goes on.' : `${count} other runs of its study go on.`,
          zh: `同一研究中还有 ${count} 个运行在继续。`
        },
        action: {
          label: count === 1 ? { en: 'Stop it too', zh: '一并停止' } : { en: 'Stop them too', zh: '一并停止' }, icon: 'stop',
          run: () => cancelAll(othersOfStudy(run, runs.runs)).catch(notices.fail)
        }
      })
    }
  }
}
