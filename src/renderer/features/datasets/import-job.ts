import type { JobStatus } from '../../../contract/jobs/status'
import type { ImportOptions } from '../../../contract/datasets'
import { api } from '../../shared/api'
import { useOneJob, type OneJob } from '../../shared/jobs/one-job'
import { useDatasetsStore } from '../../shared/stores'

interface ImportJob extends OneJob {
  start(options: ImportOptions): Promise<void>
}

/** One import from its start to its end; `ended` hears of an end even when nobody looks. */
export function useImportJob(ended: (job: JobStatus) => void): ImportJob {
  const datasets = useDatasetsStore()
  const one = useOneJob((job) => {
    if (job.state === 'done') void datasets.reload()
    ended(job)
  })
  return { ...one, start: (options) => one.startWith(() => api.datasets.add(options)) }
}
