import { defineStore } from 'pinia'
import { ref, shallowReactive, shallowRef, watch, type Ref, type ShallowRef } from 'vue'
import type { ModelRef } from '../../../contract/models'
import type { Sorted } from '../../../contract/predictions'
import { useModelsStore } from '../stores'

/** What a person made of a table of answers. */
interface Decided {
  /** By file: a class, or null for one that is left out. */
  changes: ShallowRef<Map<string, string | null>>
  /** Classes that the model does not know. */
  added: Ref<string[]>
}

/** The last table of each model with its corrections: neither leaving the page nor another question loses what was done by hand. */
export const useSortedStore = defineStore('sorted', () => {
  const tables = shallowReactive(new Map<ModelRef, Sorted>())
  const all = new WeakMap<Sorted, Decided>()
  const models = useModelsStore()
  // Another model may come under the same name.
  watch(() => models.models.map((model) => model.ref), (now, before) => {
    for (const gone of before.filter((each) => !now.includes(each))) tables.delete(gone)
  })

  function decided(sorted: Sorted): Decided {
    const known = all.get(sorted)
    if (known) return known
    const fresh: Decided = { changes: shallowRef(new Map()), added: ref([]) }
    all.set(sorted, fresh)
    return fresh
  }
  const isCorrected = (sorted: Sorted): boolean => decided(sorted).changes.value.size > 0 || decided(sorted).added.value.length > 0
  return {
    decided,
    of: (model: ModelRef): Sorted | null => tables.get(model) ?? null,
    /** Puts a table in the place of the model's last, and gives that back where it was corrected. */
    keep(sorted: Sorted): Sorted | null {
      const before = tables.get(sorted.model)
      // What nobody corrected can be asked for again, and takes memory.
      for (const [model, table] of tables) if (!isCorrected(table)) tables.delete(model)
      tables.set(sorted.model, sorted)
      return before && before !== sorted && isCorrected(before) ? before : null
    }
  }
})
