import type { AppHandlers, HandlerContext } from './context'

export function jobsHandlers({ jobs }: HandlerContext): AppHandlers['jobs'] {
  return {
    list: () => jobs.list(),
    cancel: ({ id }) => jobs.cancel(id),
    move: ({ id, by }) => {
      jobs.move(id, by)
      return jobs.list()
    }
  }
}
