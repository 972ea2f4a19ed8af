import { computed, ref, shallowRef, watch, type ComputedRef, type Ref, type ShallowRef } from 'vue'
import type { JobStatus } from '../../../contract/jobs/status'
import { toErrorValue, type ErrorValue } from '../../../contract/errors'
import { api } from '../api'
import { isLiving } from '../../../rules/states'
import { useJobsStore } from '../stores'

type JobStep = 'form' | 'running' | 'done' | 'failed' | 'cancelled'

export interface OneJob {
  step: ComputedRef<JobStep>
  job: ComputedRef<JobStatus | undefined>
  /** Why it could not start or did not end well. */
  error: ShallowRef<ErrorValue | null>
  starting: Ref<boolean>
  startWith(begin: () => Promise<{ jobId: string }>): Promise<void>
  cancel(): Promise<void>
  /** Back to the form; a job under way goes on by itself. */
  reset(): void
}

/** One job that a form starts, from its start to its end; `ended` hears of an end even when nobody looks. */
export function useOneJob(ended: (job: JobStatus) => void): OneJob {
  const jobs = useJobsStore()
  void jobs.load()
  const jobId = ref<string | null>(null)
  const starting = ref(false)
  const error = shallowRef<ErrorValue | null>(null)

  const job = computed(() => jobs.jobs.find((candidate) => candidate.id === jobId.value))
  const step = computed<JobStep>(() => {
    if (jobId.value === null) return 'form'
    const now = job.value
    if (now === undefined || isLiving(now)) return 'running'
    return now.state === 'done' ? 'done' : now.state === 'cancelled' ? 'cancelled' : 'failed'
  })
  watch(step, (now) => {
    const over = job.value
    if (over === undefined || now === 'form' || now === 'running') return
    error.value = over.error ?? null
    ended(over)
  })

  return {
    step, job, error, starting,
    async startWith(begin) {
      starting.value = true
      error.value = null
      try {
        jobId.value = (await begin()).jobId
      } catch (thrown) {
        error.value = toErrorValue(thrown)
      } finally {
        starting.value = false
      }
    },
    async cancel() {
      if (jobId.value !== null) await api.jobs.cancel({ id: jobId.value })
    },
    reset() {
      jobId.value = null
      error.value = null
    }
  }
}
