import { computed, ref, shallowRef, watch, type ComputedRef, type Ref, type ShallowRef } from 'vue'
import { toErrorValue, type ErrorValue } from '../../../contract/errors'
import type { Progress } from '../../../contract/jobs/define'
import type { ModelRef } from '../../../contract/models'
import { mostPictures, type PictureWanted, type Predictions } from '../../../contract/predictions'
import { api } from '../api'
import { useJobsStore } from '../stores'

type AskingState = 'idle' | 'asking' | 'answered' | 'cancelled' | 'failed'

interface Asking {
  state: Ref<AskingState>
  outcome: ShallowRef<Predictions | null>
  error: ShallowRef<ErrorValue | null>
  /** Pictures done and to do, once the worker has said so. */
  progress: ComputedRef<Progress | undefined>
  /** More pictures were given than are asked about at once. */
  cut: Ref<boolean>
  /** Asks about picture files, or pictures of a data set; what was asked before is dropped. */
  ask(images: readonly PictureWanted[]): Promise<void>
  cancel(): Promise<void>
}

/** Asking one saved model about pictures. Another model forgets the answers of the last. */
export function usePredictions(model: () => ModelRef): Asking {
  const jobs = useJobsStore()
  void jobs.load()
  const state = ref<AskingState>('idle')
  const outcome = shallowRef<Predictions | null>(null)
  const error = shallowRef<ErrorValue | null>(null)
  const cut = ref(false)
  const jobId = ref<string | null>(null)
  const progress = computed(() => jobs.jobs.find(({ id }) => id === jobId.value)?.progress)
  let latest = 0
  /** What was cancelled before its job had an id. */
  let cancelled = 0

  watch(model, () => {
    latest++
    state.value = 'idle'
    outcome.value = null
    error.value = null
  })

  return {
    state, outcome, error, progress, cut,
    async ask(images) {
      if (images.length === 0) return
      const mine = ++latest
      state.value = 'asking'
      error.value = null
      jobId.value = null
      cut.value = images.length > mostPictures
      try {
        const { jobId: id } = await api.models.predict({ ref: model(), images: images.slice(0, mostPictures) })
        if (mine === latest) jobId.value = id
        if (mine === cancelled) await api.jobs.cancel({ id })
        const answer = await api.models.prediction({ jobId: id })
        if (mine !== latest) return
        if (answer) outcome.value = answer
        state.value = answer ? 'answered' : 'cancelled'
      } catch (thrown) {
        if (mine !== latest) return
        error.value = toErrorValue(thrown)
        state.value = 'failed'
      }
    },
    async cancel() {
      if (jobId.value === null) cancelled = latest
      else await api.jobs.cancel({ id: jobId.value })
    }
  }
}
