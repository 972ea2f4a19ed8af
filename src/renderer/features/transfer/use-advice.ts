import { computed, reactive, shallowRef, watch } from 'vue'
import type { Advice, AdviceWanted } from '../../../contract/advice'
import { keptScore } from '../../../rules/advice/kept-score'
import { keyOf } from '../../../rules/studies/plan'
import { api } from '../../shared/api'
import { useOneLook } from '../../shared/one-look'
import { useRunsStore } from '../../shared/stores'
import type { TransferView } from './use-transfer'

/** Advice for the transfer that is chosen: what stood from before, and what a look brings. */
export function useAdvice(view: TransferView) {
  const runs = useRunsStore()
  const wanted = computed<AdviceWanted | null>(() => {
    const { source, sourceDataset, target, labels, domain, training, device } = view.transfer
    if (source === null || target === null) return null
    return {
      source, ...(sourceDataset !== null && { sourceData: sourceDataset }), seed: training.seed, device,
      target: { dataset: target.id, labels, ...(domain !== null && { domain }) }
    }
  })
  /** What the advice is about; the method and its settings are not. */
  const about = computed(() => wanted.value && keyOf({ source: wanted.value.source, target: wanted.value.target }))
  const look = useOneLook((asked: AdviceWanted) => api.advice.ask(asked), (job) => api.advice.answer(job))
  const stood = shallowRef<Advice | null>(null)

  watch(about, async (now) => {
    look.stop()
    stood.value = null
    if (now === null || wanted.value === null) return
    // Advice from before is a courtesy: without it the panel asks for a look.
    const before = await api.advice.standing(wanted.value).catch(() => null)
    if (about.value === now) stood.value = before
  }, { immediate: true })

  return reactive({
    wanted,
    about,
    advice: computed(() => look.found.value ?? stood.value),
    looking: look.looking,
    job: look.job,
    error: look.error,
    score: computed(() => keptScore(runs.runs)),
    ask: (allSources = false): Promise<void> => wanted.value === null ? Promise.resolve() : look.look({ ...wanted.value, allSources }),
    stop: () => { look.stop() }
  })
}
