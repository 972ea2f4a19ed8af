import { computed, reactive, type ComputedRef } from 'vue'
import type { BlockSummary } from '../../../contract/models'
import { useText } from '../../shared/i18n'
import { useDatasetsStore, useMethodsStore, useModelsStore, useRunsStore, useSettingsStore } from '../../shared/stores'
import { changedNames, completeTransfer, specOf } from './choices'
import type { Shelf } from './shelf'
import { isTrained } from './source'
import { useTransferStore } from './store'

/** Everything the Transfer screen shows, computed from the stores and from what was chosen. */
export function useTransfer() {
  const text = useText()
  const stores = {
    datasets: useDatasetsStore(), models: useModelsStore(), methods: useMethodsStore(), runs: useRunsStore()
  }
  const settings = useSettingsStore()
  const draft = useTransferStore()

  const load = (): Promise<unknown> => Promise.all(Object.values(stores).map((store) => store.load()))
  const ready = computed(() => Object.values(stores).every((store) => store.state === 'ready'))
  const error = computed(() => Object.values(stores).map((store) => store.error).find((found) => found !== null) ?? null)
  const reload = (): Promise<unknown> => Promise.all(Object.values(stores).map((store) => store.reload()))

  const shelf = computed<Shelf>(() => ({
    datasets: stores.datasets.datasets, models: stores.models.models, architectures: stores.models.architectures,
    methods: stores.methods.methods, runs: stores.runs.runs
  }))
  const transfer = computed(() => completeTransfer(draft.choices, shelf.value, settings.settings.device))
  const spec = computed(() => specOf(transfer.value))

  const model = computed(() => shelf.value.models.find((candidate) => candidate.ref === transfer.value.source) ?? null)
  const architecture = computed(() => {
    const id = model.value?.architecture ?? transfer.value.source?.replace(/^arch:/, '')
    return shelf.value.architectures.find((candidate) => candidate.id === id) ?? null
  })
  const sourceName = computed(() => model.value?.name ?? (architecture.value ? text(architecture.value.title) : transfer.value.source ?? ''))
  const blocks: ComputedRef<readonly BlockSummary[]> = computed(() => model.value?.blocks ?? architecture.value?.blocks ?? [])
  const sourceRun = computed(() => stores.runs.byId.get(transfer.value.source?.replace(/^run:/, '') ?? '') ?? null)
  /** As a run will name its source: network and what it learned on, not the growing name of a run of runs. */
  const sourceInSentence = computed(() => sourceRun.value && architecture.value
    ? `${text(architecture.value.title)} · ${sourceRun.value.names.target}` : sourceName.value)
  /** With its domain, as a run will name its target. */
  const targetName = computed(() => [transfer.value.target?.name ?? '', transfer.value.domain].filter((part) => part !== null).join(' · '))
  const trained = computed(() => isTrained(transfer.value.source))
  const sameClasses = computed(() => {
    const { target } = transfer.value
    return model.value !== null && target !== null && target.classes.length === model.value.classes.length &&
      target.classes.every((name, index) => name === model.value?.classes[index])
  })
  const changed = computed(() => ({
    params: changedNames(transfer.value.params, Object.fromEntries(Object.entries(transfer.value.method?.parameters ?? {})
      .map(([name, parameter]) => [name, parameter.default]))),
    training: changedNames(transfer.value.training, transfer.value.trainingDefaults)
  }))

  return reactive({
    load, reload, ready, error, shelf, transfer, spec, model, architecture, sourceName, sourceInSentence, targetName,
    blocks, sourceRun, trained, sameClasses, changed
  })
}
export type TransferView = ReturnType<typeof useTransfer>
