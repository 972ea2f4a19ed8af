import { computed, reactive, type ComputedRef } from 'vue'
import type { PaceWanted } from '../../../contract/advice'
import type { BlockSummary } from '../../../contract/models'
import type { Run, Spec } from '../../../contract/runs'
import { batchThatFits } from '../../../rules/advice/memory'
import { sameClasses as areSameClasses } from '../../../rules/classes'
import { idIn, isTrained } from '../../../rules/refs'
import { haveUsedGpu } from '../../../rules/specs/complete'
import { learnedName } from '../../../rules/specs/learned-from'
import { sourceName as nameOfSource, targetName as nameOfTarget } from '../../../rules/specs/names'
import { isStudy } from '../../../rules/studies/is-study'
import { useLanguage, useText } from '../../shared/i18n'
import { useDatasetsStore, useMethodsStore, useModelsStore, useRunsStore, useSettingsStore } from '../../shared/stores'
import { completeTransfer, specOf } from './choices'
import type { Shelf } from './shelf'
import { useTransferStore } from './store'
import { studyOf } from './study-choices'
import { usePaces } from './use-paces'
import { usePrecision } from './use-precision'

/** Everything the Transfer screen shows, computed from the stores and from what was chosen. */
export function useTransfer() {
  const text = useText()
  const language = useLanguage()
  const stores = {
    datasets: useDatasetsStore(), models: useModelsStore(), methods: useMethodsStore(), runs: useRunsStore()
  }
  const settings = useSettingsStore()
  const draft = useTransferStore()

  const load = (): Promise<unknown> => Promise.all(Object.values(stores).map((store) => store.load()))
  const ready = computed(() => Object.values(stores).every((store) => store.state === 'ready'))
  const error = computed(() => Object.values(stores).map((store) => store.error).find((found) => found !== null) ?? null)
  const reload = (): Promise<unknown> => Promise.all(Object.values(stores).map((store) => store.reload()))

  const { paces, machine, memoryBytes, failed, measureWhere } = usePaces()
  const shelf = computed<Shelf>(() => ({
    datasets: stores.datasets.datasets, models: stores.models.models, architectures: stores.models.architectures,
    methods: stores.methods.methods, runs: stores.runs.runs, gpu: haveUsedGpu(stores.runs.runs)
  }))
  /** Whether the next start is a study that another machine computes: what this one is and how fast says nothing of it. */
  const isAway = computed(() => settings.settings.elsewhere?.use === true
    && isStudy(studyOf(draft.study, completeTransfer(draft.choices, shelf.value, settings.settings.device).method).study))
  const settled = computed(() => {
    const unmeasured: PaceWanted[] = []
    const onUnmeasured = (wanted: PaceWanted): void => { unmeasured.push(wanted) }
    const [found, memory] = [machine.value, memoryBytes.value]
    const here = isAway.value || !found ? {} : {
      machine: found, paces: paces.value, onUnmeasured, fitting: (one: Spec) => batchThatFits(one, shelf.value, found, memory)
    }
    return { transfer: completeTransfer(draft.choices, { ...shelf.value, ...here }, settings.settings.device), unmeasured }
  })
  const transfer = computed(() => settled.value.transfer)
  const { wanted: precisionWanted, ...precision } = usePrecision(() => ({
    transfer: transfer.value, shelf: shelf.value, machine: machine.value, paces: paces.value, failed: failed.value, away: isAway.value,
    withoutFunctions: draft.choices.training['functions'] === false
  }))
  measureWhere(() => ready.value ? [...settled.value.unmeasured, ...(precisionWanted.value ? [precisionWanted.value] : [])] : [])
  const spec = computed(() => specOf(transfer.value))

  const model = computed(() => shelf.value.models.find((candidate) => candidate.ref === transfer.value.source) ?? null)
  const architecture = computed(() => {
    const id = model.value?.architecture ?? idIn('arch', transfer.value.source)
    return shelf.value.architectures.find((candidate) => candidate.id === id) ?? null
  })
  const sourceName = computed(() => model.value?.name ?? (architecture.value ? text(architecture.value.title) : transfer.value.source ?? ''))
  const blocks: ComputedRef<readonly BlockSummary[]> = computed(() => model.value?.blocks ?? architecture.value?.blocks ?? [])
  const sourceRun = computed(() => stores.runs.byId.get(idIn('run', transfer.value.source) ?? '') ?? null)
  /** What a run learned on, in words. */
  const learnedOn = (run: Run): string => learnedName(run, (id) => stores.datasets.byId.get(id)?.name, language.value)
  /** As a run will name its source. */
  const sourceInSentence = computed(() => sourceRun.value && architecture.value
    ? nameOfSource(text(architecture.value.title), learnedOn(sourceRun.value)) : sourceName.value)
  const targetName = computed(() => nameOfTarget(transfer.value.target?.name ?? '', transfer.value.domain))
  const trained = computed(() => isTrained(transfer.value.source))
  const sameClasses = computed(() => {
    const { target } = transfer.value
    return model.value !== null && target !== null && areSameClasses(model.value.classes, target.classes)
  })
  const changed = computed(() => ({
    params: transfer.value.setParams,
    training: transfer.value.set
  }))

  return reactive({
    load, reload, ready, error, shelf, transfer, spec, model, architecture, sourceName, sourceInSentence, targetName,
    blocks, sourceRun, learnedOn, trained, sameClasses, changed, precision, paces
  })
}
export type TransferView = ReturnType<typeof useTransfer>
