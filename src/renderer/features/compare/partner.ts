import type { Run } from '../../../contract/runs'
import { testedOnSameImages } from '../../../rules/tested'

/**
 * A run that another can be compared with: tested on the same images, done, not the run itself. Of several one of its own
 * study, then a control, then the newest.
 */
export function partnerOf(run: Run, runs: readonly Run[]): Run | undefined {
  const rank = (other: Run): number =>
    (other.study !== undefined && other.study.id === run.study?.id ? 2 : 0) + (other.study !== undefined && other.study.role !== 'candidate' ? 1 : 0)
  return runs.filter((other) => other.id !== run.id && other.state === 'done' && other.metrics.test && testedOnSameImages(run, other))
    .sort((one, other) => rank(other) - rank(one) || other.createdAt.localeCompare(one.createdAt))[0]
}
