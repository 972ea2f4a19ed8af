import { Option } from 'commander'
import type { Context } from '../context'
import type { Result } from '../output/result'

export const undoOption = ({ say }: Context): Option => new Option('--no-undo', say({
  en: 'Delete for good and free the disk at once; otherwise it can be brought back for a day',
  zh: '立即彻底删除并释放磁盘空间；否则一天之内可以恢复'
}))

/**
 * The result of a removal. What was removed can be brought back from the trash for a day. Each removal also deletes for
 * good what has been in the trash longer.
 */
export async function removed(
  { library, say }: Context, noun: 'datasets' | 'models' | 'runs', ids: readonly string[], tokens: readonly string[], undo: boolean
): Promise<Result> {
  if (!undo) for (const token of tokens) await library.trash.discard(token)
  await library.trash.emptyExpired()
  const list = ids.join(', ')
  return {
    document: { removed: ids, ...(undo && { undo: tokens }) },
    text: undo
      ? say({ en: `Removed ${list}. Undo: graft ${noun} restore ${tokens.join(' ')}`, zh: `已删除 ${list}。撤销：graft ${noun} restore ${tokens.join(' ')}` })
      : say({ en: `Deleted ${list} for good.`, zh: `已彻底删除 ${list}。` })
  }
}
