import { defineStore } from 'pinia'
import { ref } from 'vue'
import { toErrorValue } from '../../../contract/errors'
import type { Text } from '../../../contract/text'
import { api } from '../api'
import type { IconName } from '../ui/icons'

export interface NoticeAction { label: Text, icon?: IconName, run: () => void | Promise<void> }
export interface Notice {
  id: number
  level: 'info' | 'success' | 'warning' | 'error'
  text: Text
  remedy?: Text | undefined
  details?: string | undefined
  action?: NoticeAction
  /** The run it is about: the notice leads there, and goes when that is on screen. */
  runId?: string
  /** The job it tells the end of. */
  jobId?: string
  /** How long it stays, in milliseconds; null until it is closed. */
  milliseconds: number | null
}

/** How long Undo is offered, in milliseconds. */
export const undoMilliseconds = 10_000

const runMilliseconds = 20_000

const lasting: Record<Notice['level'], number | null> = { info: 6_000, success: 6_000, warning: 12_000, error: null }

/** What the window tells a person in passing, whichever screen is open. */
export const useNoticesStore = defineStore('notices', () => {
  const notices = ref<Notice[]>([])
  let nextId = 1
  /** What can be taken back, the latest last. */
  let taken: { text: Text, takeBack: () => Promise<void> }[] = []

  function show(notice: Omit<Notice, 'id' | 'milliseconds'> & { milliseconds?: number | null }): number {
    const id = nextId++
    const { milliseconds = lasting[notice.level], ...rest } = notice
    notices.value = [...notices.value.slice(-4), { ...rest, id, milliseconds }]
    return id
  }

  function close(id: number): void {
    notices.value = notices.value.filter((notice) => notice.id !== id)
  }

  /** Shows any thrown thing as an error with its remedy. */
  function fail(thrown: unknown): void {
    const { message, remedy, details } = toErrorValue(thrown)
    show({ level: 'error', text: message, remedy, details })
  }

  /** Says what was done and offers to take it back for ten seconds. */
  function offerUndo(text: Text, undo: () => Promise<void>): void {
    const takeBack = async (): Promise<void> => {
      taken = taken.filter((one) => one.takeBack !== takeBack)
      close(id)
      try {
        await undo()
      } catch (thrown) {
        fail(thrown)
      }
    }
    taken.push({ text, takeBack })
    const id = show({
      level: 'success', text, milliseconds: undoMilliseconds,
      action: {
        label: { en: 'Undo', zh: '撤销' }, icon: 'undo',
        run: takeBack
      }
    })
  }
  /** Takes back what was done last, also once its notice is gone; false where there is nothing to take back. */
  function undoLast(): boolean {
    const last = taken.at(-1)
    if (!last) return false
    void last.takeBack()
    show({ level: 'info', text: { en: `Taken back: ${last.text.en}`, zh: `已撤销：${last.text.zh}` }, milliseconds: 4_000 })
    return true
  }

  // What happened to a run stays with the run: its notice need not stay too.
  api.notices.raised(({ level, text, remedy, runId, jobId }) => {
    show({ level, text, remedy, ...(jobId !== undefined && { jobId }), ...(runId !== undefined && { runId, milliseconds: runMilliseconds }) })
  })

  return { notices, show, close, fail, offerUndo, undoLast }
})
