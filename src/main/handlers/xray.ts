import type { AppHandlers, HandlerContext } from './context'
import { resultOf } from './result'

export function xrayHandlers({ library, jobs }: HandlerContext): AppHandlers['xray'] {
  return {
    ask: async (wanted) => {
      const { name } = await library.datasets.get(wanted.target)
      return { jobId: jobs.add({ kind: 'xray', input: wanted, title: name }).status.id }
    },
    answer: async ({ jobId }) => resultOf(await jobs.take(jobId, 'xray'))
  }
}
