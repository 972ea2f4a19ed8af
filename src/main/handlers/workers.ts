import type { AppHandlers, HandlerContext } from './context'
import { resultOf } from './result'

export function workersHandlers({ jobs }: HandlerContext): AppHandlers['workers'] {
  return {
    check: (place) => ({ jobId: jobs.add({ kind: 'check-workers', input: place, title: place.on }).status.id }),
    checked: async ({ jobId }) => resultOf(await jobs.take(jobId, 'check-workers'))
  }
}
