import { computed, onScopeDispose, ref, shallowRef, watch, type ComputedRef, type Ref, type ShallowRef } from 'vue'
import { toErrorValue, type ErrorValue } from '../../../contract/errors'
import type { Progress } from '../../../contract/jobs/define'
import { api } from '../api'
import { useJobsStore } from '../stores'

type AskingState = 'idle' | 'asking' | 'answered' | 'cancelled' | 'failed'

export interface Asking<Wanted, Answer> {
  state: Ref<AskingState>
  outcome: ShallowRef<Answer | null>
  error: ShallowRef<ErrorValue | null>
  /** How far it is, once the worker has said so. */
  progress: ComputedRef<Progress | undefined>
  /** What was asked before is dropped. */
  ask(wanted: Wanted): Promise<void>
  /** Asks no longer; an answer that is there stays. */
  drop(): void
  cancel(): Promise<void>
}

/**
 * A question that a job answers, one at a time. Another subject forgets the answer of the last. The job of a question that is
 * dropped, or whose page is left, is cancelled: it would hold up the next.
 */
export function useAsking<Wanted, Answer>(
  subject: () => unknown, begin: (wanted: Wanted) => Promise<{ jobId: string }>, take: (job: { jobId: string }) => Promise<Answer | null>
): Asking<Wanted, Answer> {
  const jobs = useJobsStore()
  void jobs.load()
  const state = ref<AskingState>('idle')
  const outcome: ShallowRef<Answer | null> = shallowRef(null)
  const error = shallowRef<ErrorValue | null>(null)
  const jobId = ref<string | null>(null)
  const progress = computed(() => jobs.jobs.find(({ id }) => id === jobId.value)?.progress)
  let latest = 0
  /** What was cancelled before its job had an id. */
  let cancelled = 0

  /** It may have ended this moment, which is as good. */
  const end = (id: string): Promise<void> => api.jobs.cancel({ id }).catch(() => undefined)
  function supersede(): void {
    latest++
    if (jobId.value !== null) void end(jobId.value)
    jobId.value = null
  }
  onScopeDispose(supersede)
  watch(subject, () => {
    supersede()
    state.value = 'idle'
    outcome.value = null
    error.value = null
  })

  return {
    state, outcome, error, progress,
    async ask(wanted) {
      supersede()
      const mine = latest
      state.value = 'asking'
      error.value = null
      try {
        const { jobId: id } = await begin(wanted)
        if (mine === latest) jobId.value = id
        if (mine !== latest || mine === cancelled) await end(id)
        const answer = await take({ jobId: id })
        if (mine !== latest) return
        jobId.value = null
        if (answer) outcome.value = answer
        state.value = answer ? 'answered' : 'cancelled'
      } catch (thrown) {
        if (mine !== latest) return
        jobId.value = null
        error.value = toErrorValue(thrown)
        state.value = 'failed'
      }
    },
    drop() {
      supersede()
      if (state.value === 'asking') state.value = outcome.value === null ? 'idle' : 'answered'
    },
    async cancel() {
      if (jobId.value === null) cancelled = latest
      else await api.jobs.cancel({ id: jobId.value })
    }
  }
}

/** Where the one of several questions stands that counts now. */
export function toAsking(
  which: () => Pick<Asking<never, unknown>, 'state' | 'error' | 'progress' | 'cancel'>
): { state: ComputedRef<AskingState>, error: ComputedRef<ErrorValue | null>, progress: ComputedRef<Progress | undefined>, cancel(): Promise<void> } {
  return {
    state: computed(() => which().state.value), error: computed(() => which().error.value), progress: computed(() => which().progress.value),
    cancel: () => which().cancel()
  }
}
