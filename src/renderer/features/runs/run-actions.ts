import type { RunMarks } from '../../../contract/marks'
import type { Run } from '../../../contract/runs'
import { api } from '../../shared/api'
import { useCancelRun } from '../../shared/jobs'
import { useNoticesStore, useRunsStore } from '../../shared/stores'

export interface RunActions {
  /** Removes at once and offers Undo; nothing happens for an empty list. */
  remove(list: readonly Run[]): Promise<void>
  rename(run: Run, name: string): Promise<void>
  /** Changes what a person put on runs: tags, note, pin. */
  mark(list: readonly Run[], marks: Partial<RunMarks>): Promise<void>
  /** Goes on from its last checkpoint; from the beginning where its checkpoints are damaged. */
  resume(run: Run): Promise<void>
  cancel(run: Run): Promise<void>
  stopAfterEpoch(run: Run): Promise<void>
  /** Saves it with its controls as one file, where a dialogue says. */
  save(run: Run): Promise<void>
  openFolder(run: Run): Promise<void>
  openDataFolder(): Promise<void>
  /** Saves the list as a table where the person says. */
  saveList(csv: string): Promise<void>
}

/** What a person can do with a saved run; what goes wrong is said in a notice. */
export function useRunActions(): RunActions {
  const runs = useRunsStore()
  const notices = useNoticesStore()
  const canceller = useCancelRun()

  async function attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (thrown) {
      notices.fail(thrown)
    }
  }

  return {
    remove: (list) => attempt(async () => {
      const [first] = list
      if (first === undefined) return
      const { undoToken } = await api.runs.remove({ ids: list.map((run) => run.id) })
      for (const run of list) runs.put(run.id, null)
      notices.offerUndo(
        list.length === 1
          ? { en: `Deleted “${first.name}”.`, zh: `已删除“${first.name}”。` }
          : { en: `Deleted ${list.length} runs.`, zh: `已删除 ${list.length} 个运行。` },
        async () => {
          await api.runs.restore({ undoToken })
          await runs.reload()
        }
      )
    }),
    rename: (run, name) => attempt(async () => {
      const wanted = name.trim()
      if (wanted === '' || wanted === run.name) return
      runs.put(run.id, await api.runs.rename({ id: run.id, name: wanted }))
    }),
    mark: (list, marks) => attempt(async () => {
      for (const { id } of list) runs.put(id, await api.runs.mark({ id, marks }))
    }),
    resume: (run) => attempt(async () => {
      runs.put(run.id, await api.runs.resume({ id: run.id, ...(run.error?.code === 'checkpoint-damaged' && { fromStart: true }) }))
    }),
    cancel: (run) => attempt(() => canceller.cancel(run)),
    stopAfterEpoch: (run) => attempt(() => api.runs.stopAfterEpoch({ id: run.id })),
    save: (run) => attempt(async () => { await api.runs.save({ ids: [run.id] }) }),
    openFolder: (run) => attempt(() => api.app.openFolder({ kind: 'run', id: run.id })),
    saveList: (csv) => attempt(async () => {
      const name = await api.app.saveFile({ suggestedName: 'runs.csv', content: csv })
      if (name !== null) notices.show({ level: 'success', text: { en: `Saved as ${name}.`, zh: `已保存为 ${name}。` } })
    }),
    openDataFolder: () => attempt(() => api.app.openFolder({ kind: 'data' }))
  }
}
