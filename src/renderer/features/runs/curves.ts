import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import { mostCurves, type RunCurve } from '../../../contract/marks'
import type { Run } from '../../../contract/runs'
import { api } from '../../shared/api'

/** What is known of a run's curve is out of date once it has more epochs, or was begun anew. */
const stampOf = ({ epochs, state }: Run): string => `${epochs} ${state}`

/** The small curves of the list: each is read when its row is first on screen, many in one request. */
export const useCurvesStore = defineStore('run-curves', () => {
  const curves = shallowRef(new Map<string, RunCurve>())
  const known = new Map<string, string>()
  let wanted = new Set<string>()

  function want(run: Run): void {
    if (known.get(run.id) === stampOf(run) || run.epochs === 0) return
    known.set(run.id, stampOf(run))
    if (wanted.size === 0) setTimeout(() => void read())
    wanted.add(run.id)
  }
  async function read(): Promise<void> {
    const ids = [...wanted]
    wanted = new Set()
    for (let from = 0; from < ids.length; from += mostCurves) {
      const some = ids.slice(from, from + mostCurves)
      try {
        const answer = await api.runs.curves({ ids: some })
        curves.value = new Map([...curves.value, ...Object.entries(answer)])
      } catch {
        // The list is as good without: they are asked for again when their rows are next drawn.
        for (const id of some) known.delete(id)
      }
    }
  }
  return { curves, want }
})
