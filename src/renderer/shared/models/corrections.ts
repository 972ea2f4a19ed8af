import { computed, triggerRef, type ComputedRef, type WritableComputedRef } from 'vue'
import type { AnsweredFile, Sorted } from '../../../contract/predictions'
import { useSortedStore } from './sorted-store'

interface Corrections {
  /** What a person made of a file: a class, or null for one that is left out; undefined where the model's answer counts. */
  made(file: string): string | null | undefined
  /** Classes that the model does not know. */
  added: WritableComputedRef<string[]>
  /** The class that counts; null where there is none. */
  classOf(row: AnsweredFile): string | null
  correct(row: AnsweredFile, to: string | null): void
  counts: ComputedRef<{ corrected: number, leftOut: number, unreadable: number }>
  /** What a data set is made of. */
  labelled(): { file: string, class: string }[]
}

/** A model's answers about many files, as a person corrects them. Each table of answers has its own corrections, and keeps them. */
export function useCorrections(sorted: () => Sorted): Corrections {
  const store = useSortedStore()
  const decided = computed(() => store.decided(sorted()))
  const made = (file: string): string | null | undefined => decided.value.changes.value.get(file)
  function classOf(row: AnsweredFile): string | null {
    if ('error' in row) return null
    const change = made(row.file)
    return change === undefined ? row.class : change
  }
  return {
    made, classOf,
    added: computed({ get: () => decided.value.added.value, set: (names) => { decided.value.added.value = names } }),
    correct(row, to) {
      if ('error' in row) return
      const { changes } = decided.value
      if (to === row.class) changes.value.delete(row.file)
      else changes.value.set(row.file, to)
      triggerRef(changes)
    },
    counts: computed(() => {
      const values = [...decided.value.changes.value.values()]
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
