import { machineSchema } from '../../contract/doctor'
import { knownPaces, standingAdvice, standingRace } from '../../library/runs'
import type { AppHandlers, HandlerContext } from './context'
import { resultOf } from './result'

export function adviceHandlers({ library, machine, jobs }: HandlerContext): AppHandlers['advice'] {
  /** What ends each try that is under way. */
  const tries = new Map<string, AbortController>()
  return {
    ask: async (wanted) => {
      const { name } = await library.datasets.get(wanted.target.dataset)
      return { jobId: jobs.add({ kind: 'advise', input: wanted, title: name }).status.id }
    },
    answer: async ({ jobId }) => resultOf(await jobs.take(jobId, 'advise')),
    standing: async (wanted) => await standingAdvice(library.dataDir, wanted) ?? null,
    race: async (wanted) => {
      const { name } = await library.datasets.get(wanted.target.dataset)
      return { jobId: jobs.add({ kind: 'race', input: wanted, title: name }).status.id }
    },
    standingRace: async (wanted) => await standingRace(library.dataDir, wanted) ?? null,
    paces: async () => {
      const [found, paces] = await Promise.all([machine.get().catch(() => null), knownPaces(library.dataDir)])
      return { machine: found && machineSchema.parse(found), paces }
    },
    measurePace: async (wanted) => {
      const key = JSON.stringify(wanted)
      const dropped = new AbortController()
      tries.set(key, dropped)
      try {
        const { name } = await library.datasets.get(wanted.target)
        if (dropped.signal.aborted) return null
        const { status: { id }, ended } = jobs.add({ kind: 'measure-pace', input: wanted, title: name })
        dropped.signal.addEventListener('abort', () => { void jobs.cancel(id) })
        return resultOf(await ended)
      } finally {
        if (tries.get(key) === dropped) tries.delete(key)
      }
    },
    dropPace: (wanted) => { tries.get(JSON.stringify(wanted))?.abort() },
    raced: async ({ jobId }) => resultOf(await jobs.take(jobId, 'race'))
  }
}
