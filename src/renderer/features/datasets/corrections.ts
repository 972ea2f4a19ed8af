import { computed, ref, type ComputedRef } from 'vue'
import type { Dataset } from '../../../contract/datasets'
import type { Suspect } from '../../../contract/examinations'
import type { Correction } from '../../../contract/mending'
import { placeOf, planFor } from '../../../rules/examination/propose'

/** What is to become of a picture: a class, a split, or nothing of it. */
export type Remedy = { do: 'relabel', to: string } | { do: 'move', to: 'train' | 'validation' | 'test' } | { do: 'leave-out' } | { do: 'keep' } | { do: 'label', to: string }

export interface Corrections {
  /** In the order in which they were decided. */
  list: ComputedRef<readonly Correction[]>
  counts: ComputedRef<{ relabelled: number, leftOut: number, moved: number, classes: number, labelled: number }>
  /** What is decided of a picture: another class, another split, both, or that it goes. */
  of(suspect: Pick<Suspect, 'split' | 'position'>): readonly Correction[]
  decide<Place extends Pick<Suspect, 'split' | 'position'>>(suspects: readonly Place[], remedy: Remedy | ((suspect: Place) => Remedy | undefined)): void
  /** New names of classes by their old ones; classes that get one name become one. */
  names: ComputedRef<Readonly<Record<string, string>>>
  /** Gives a class another name; its own takes that back. */
  rename(name: string, to: string): void
  plan(dataset: Pick<Dataset, 'id' | 'splits'>): ReturnType<typeof planFor>
  /** Puts others in the place of all. */
  replace(corrections: readonly Correction[], names?: Readonly<Record<string, string>>): void
}

/** Corrections of one data set's pictures as they are being decided; nothing is changed by them yet. */
export function newCorrections(): Corrections {
  const decided = ref(new Map<string, Correction[]>())
  const names = ref<Record<string, string>>({})
  const list = computed(() => [...decided.value.values()].flat())
  const countOf = (what: Correction['do']): number => list.value.filter((each) => each.do === what).length

  function decideOne(suspect: Pick<Suspect, 'split' | 'position'>, remedy: Remedy): void {
    const { split, position } = suspect
    const key = placeOf(suspect)
    const others = (decided.value.get(key) ?? []).filter((each) => each.do !== remedy.do && each.do !== 'leave-out')
    decided.value.delete(key)
    switch (remedy.do) {
      case 'keep': return
      case 'leave-out': decided.value.set(key, [{ do: 'leave-out', split, position }]); return
      case 'label': decided.value.set(key, [{ do: 'label', split, position, to: remedy.to }]); return
      case 'relabel': decided.value.set(key, [...others, { do: 'relabel', split, position, to: remedy.to }]); return
      case 'move':
        if (remedy.to !== split) others.push({ do: 'move', split, position, to: remedy.to })
        if (others.length > 0) decided.value.set(key, others)
    }
  }
  return {
    list,
    counts: computed(() => ({ relabelled: countOf('relabel'), leftOut: countOf('leave-out'), moved: countOf('move'), classes: Object.keys(names.value).length, labelled: countOf('label') })),
    of: (suspect) => decided.value.get(placeOf(suspect)) ?? [],
    decide: (suspects, remedy) => {
      for (const suspect of suspects) {
        const one = typeof remedy === 'function' ? remedy(suspect) : remedy
        if (one) decideOne(suspect, one)
      }
    },
    names: computed(() => names.value),
    rename: (name, to) => {
      const { [name]: _, ...others } = names.value
      names.value = to.trim() === '' || to.trim() === name ? others : { ...others, [name]: to.trim() }
    },
    plan: (dataset) => ({ ...planFor(dataset, list.value), classes: { ...names.value } }),
    replace: (corrections, renamed = {}) => {
      names.value = { ...renamed }
      const all = new Map<string, Correction[]>()
      for (const each of corrections) all.set(placeOf(each), [...all.get(placeOf(each)) ?? [], each])
      decided.value = all
    }
  }
}
