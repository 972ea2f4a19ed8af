import { computed, type ComputedRef, type Ref } from 'vue'
import type { Run } from '../../../contract/runs'
import { seriesStyle } from '../../shared/charts'
import { isTwin } from '../../shared/runs'

export interface RunLook { colour: string, dash: number[] }

/** Places in the palette; the seventh colour is grey, which means a control here. */
const places = [0, 1, 2, 3, 4, 5, 7, 8]

/**
 * The colour and line style of each run, the same in every chart and table of the screen. A run keeps its place while
 * others come and go; controls are grey and differ by line style.
 */
export function useRunLooks(runs: Readonly<Ref<readonly Run[]>>): ComputedRef<Map<string, RunLook>> {
  const taken = new Map<string, number>()
  return computed(() => {
    const present = new Set(runs.value.map((run) => run.id))
    for (const id of [...taken.keys()]) if (!present.has(id)) taken.delete(id)
    return new Map(runs.value.map((run) => {
      let place = taken.get(run.id)
      if (place === undefined) {
        const used = new Set(taken.values())
        place = places.find((candidate) => !used.has(candidate)) ?? places.length
        taken.set(run.id, place)
      }
      const { token, dash } = seriesStyle(place)
      return [run.id, { colour: isTwin(run) ? '--control' : token, dash }]
    }))
  })
}
