import { computed, ref, shallowRef, watch, type ComputedRef, type Ref, type ShallowRef } from 'vue'
import type { JobStatus } from '../../../contract/app'
import type { ImportOptions } from '../../../contract/datasets'
import { toErrorValue, type ErrorValue } from '../../../contract/errors'
import { api } from '../../shared/api'
import { isLiving, useDatasetsStore, useJobsStore } from '../../shared/stores'

export type ImportStep = 'form' | 'running' | 'done' | 'failed' | 'cancelled'

export interface ImportJob {
  step: ComputedRef<ImportStep>
  job: ComputedRef<JobStatus | undefined>
  /** Why it could not start or did not end well. */
  error: ShallowRef<ErrorValue | null>
  starting: Ref<boolean>
  start(options: ImportOptions): Promise<void>
  /** The same for any other job that makes a data set. */
  startWith(begin: () => Promise<{ jobId: string }>): Promise<void>
  cancel(): Promise<void>
  /** Back to the form; a job under way goes on by itself. */
  reset(): void
}

/** One import from its start to its end; `ended` hears of an end even when nobody looks. */
export function useImportJob(ended: (job: JobStatus) => void): ImportJob {
  const jobs = useJobsStore()
  const datasets = useDatasetsStore()
  void jobs.load()
  const jobId = ref<string | null>(null)
  const starting = ref(false)
  const error = shallowRef<ErrorValue | null>(null)

  const job = computed(() => jobs.jobs.find((candidate) => candidate.id === jobId.value))
  const step = computed<ImportStep>(() => {
    if (jobId.value === null) return 'form'
    const now = job.value
    if (now === undefined || isLiving(now)) return 'running'
    return now.state === 'done' ? 'done' : now.state === 'cancelled' ? 'cancelled' : 'failed'
  })
  watch(step, (now) => {
    const over = job.value
    if (over === undefined || now === 'form' || now === 'running') return
    error.value = over.error ?? null
    if (now === 'done') void datasets.reload()
    ended(over)
  })

  async function startWith(begin: () => Promise<{ jobId: string }>): Promise<void> {
    starting.value = true
    error.value = null
    try {
      jobId.value = (await begin()).jobId
    } catch (thrown) {
      error.value = toErrorValue(thrown)
    } finally {
      starting.value = false
    }
  }

  return {
    step, job, error, starting, startWith,
    start: (options) => startWith(() => api.datasets.add(options)),
    async cancel() {
      if (jobId.value !== null) await api.jobs.cancel({ id: jobId.value })
    },
    reset() {
      jobId.value = null
      error.value = null
    }
  }
}
