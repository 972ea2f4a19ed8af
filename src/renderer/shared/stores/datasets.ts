import { defineStore } from 'pinia'
import { computed } from 'vue'
import type { Damaged } from '../../../contract/app'
import type { Dataset } from '../../../contract/datasets'
import { api } from '../api'
import { localSampleName } from '../i18n/local-names'
import { useResource } from './resource'
import { useSettingsStore } from './settings'

/** The catalogue of data sets, read again whenever main says it changed. */
export const useDatasetsStore = defineStore('datasets', () => {
  const { value, state, error, load, reload } = useResource<{ datasets: Dataset[], damaged: Damaged[] }>(
    { datasets: [], damaged: [] }, () => api.datasets.list()
  )
  api.datasets.changed(() => { if (state.value !== 'idle') void reload() })

  const settings = useSettingsStore()
  const datasets = computed(() => value.value.datasets.map((dataset) =>
    dataset.sample ? { ...dataset, name: localSampleName(dataset.name, settings.language) } : dataset))
  const damaged = computed(() => value.value.damaged)
  const byId = computed(() => new Map(datasets.value.map((dataset) => [dataset.id, dataset])))
  return { datasets, damaged, byId, state, error, load, reload }
})
