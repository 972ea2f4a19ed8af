import { shallowRef, type ShallowRef } from 'vue'
import type { SplitName } from '../../../contract/datasets'

/** Labels asked for at once: the contract's largest page. */
const labelPage = 10_000

type ReadLabels = (page: { id: string, split: SplitName, column?: 'labels' | 'domains', from: number, count: number }) => Promise<(number | null)[]>

/** Labels of one split as far as they have been read, null where an image has none. */
export interface SplitLabels {
  /** Positions of one class's images as far as they are known, in order; grows while labels arrive. */
  positions: ShallowRef<Int32Array>
  /** How many labels are known: changes whenever `labelAt` has news. */
  known: ShallowRef<number>
  /** The label at a position; undefined until it is known. */
  labelAt(position: number): number | null | undefined
  loading: ShallowRef<boolean>
  error: ShallowRef<unknown>
  /** Ends the reading. */
  stop(): void
}

/**
 * Reads the labels of a split page by page, and gathers the positions whose label is `wanted` and whose domain is
 * `wantedDomain` (null: any; with both, every image, known at once without a label). Nothing is read twice for one call; a hundred thousand labels are ten requests.
 */
export function readSplitLabels(
  read: ReadLabels, dataset: { id: string, split: SplitName, count: number, labelled: boolean }, wanted: number | null, wantedDomain: number | null = null
): SplitLabels {
  const { id, split, count, labelled } = dataset
  const labels: (number | null | undefined)[] = []
  const positions = shallowRef(wanted === null && wantedDomain === null ? Int32Array.from({ length: count }, (_, position) => position) : new Int32Array(0))
  const known = shallowRef(0)
  const loading = shallowRef((labelled || wantedDomain !== null) && count > 0)
  const error = shallowRef<unknown>(undefined)
  let stopped = false

  async function readAll(): Promise<void> {
    for (let from = 0; from < count && !stopped; from += labelPage) {
      const asked = { id, split, from, count: Math.min(labelPage, count - from) }
      const [page, domains] = await Promise.all([read(asked), wantedDomain === null ? undefined : read({ ...asked, column: 'domains' })])
      if (stopped) return
      const found: number[] = []
      page.forEach((label, index) => {
        labels[from + index] = label
        if ((wanted === null || label === wanted) && (!domains || domains[index] === wantedDomain)) found.push(from + index)
      })
      known.value = from + page.length
      if ((wanted !== null || wantedDomain !== null) && found.length > 0) {
        const grown = new Int32Array(positions.value.length + found.length)
        grown.set(positions.value)
        grown.set(found, positions.value.length)
        positions.value = grown
      }
    }
  }

  if (loading.value) {
    readAll().catch((thrown: unknown) => { error.value = thrown }).finally(() => { loading.value = false })
  }
  return { positions, known, loading, error, labelAt: (position) => labels[position], stop: () => { stopped = true } }
}
