import type { AppHandlers, HandlerContext } from './context'

export function methodsHandlers({ catalogue }: HandlerContext): AppHandlers['methods'] {
  return { list: async () => (await catalogue.get()).methods }
}
