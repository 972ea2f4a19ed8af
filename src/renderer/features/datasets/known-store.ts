import { defineStore } from 'pinia'
import type { KnownDataset } from '../../../contract/downloads'
import { api } from '../../shared/api'
import { useResource } from '../../shared/stores/resource'

/** What Graft can download, with what is there of each; read again whenever main says that data sets changed. */
export const useKnownStore = defineStore('known-datasets', () => {
  const { value, state, error, load, reload } = useResource<KnownDataset[]>([], () => api.datasets.known())
  api.datasets.changed(() => { if (state.value !== 'idle') void reload() })
  return { known: value, state, error, load, reload }
})
