import { GraftError } from '../../contract/errors'
import type { AppHandlers, HandlerContext } from './context'

export function xrayHandlers({ library, jobs }: HandlerContext): AppHandlers['xray'] {
  return {
    ask: async (wanted) => {
      const { name } = await library.datasets.get(wanted.target)
      return { jobId: jobs.add({ kind: 'xray', input: wanted, title: name }).status.id }
    },
    answer: async ({ jobId }) => {
      const end = await jobs.take(jobId, 'xray')
      if (end.kind === 'done') return end.result
      if (end.kind === 'failed' || end.kind === 'lost') throw GraftError.fromValue(end.error)
      return null
    }
  }
}
