import { forgetComparison, keepComparison, keptComparisons } from '../../library/comparison'
import type { AppHandlers, HandlerContext } from './context'

export function comparisonsHandlers({ library: { dataDir } }: HandlerContext): AppHandlers['comparisons'] {
  return {
    list: () => keptComparisons(dataDir),
    keep: (kept) => keepComparison(dataDir, kept),
    remove: ({ id }) => forgetComparison(dataDir, id)
  }
}
