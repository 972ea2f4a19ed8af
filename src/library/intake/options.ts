import * as fs from 'node:fs/promises'
import type { z } from 'zod'
import { GraftError, systemCode } from '../../contract/errors'
import { namingFile } from '../disk/files'

/** Options as their schema gives them; throws `value-not-valid` naming the field. */
export function parseOptions<S extends z.ZodType>(schema: S, options: z.input<S>): z.output<S> {
  const parsed = schema.safeParse(options)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]!
  const field = String(issue.path[0] ?? 'path')
  throw new GraftError('value-not-valid', {
    en: `The value of "${field}" cannot be used: ${issue.message}.`,
    zh: `“${field}”的取值无效：${issue.message}。`
  }, { field, usage: true })
}

/** Throws `not-found`, `not-permitted` or `not-a-file` for a path that cannot be read. */
export async function checkReadable(path: string): Promise<void> {
  try {
    await fs.access(path, fs.constants.R_OK)
    const stat = await fs.stat(path)
    // A pipe or a device may never end.
    if (!stat.isFile() && !stat.isDirectory()) throw notAFile(path)
  } catch (error) {
    if (error instanceof GraftError) throw error
    const named = namingFile(error, path)
    if (systemCode(error) !== 'ENOENT' && named instanceof GraftError) throw named
    throw new GraftError('not-found', {
      en: `${path} does not exist.`,
      zh: `${path} 不存在。`
    }, { field: 'path', remedy: { en: 'Check the path.', zh: '请检查路径。' } })
  }
}

export function notAFile(path: string): GraftError {
  return new GraftError('not-a-file', {
    en: `${path} is neither a file nor a folder.`, zh: `${path} 既不是文件，也不是文件夹。`
  }, { field: 'path', remedy: { en: 'Choose a folder, an archive or a file.', zh: '请选择文件夹、压缩包或文件。' } })
}
