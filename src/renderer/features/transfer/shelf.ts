import type { KnownPace, PaceWanted } from '../../../contract/advice'
import type { Machine } from '../../../contract/doctor'
import type { MethodSummary } from '../../../contract/methods'
import type { Run, Spec } from '../../../contract/runs'
import type { Shelf as FitShelf } from '../../../rules/methods/fit'
import type { FittingBatch } from '../../../rules/settings/facts'

/** All there is to choose from. */
export interface Shelf extends FitShelf {
  methods: readonly MethodSummary[]
  runs: readonly Run[]
  /** Whether a GPU computes here. */
  gpu?: boolean
  /** What computes here; undefined where nobody knows yet, or another machine will. */
  machine?: Machine | undefined
  /** How fast networks were seen to train here, and who is told of one whose pace decides and is not known. */
  paces?: readonly KnownPace[]
  onUnmeasured?(wanted: PaceWanted): void
  /** The largest batch that fits into memory here, where a spec's own does not. */
  fitting?(spec: Spec): FittingBatch | undefined
}
