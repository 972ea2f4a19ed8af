import { defineStore } from 'pinia'
import { computed } from 'vue'
import type { Damaged } from '../../../contract/app'
import type { ArchitectureSummary, ModelRef, ModelSummary } from '../../../contract/models'
import { idIn } from '../../../rules/refs'
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
  /** What a block of a model, or of an architecture, is called. */
  function blockName(ref: ModelRef, block: string): string {
    const { blocks } = byRef.value.get(ref) ?? architectures.value.find(({ id }) => id === idIn('arch', ref)) ?? { blocks: [] }
    return blocks.find(({ name }) => name === block)?.title ?? block
  }
  return { architectures, models, damaged, byRef, blockName, state, error, load, reload }
})
