import { computed, ref, shallowRef, triggerRef, watch, type ComputedRef, type Ref, type ShallowRef } from 'vue'
import type { AnsweredFile, Sorted } from '../../../contract/predictions'

interface Corrections {
  /** What a person made of a file: a class, or null for one that is left out. */
  made: ShallowRef<ReadonlyMap<string, string | null>>
  /** Classes that the model does not know. */
  added: Ref<string[]>
  /** The class that counts; null where there is none. */
  classOf(row: AnsweredFile): string | null
  correct(row: AnsweredFile, to: string | null): void
  counts: ComputedRef<{ corrected: number, leftOut: number, unreadable: number }>
  /** What a data set is made of. */
  labelled(): { file: string, class: string }[]
}

/** A model's answers about many files, as a person corrects them. Other answers forget the corrections. */
export function useCorrections(sorted: () => Sorted): Corrections {
  const changes = new Map<string, string | null>()
  const made = shallowRef<ReadonlyMap<string, string | null>>(changes)
  const added = ref<string[]>([])
  watch(sorted, () => {
    changes.clear()
    added.value = []
    triggerRef(made)
  })
  function classOf(row: AnsweredFile): string | null {
    if ('error' in row) return null
    const change = made.value.get(row.file)
    return change === undefined ? row.class : change
  }
  return {
    made, added, classOf,
    correct(row, to) {
      if ('error' in row) return
      if (to === row.class) changes.delete(row.file)
      else changes.set(row.file, to)
      triggerRef(made)
    },
    counts: computed(() => {
      const values = [...made.value.values()]
      return {
        corrected: values.filter((value) => value !== null).length, leftOut: values.filter((value) => value === null).length,
        unreadable: sorted().files.filter((row) => 'error' in row).length
      }
    }),
    labelled: () => sorted().files.flatMap((row) => {
      const name = classOf(row)
      return name === null ? [] : [{ file: row.file, class: name }]
    })
  }
}
