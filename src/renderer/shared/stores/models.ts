import { defineStore } from 'pinia'
import { computed } from 'vue'
import type { Damaged } from '../../../contract/app'
import type { ArchitectureSummary, ModelSummary } from '../../../contract/models'
import { api } from '../api'
import { withLocalBlocks } from '../i18n/local-names'
import { useResource } from './resource'
import { useSettingsStore } from './settings'

interface Models { architectures: ArchitectureSummary[], models: ModelSummary[], damaged: Damaged[] }

/** Architectures, and the models that were imported or that runs left. */
export const useModelsStore = defineStore('models', () => {
  const { value, state, error, load, reload } = useResource<Models>(
    { architectures: [], models: [], damaged: [] }, () => api.models.list()
  )
  const again = (): void => { if (state.value !== 'idle') void reload() }
  api.models.changed(again)
  // A run that ends leaves a model; one that is removed takes it away.
  api.runs.changed(({ run }) => { if (run === null || run.state === 'done') again() })

  const settings = useSettingsStore()
  const architectures = computed(() => value.value.architectures.map((architecture) => withLocalBlocks(architecture, settings.language)))
  const models = computed(() => value.value.models.map((model) => withLocalBlocks(model, settings.language)))
  const damaged = computed(() => value.value.damaged)
  const byRef = computed(() => new Map(models.value.map((model) => [model.ref, model])))
  return { architectures, models, damaged, byRef, state, error, load, reload }
})
