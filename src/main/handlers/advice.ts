import { GraftError } from '../../contract/errors'
import { standingAdvice } from '../../library/runs'
import type { AppHandlers, HandlerContext } from './context'

export function adviceHandlers({ library, jobs }: HandlerContext): AppHandlers['advice'] {
  return {
    ask: async (wanted) => {
      const { name } = await library.datasets.get(wanted.target.dataset)
      return { jobId: jobs.add({ kind: 'advise', input: wanted, title: name }).status.id }
    },
    answer: async ({ jobId }) => {
      const end = await jobs.take(jobId, 'advise')
      if (end.kind === 'done') return end.result
      if (end.kind === 'failed' || end.kind === 'lost') throw GraftError.fromValue(end.error)
      return null
    },
    standing: async (wanted) => await standingAdvice(library.dataDir, wanted) ?? null
  }
}
