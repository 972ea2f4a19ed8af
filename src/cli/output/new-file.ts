import * as fs from 'node:fs/promises'
import { usageError } from './errors'

/**
 * Before the work whose result it is to hold: a file that a person may have corrected is not written over.
 * @param flag the flag that names it, such as `--csv`
 * @throws GraftError (usage) `not-a-file`, `file-exists`
 */
export async function checkNewFile(file: string, flag: string, field: string): Promise<void> {
  // A link that leads nowhere is there as well.
  if (!await fs.lstat(file).catch(() => undefined)) return
  if ((await fs.stat(file).catch(() => undefined))?.isDirectory()) throw usageError('not-a-file', {
    en: `${flag} takes a file, and ${file} is a folder.`, zh: `${flag} 应为文件，而 ${file} 是文件夹。`
  }, { field })
  throw usageError('file-exists', {
    en: `${file} is there already and is not written over: name another file with ${flag}, or move this one away first.`,
    zh: `${file} 已存在，不会被覆盖：请用 ${flag} 指定其他文件，或先移走该文件。`
  }, { field })
}
