import { watch } from 'vue'
import { useNoticesStore } from '../stores/notices'

/** Where a job's end is shown as long as this gives its id: a notice must not say it a second time. */
export function useTellsItself(jobId: () => string | undefined): void {
  const store = useNoticesStore()
  watch([() => store.notices, jobId], () => {
    const shown = jobId()
    for (const notice of store.notices) if (shown !== undefined && notice.jobId === shown) store.close(notice.id)
  }, { immediate: true })
}
