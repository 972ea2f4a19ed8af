import type { AppContract } from '../../contract/app'
import { jobOf } from '../../contract/jobs'
import type { JobStatus } from '../../contract/jobs/status'
import type { SendEvent } from '../ipc'
import type { JobEnd, JobQueueOptions } from './jobs'

/** What the window hears of jobs of any kind beside where they stand: lists that changed, and notices in their kind's words. */
export function tellOf(send: SendEvent<AppContract>): Required<Pick<JobQueueOptions, 'onEnded' | 'onUnresponsive'>> {
  return {
    onEnded({ id, kind, title, runId, datasetId, modelRef }: JobStatus, end: JobEnd): void {
      const about = { jobId: id, ...(runId !== undefined && { runId }) }
      const { words } = jobOf(kind)
      if (end.kind === 'done') {
        if (datasetId !== undefined) send('datasets', 'changed', { id: datasetId })
        if (modelRef !== undefined) send('models', 'changed', { ref: modelRef })
        const text = words.done?.(title, end.result)
        if (text) send('notices', 'raised', { level: 'info', ...about, text })
      } else if (end.kind === 'failed' || end.kind === 'lost') {
        const what = (end.kind === 'lost' ? words.lost ?? words.failed : words.failed)?.(title)
        const { code, message } = end.error
        const remedy = words.remedies?.[code] ?? end.error.remedy
        if (!what) return
        send('notices', 'raised', {
          level: 'error', ...about, ...(remedy && { remedy }), text: { en: `${what.en} ${message.en}`, zh: `${what.zh}${message.zh}` }
        })
      }
    },
    onUnresponsive({ id, kind, title, runId }: JobStatus): void {
      const notice = jobOf(kind).words.unresponsive?.(title)
      if (notice) send('notices', 'raised', { level: 'warning', jobId: id, ...(runId !== undefined && { runId }), ...notice })
    }
  }
}
