import { defineStore } from 'pinia'
import { computed } from 'vue'
import type { JobStatus } from '../../../contract/jobs/status'
import type { RunProgress } from '../../../contract/runs'
import { isLiving, isWorking } from '../../../rules/states'
import { api } from '../api'
import { useResource } from './resource'

/**
 * The jobs main supervises, kept current by `jobs.changed`. How far a training is comes more often by `runs.progress`:
 * it is put here too, once per frame, so that whatever shows a training shows the same moment of it.
 */
export const useJobsStore = defineStore('jobs', () => {
  const { value, state, error, load, reload } = useResource<JobStatus[]>([], () => api.jobs.list())
  /** The newest news of each run that is not put in its place yet. */
  const news = new Map<string, RunProgress>()
  let frame = 0
  function putNews(): void {
    frame = 0
    value.value = value.value.map((job) => {
      const progress = job.kind === 'train' && isLiving(job) ? news.get(job.runId ?? '') : undefined
      return progress ? { ...job, progress: { ...progress, done: progress.step, total: progress.steps } } : job
    })
    news.clear()
  }
  api.runs.progress(({ progress }) => {
    news.set(progress.runId, progress)
    if (frame === 0) frame = requestAnimationFrame(putNews)
  })
  api.jobs.changed((job) => {
    // It was told later, and knows as much.
    if (job.progress) news.delete(job.runId ?? '')
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
