import * as fs from 'node:fs/promises'
import { dirname, join, relative, resolve, sep } from 'node:path'
import type { SkippedFile } from '../../contract/datasets'
import { GraftError } from '../../contract/errors'
import { checkReadable } from './options'
import { imagesOf, readTree } from './reading/tree'

interface PicturesAmong {
  /** The folder that all of them lie below. */
  folder: string
  /** Whole paths: those of folders in the order in which a person counts. */
  paths: string[]
  /** What lies in the folders and looks like a picture, but is none that can be asked about, by whole path. */
  skipped: SkippedFile[]
}

/**
 * The pictures that some files and folders are, folders with all that lies below them; a file counts whatever it is
 * called. @throws GraftError `not-found` … for a path that is not there, `no-images` where there are none
 */
export async function picturesAmong(given: readonly string[], signal?: AbortSignal): Promise<PicturesAmong> {
  const skipped: SkippedFile[] = []
  const paths = new Set<string>()
  const folders: string[] = []
  for (const path of given.map((each) => resolve(each))) {
    await checkReadable(path)
    if (!(await fs.stat(path)).isDirectory()) {
      folders.push(dirname(path))
      paths.add(path)
      continue
    }
    folders.push(path)
    const tree = await readTree(path, { skip: (file, reason) => skipped.push({ path: join(path, file), reason }), ...(signal && { signal }) })
    for (const image of imagesOf(tree)) paths.add(image)
  }
  if (paths.size === 0) {
    throw new GraftError('no-images', {
      en: `There is no picture in ${given.join(', ')}.`, zh: `${given.join('、')} 中没有图像。`
    }, { field: 'path', remedy: { en: 'Choose a folder with pictures.', zh: '请选择含有图像的文件夹。' } })
  }
  return { folder: folders.reduce(common), paths: [...paths], skipped }
}

/** The innermost folder that both lie in. */
function common(first: string, second: string): string {
  for (let folder = first; ; folder = dirname(folder)) {
    if (second === folder || second.startsWith(folder.endsWith(sep) ? folder : folder + sep) || folder === dirname(folder)) return folder
  }
}

/** A file's path below a folder, with `/` on every system. */
export const below = (folder: string, path: string): string => relative(folder, path).split(sep).join('/')
