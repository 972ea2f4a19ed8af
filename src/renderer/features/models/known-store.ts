import { defineStore } from 'pinia'
import type { KnownModelEntry } from '../../../contract/downloads'
import { api } from '../../shared/api'
import { useResource } from '../../shared/stores/resource'

/** What Graft can download, with what is there of each; read again whenever main says that models changed. */
export const useKnownModelsStore = defineStore('known-models', () => {
  const { value, state, error, load, reload } = useResource<KnownModelEntry[]>([], () => api.models.known())
  api.models.changed(() => { if (state.value !== 'idle') void reload() })
  return { known: value, state, error, load, reload }
})
