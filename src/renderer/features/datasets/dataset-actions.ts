import type { Dataset } from '../../../contract/datasets'
import { api } from '../../shared/api'
import { useDatasetsStore, useNoticesStore } from '../../shared/stores'

/** Removes a data set at once and offers Undo; false when it could not be removed, which a notice then explains. */
export function useRemoveDataset(): (dataset: Dataset) => Promise<boolean> {
  const datasets = useDatasetsStore()
  const notices = useNoticesStore()
  return async (dataset) => {
    try {
      const { undoToken } = await api.datasets.remove({ id: dataset.id })
      await datasets.reload()
      notices.offerUndo({ en: `Deleted “${dataset.name}”.`, zh: `已删除“${dataset.name}”。` }, async () => {
        await api.datasets.restore({ undoToken })
        await datasets.reload()
      })
      return true
    } catch (thrown) {
      notices.fail(thrown)
      return false
    }
  }
}

/** Renames a data set at once; a name that is empty or the same changes nothing. */
export function useRenameDataset(): (dataset: Dataset, name: string) => Promise<void> {
  const datasets = useDatasetsStore()
  const notices = useNoticesStore()
  return async (dataset, name) => {
    const wanted = name.trim()
    if (wanted === '' || wanted === dataset.name) return
    try {
      await api.datasets.rename({ id: dataset.id, name: wanted })
      await datasets.reload()
    } catch (thrown) {
      notices.fail(thrown)
    }
  }
}
