import type { ModelSummary } from '../../../contract/models'
import { idIn } from '../../../rules/refs'
import { api } from '../../shared/api'
import { useModelsStore, useNoticesStore } from '../../shared/stores'

/** The id of a model that was imported; null for what a run learned, which goes with its run. */
export const importedId = ({ ref }: Pick<ModelSummary, 'ref'>): string | null => idIn('model', ref) ?? null

/** Removes an imported model at once and offers Undo; what goes wrong is said in a notice. */
export function useRemoveModel(): (model: ModelSummary) => Promise<void> {
  const models = useModelsStore()
  const notices = useNoticesStore()
  return async (model) => {
    const id = importedId(model)
    if (id === null) return
    try {
      const { undoToken } = await api.models.remove({ id })
      await models.reload()
      notices.offerUndo({ en: `Deleted “${model.name}”.`, zh: `已删除“${model.name}”。` }, async () => {
        await api.models.restore({ undoToken })
        await models.reload()
      })
    } catch (thrown) {
      notices.fail(thrown)
    }
  }
}

/** Renames an imported model at once; a name that is empty or the same changes nothing. */
export function useRenameModel(): (model: ModelSummary, name: string) => Promise<void> {
  const models = useModelsStore()
  const notices = useNoticesStore()
  return async (model, name) => {
    const id = importedId(model)
    const wanted = name.trim()
    if (id === null || wanted === '' || wanted === model.name) return
    try {
      await api.models.rename({ id, name: wanted })
      await models.reload()
    } catch (thrown) {
      notices.fail(thrown)
    }
  }
}
