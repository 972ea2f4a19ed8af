import { defineStore } from 'pinia'
import { computed } from 'vue'
import type { Damaged } from '../../../contract/app'
import type { Run } from '../../../contract/runs'
import { api } from '../api'
import { useResource } from './resource'

/** All runs, newest first, kept current by `runs.changed`. */
export const useRunsStore = defineStore('runs', () => {
  const { value, state, error, load, reload } = useResource<{ runs: Run[], damaged: Damaged[] }>(
    { runs: [], damaged: [] }, () => api.runs.list()
  )

  /** Puts a run in its place, or takes it out when it is null. */
  function put(id: string, run: Run | null): void {
    const others = value.value.runs.filter((other) => other.id !== id)
    if (run === null) {
      value.value = { ...value.value, runs: others }
      return
    }
    const known = others.length < value.value.runs.length
    const runs = known
      ? value.value.runs.map((other) => other.id === id ? run : other)
      : [run, ...others].sort((a, b) => b.createdAt.localeCompare(a.createdAt))
    value.value = { ...value.value, runs }
  }
  api.runs.changed(({ id, run }) => { if (state.value !== 'idle') put(id, run) })

  const runs = computed(() => value.value.runs)
  const damaged = computed(() => value.value.damaged)
  const byId = computed(() => new Map(runs.value.map((run) => [run.id, run])))
  return { runs, damaged, byId, state, error, load, reload, put }
})
