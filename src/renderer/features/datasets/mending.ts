import type { Router } from 'vue-router'
import type { Dataset } from '../../../contract/datasets'
import { correctionsText } from '../../../rules/examination/words'
import { api } from '../../shared/api'
import type { OneJob } from '../../shared/jobs/one-job'
import { useDatasetsStore, useNoticesStore } from '../../shared/stores'
import type { Corrections } from './corrections'
import { useImportJob } from './import-job'

export interface Mending extends Omit<OneJob, 'startWith' | 'reset'> {
  /** Makes a new data set of another with what was decided. */
  make(dataset: Dataset): Promise<void>
}

/** The job that makes a corrected data set: Undo is offered once it is there, also where the page was left meanwhile. */
export function useMending(corrections: Corrections, router: Router): Mending {
  const datasets = useDatasetsStore()
  const notices = useNoticesStore()
  let from: Pick<Dataset, 'id' | 'name'> | undefined
  let decided: Corrections['list']['value'] = []
  let renamed: Corrections['names']['value'] = {}
  let counted = corrections.counts.value

  const { reset, startWith, ...running } = useImportJob((job) => {
    if (job.state !== 'done' || job.datasetId === undefined || from === undefined) return
    const [made, before, list, names] = [job.datasetId, from, decided, renamed]
    corrections.replace([])
    reset()
    const said = correctionsText(counted)
    const tab = counted.labelled > 0 ? 'label' : 'doctor'
    notices.offerUndo({ en: `Corrected “${before.name}”: ${said.en}.`, zh: `已更正“${before.name}”：${said.zh}。` }, async () => {
      await api.datasets.remove({ id: made })
      await datasets.reload()
      corrections.replace(list, names)
      await router.push(`/datasets/${before.id}?tab=${tab}`)
    })
    // Who looks at something else by now goes on looking at it.
    // Labelling goes on in the new one.
    if (router.currentRoute.value.path === `/datasets/${before.id}`) void router.push(`/datasets/${made}${tab === 'label' ? '?tab=label' : ''}`)
  })
  return {
    ...running,
    make(dataset) {
      from = { id: dataset.id, name: dataset.name }
      decided = corrections.list.value
      renamed = corrections.names.value
      counted = corrections.counts.value
      return startWith(() => api.datasets.mend({ from: dataset.id, plan: corrections.plan(dataset) }))
    }
  }
}
