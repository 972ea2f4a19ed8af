import { computed, ref, shallowRef, watch, type ComputedRef, type ShallowRef } from 'vue'
import type { JobStatus } from '../../contract/jobs/status'
import { toErrorValue, type ErrorValue } from '../../contract/errors'
import { api } from './api'
import { isLiving } from '../../rules/states'
import { useJobsStore } from './stores'

interface OneLook<Options, Found> {
  /** What the last look found. */
  found: ShallowRef<Found | null>
  /** The look under way. */
  job: ComputedRef<JobStatus | undefined>
  looking: ComputedRef<boolean>
  error: ShallowRef<ErrorValue | null>
  /** Looks anew; a look under way is given up. */
  look(options: Options): Promise<void>
  /** Gives up a look under way and forgets what was found. */
  stop(): void
}

/** Looks at something before it is added, one look at a time: `inspect` begins, `inspection` reads what a look that is done found. */
export function useOneLook<Options, Found>(
  inspect: (options: Options) => Promise<{ jobId: string }>, inspection: (job: { jobId: string }) => Promise<Found | null>
): OneLook<Options, Found> {
  const jobs = useJobsStore()
  void jobs.load()
  const jobId = ref<string | null>(null)
  let latest = 0
  const found: ShallowRef<Found | null> = shallowRef(null)
  const error = shallowRef<ErrorValue | null>(null)
  const job = computed(() => jobs.jobs.find((candidate) => candidate.id === jobId.value))
  const looking = computed(() => jobId.value !== null && (job.value === undefined || isLiving(job.value)))

  async function read(id: string): Promise<void> {
    const answer = await inspection({ jobId: id })
    if (jobId.value !== id) return
    found.value = answer
    jobId.value = null
  }
  watch(job, (now) => {
    if (now === undefined || isLiving(now)) return
    if (now.state === 'done') {
      read(now.id).catch((thrown: unknown) => { if (jobId.value === now.id) error.value = toErrorValue(thrown) })
      return
    }
    error.value = now.error ?? null
    jobId.value = null
  })

  function giveUp(): void {
    latest += 1
    if (jobId.value !== null) cancel(jobId.value)
    jobId.value = null
  }
  // It may have ended this moment, which is as good.
  function cancel(id: string): void {
    api.jobs.cancel({ id }).catch(() => undefined)
  }

  return {
    found, job, looking, error,
    async look(options) {
      giveUp()
      found.value = null
      error.value = null
      const mine = latest
      try {
        const { jobId: id } = await inspect(options)
        if (mine === latest) jobId.value = id
        else cancel(id)
      } catch (thrown) {
        if (mine === latest) error.value = toErrorValue(thrown)
      }
    },
    stop() {
      giveUp()
      found.value = null
      error.value = null
    }
  }
}
