import { defineStore } from 'pinia'
import { computed } from 'vue'
import type { Damaged } from '../../../contract/app'
import type { Run } from '../../../contract/runs'
import { api } from '../api'
import { localSampleName } from '../i18n/local-names'
import { useResource } from './resource'
import { useSettingsStore } from './settings'

interface Listed { runs: Run[], damaged: Damaged[] }

/** The list with a run in its place, or without it when it is null. */
function withRun(listed: Listed, id: string, run: Run | null): Listed {
  const others = listed.runs.filter((other) => other.id !== id)
  if (run === null) return { ...listed, runs: others }
  const known = others.length < listed.runs.length
  const runs = known
    ? listed.runs.map((other) => other.id === id ? run : other)
    : [run, ...others].sort((a, b) => b.createdAt.localeCompare(a.createdAt))
  return { ...listed, runs }
}

/** All runs, newest first, kept current by `runs.changed`. */
export const useRunsStore = defineStore('runs', () => {
  /** What changed while a list was being read, which it may be too old to know. */
  const readings = new Set<Map<string, Run | null>>()
  const { value, state, error, load, reload } = useResource<Listed>({ runs: [], damaged: [] }, async () => {
    const changed = new Map<string, Run | null>()
    readings.add(changed)
    try {
      const listed: Listed = await api.runs.list()
      return [...changed].reduce((list, [id, run]) => withRun(list, id, run), listed)
    } finally {
      readings.delete(changed)
    }
  })

  /** Puts a run in its place, or takes it out when it is null. */
  function put(id: string, run: Run | null): void {
    for (const changed of readings) changed.set(id, run)
    value.value = withRun(value.value, id, run)
  }
  api.runs.changed(({ id, run }) => { if (state.value !== 'idle') put(id, run) })

  const settings = useSettingsStore()
  const runs = computed(() => settings.language === 'en' ? value.value.runs : value.value.runs.map((run) => ({
    ...run, names: {
      ...run.names, source: localSampleName(run.names.source, settings.language), target: localSampleName(run.names.target, settings.language)
    }
  })))
  const damaged = computed(() => value.value.damaged)
  const byId = computed(() => new Map(runs.value.map((run) => [run.id, run])))
  return { runs, damaged, byId, state, error, load, reload, put }
})
