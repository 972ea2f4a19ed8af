import { defineStore } from 'pinia'
import { computed } from 'vue'
import type { JobStatus } from '../../../contract/jobs/status'
import { isLiving, isWorking } from '../../../rules/states'
import { api } from '../api'
import { useResource } from './resource'

/** The jobs main supervises, kept current by `jobs.changed`. */
export const useJobsStore = defineStore('jobs', () => {
  const { value, state, error, load, reload } = useResource<JobStatus[]>([], () => api.jobs.list())
  api.jobs.changed((job) => {
    const known = value.value.some((other) => other.id === job.id)
    value.value = known ? value.value.map((other) => other.id === job.id ? job : other) : [...value.value, job]
  })

  /** Puts a waiting job one place forward or back. */
  async function move(id: string, by: -1 | 1): Promise<void> {
    value.value = await api.jobs.move({ id, by })
  }

  const livingJobs = computed(() => value.value.filter(isLiving))
  /** The job the rail shows: what works now, else what waits first. */
  const current = computed(() => value.value.find(isWorking) ?? livingJobs.value[0] ?? null)
  const ofRun = (runId: string): JobStatus | undefined =>
    value.value.find((job) => job.runId === runId && isLiving(job))
  return { jobs: value, living: livingJobs, current, ofRun, move, state, error, load, reload }
})
