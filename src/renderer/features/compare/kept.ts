import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { KeptComparison } from '../../../contract/comparisons'
import { api } from '../../shared/api'
import { freeId } from '../../shared/free-id'
import { useNoticesStore } from '../../shared/stores'

/** The comparisons that were given a name, kept on disk. */
export const useKeptStore = defineStore('kept-comparisons', () => {
  const kept = shallowRef<KeptComparison[]>([])
  const notices = useNoticesStore()

  async function attempt(work: Promise<KeptComparison[]>): Promise<void> {
    try {
      kept.value = await work
    } catch (thrown) {
      notices.fail(thrown)
    }
  }
  const load = (): Promise<void> => attempt(api.comparisons.list())
  /** Keeps these runs under a name. */
  const keep = (name: string, runs: readonly string[]): Promise<void> => attempt(api.comparisons.keep({
    id: freeId(name, kept.value.map(({ id }) => id)) || `comparison-${Date.now()}`, name, note: '', runs: [...runs], createdAt: new Date().toISOString()
  }))
  const change = (comparison: KeptComparison): Promise<void> => attempt(api.comparisons.keep(comparison))
  async function remove(comparison: KeptComparison): Promise<void> {
    await attempt(api.comparisons.remove({ id: comparison.id }))
    notices.offerUndo({ en: `Deleted “${comparison.name}”. Its runs stay.`, zh: `已删除“${comparison.name}”，其运行仍保留。` }, () => change(comparison))
  }
  /** The one of exactly these runs, in whatever order the others follow the reference. */
  const of = (runs: readonly string[]): KeptComparison | undefined => kept.value.find((one) =>
    one.runs[0] === runs[0] && [...one.runs].sort().join() === [...runs].sort().join())
  return { kept, load, keep, change, remove, of }
})
