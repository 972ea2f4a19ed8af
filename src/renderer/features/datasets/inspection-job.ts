import { computed, ref, shallowRef, watch, type ComputedRef, type ShallowRef } from 'vue'
import type { JobStatus } from '../../../contract/app'
import { toErrorValue, type ErrorValue } from '../../../contract/errors'
import type { Inspection, InspectOptions } from '../../../contract/inspections'
import { api } from '../../shared/api'
import { isLiving, useJobsStore } from '../../shared/stores'

export interface InspectionJob {
  /** What the last look found. */
  found: ShallowRef<Inspection | null>
  /** The look under way. */
  job: ComputedRef<JobStatus | undefined>
  looking: ComputedRef<boolean>
  error: ShallowRef<ErrorValue | null>
  /** Looks anew; a look under way is given up. */
  look(options: InspectOptions): Promise<void>
  /** Gives up a look under way and forgets what was found. */
  stop(): void
}

/** Looks at data before it is added, one look at a time. */
export function useInspection(): InspectionJob {
  const jobs = useJobsStore()
  void jobs.load()
  const jobId = ref<string | null>(null)
  const found = shallowRef<Inspection | null>(null)
  const error = shallowRef<ErrorValue | null>(null)
  const job = computed(() => jobs.jobs.find((candidate) => candidate.id === jobId.value))
  const looking = computed(() => jobId.value !== null && (job.value === undefined || isLiving(job.value)))

  async function read(id: string): Promise<void> {
    const inspection = await api.datasets.inspection({ jobId: id })
    if (jobId.value !== id) return
    found.value = inspection
    jobId.value = null
  }
  watch(job, (now) => {
    if (now === undefined || isLiving(now)) return
    if (now.state === 'done') {
      read(now.id).catch((thrown: unknown) => { error.value = toErrorValue(thrown) })
      return
    }
    error.value = now.error ?? null
    jobId.value = null
  })

  function giveUp(): void {
    const id = jobId.value
    jobId.value = null
    // It may have ended this moment, which is as good.
    if (id !== null) api.jobs.cancel({ id }).catch(() => undefined)
  }

  return {
    found, job, looking, error,
    async look(options) {
      giveUp()
      found.value = null
      error.value = null
      try {
        jobId.value = (await api.datasets.inspect(options)).jobId
      } catch (thrown) {
        error.value = toErrorValue(thrown)
      }
    },
    stop() {
      giveUp()
      found.value = null
      error.value = null
    }
  }
}
