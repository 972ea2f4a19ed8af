import { basename, dirname } from 'node:path'
import { Option } from 'commander'
import type { Context } from '../context'
import { usageError } from '../output/errors'
import type { Result } from '../output/result'

export const undoOption = ({ say }: Context): Option => new Option('--no-undo', say({
  en: 'Delete for good and free the disk at once; otherwise it can be brought back for a day',
  zh: '立即彻底删除并释放磁盘空间；否则一天之内可以恢复'
}))

type Noun = 'datasets' | 'models' | 'runs'

/**
 * Restoring without saying what: names what the trash holds, since a token may be lost, as with a terminal that was killed.
 * @param flag the flag that brings back what came with Graft
 */
export async function sayWhatToRestore({ library }: Context, noun: Noun, flag?: string): Promise<never> {
  const removals = (await library.trash.list()).flatMap(({ token, from }) => {
    const ids = from.filter((path) => dirname(path) === noun).map((path) => basename(path))
    return ids.length > 0 ? [`graft ${noun} restore ${token} (${ids.join(', ')})`] : []
  })
  const [or, oder] = flag ? [`, or ${flag}`, `，或 ${flag}`] : ['', '']
  throw usageError('missing-argument', removals.length > 0
    ? { en: `Say what to bring back${or}: ${removals.join('; ')}.`, zh: `请指定要恢复的内容${oder}：${removals.join('；')}。` }
    : { en: `Say what to bring back: a token that "remove" printed${or}. The trash is empty.`, zh: `请指定要恢复的内容：“remove”给出的标识${oder}。回收站是空的。` })
}

/**
 * The result of a removal. What was removed can be brought back from the trash for a day. Each removal also deletes for
 * good what has been in the trash longer.
 */
export async function removed(
  { library, say }: Context, noun: Noun, ids: readonly string[], tokens: readonly string[], undo: boolean
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
