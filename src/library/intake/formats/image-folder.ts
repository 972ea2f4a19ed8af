import * as fs from 'node:fs/promises'
import { basename, relative } from 'node:path'
import type { SkippedFile } from '../../../contract/datasets'
import { GraftError } from '../../../contract/errors'
import { readLayout } from './shared/folders'
import { defineFormat } from '../reading/format'
import { readPictures } from '../reading/pictures'
import { tablesOf } from './shared/table-files'

/** A folder of pictures; what its folders mean is found out from their names. */
export const imageFolder = defineFormat({
  id: 'image-folder',
  title: { en: 'Folder of images', zh: '图像文件夹' },
  summary: {
    en: 'CLASS/…, or DOMAIN/CLASS/…, also below train/, test/ and validation/ (without a test split about a fifth becomes one), or images alone (unlabelled). ' +
      'JPEG, PNG, WebP, GIF, BMP, TIFF, AVIF, JPEG 2000; 64×64 unless all images share a size of at most 256.',
    zh: '类别/… 或 域/类别/…，也可位于 train/、test/ 和 validation/ 之下（没有测试部分时取约五分之一），或仅有图像（无标签）。' +
      '支持 JPEG、PNG、WebP、GIF、BMP、TIFF、AVIF、JPEG 2000；除非所有图像尺寸相同且不超过 256，否则缩放为 64×64。'
  },
  detect: async (path) => (await fs.stat(path)).isDirectory(),
  async read(path, options) {
    if (!(await fs.stat(path)).isDirectory()) throw notAFolder(basename(path))
    let first: SkippedFile | undefined
    const skip: typeof options.skip = (file, reason) => {
      first ??= { path: file, reason }
      options.skip(file, reason)
    }
    const dividing = new Set<string>()
    const list = await readLayout(path, { ...options, skip, onDivided: (lists) => { for (const each of lists) dividing.add(each) } })
    // A table that lies there and is of no use here is named with its reason.
    if (!options.only && !options.isChosen) {
      for (const table of (await tablesOf(path, options)).unused) if (!dividing.has(table.path)) skip(relative(path, table.path), table.reason)
    }
    return readPictures(path, list, options, first)
  }
})

function notAFolder(name: string): GraftError {
  return new GraftError('format-mismatch', {
    en: `${name} is a file, not a folder of images.`,
    zh: `${name} 是文件，而不是图像文件夹。`
  }, { field: 'path', remedy: { en: 'Choose the folder that holds the images.', zh: '请选择包含图像的文件夹。' } })
}
