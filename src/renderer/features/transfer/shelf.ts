import type { Dataset } from '../../../contract/datasets'
import type { MethodSummary } from '../../../contract/methods'
import type { ArchitectureSummary, ModelSummary } from '../../../contract/models'
import type { Run } from '../../../contract/runs'

/** All there is to choose from. */
export interface Shelf {
  datasets: readonly Dataset[]
  models: readonly ModelSummary[]
  architectures: readonly ArchitectureSummary[]
  methods: readonly MethodSummary[]
  runs: readonly Run[]
}
