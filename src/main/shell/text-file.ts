import { readFile, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { GraftError } from '../../contract/errors'

const longestBytes = 4 << 20

/** The text of a small file that a person chose. @throws GraftError `file-too-long`, `not-text` */
export async function readTextFile(path: string): Promise<string> {
  const name = basename(path)
  const { size } = await stat(path)
  if (size > longestBytes) {
    throw new GraftError('file-too-long', {
      en: `${name} is longer than a list of names: it takes ${size} bytes.`, zh: `${name} 过大（${size} 字节），不像名称列表。`
    }, { remedy: { en: 'Choose a text file with one name per line.', zh: '请选择每行一个名称的文本文件。' } })
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path))
  } catch {
    throw new GraftError('not-text', {
      en: `${name} is no text in UTF-8.`, zh: `${name} 不是 UTF-8 文本。`
    }, { remedy: { en: 'Save it as UTF-8, or paste the names.', zh: '请将其另存为 UTF-8，或直接粘贴名称。' } })
  }
}
