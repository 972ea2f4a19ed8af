import { totalmem } from 'node:os'
import { machineSchema } from '../../contract/doctor'
import { knownPaces, standingAdvice, standingRace } from '../../library/runs'
import type { AppHandlers, HandlerContext } from './context'
import { resultOf } from './result'

export function adviceHandlers({ library, machine, jobs }: HandlerContext): AppHandlers['advice'] {
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
    rates: async (wanted) => {
      const { name } = await library.datasets.get(wanted.spec.target.dataset)
      return { jobId: jobs.add({ kind: 'try-rates', input: wanted, title: name }).status.id }
    },
    triedRates: async ({ jobId }) => resultOf(await jobs.take(jobId, 'try-rates')),
    paces: async () => {
      const [found, paces] = await Promise.all([machine.get().catch(() => null), knownPaces(library.dataDir)])
      return { machine: found && machineSchema.parse(found), memoryBytes: totalmem(), paces }
    },
    measurePace: async (wanted) => {
      const { name } = await library.datasets.get(wanted.target)
      return { jobId: jobs.add({ kind: 'measure-pace', input: wanted, title: name }).status.id }
    },
    measuredPace: async ({ jobId }) => resultOf(await jobs.take(jobId, 'measure-pace')),
    raced: async ({ jobId }) => resultOf(await jobs.take(jobId, 'race'))
  }
}
