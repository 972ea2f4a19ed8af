import * as fs from 'node:fs/promises'
import { basename, dirname, join, relative } from 'node:path'
import type { Text } from '../../../../contract/text'
import type { Picture } from '../../reading/picture-list'
import { picturesOrMasks } from '../../reading/split-names'
import { compareNames, imageName, type WalkOptions } from '../../reading/tree'

const note = /\.(xml|json|txt)$/i
const tried = 200

/**
 * Says of pictures without labels that each has a file of notes of its own, which nothing is read from: boxes of VOC,
 * YOLO or LabelMe beside the pictures, in a folder beside them, or in a folder of the whole.
 */
export async function tellNotes(images: readonly Picture[], root: string, { skip }: WalkOptions): Promise<void> {
  const some = images.slice(0, tried)
  const [first] = some
  if (first === undefined) return
  const stems = some.map(({ path }) => basename(path).replace(imageName, ''))
  const places = new Set([...new Set(some.map(({ path }) => dirname(path)))].slice(0, 8))
  for (const place of [root, dirname(dirname(first.path))]) {
    for (const entry of await fs.readdir(place, { withFileTypes: true }).catch(() => [])) {
      if (!entry.isDirectory() || picturesOrMasks(entry.name) !== 'masks') continue
      const inside = join(place, entry.name)
      places.add(inside)
      // `labels/train` beside `images/train`.
      for (const inner of await fs.readdir(inside, { withFileTypes: true }).catch(() => [])) if (inner.isDirectory()) places.add(join(inside, inner.name))
    }
  }
  let found = 0
  let example: string | undefined
  for (const place of places) {
    const notes = (await fs.readdir(place).catch(() => [])).filter((name) => note.test(name)).sort(compareNames)
    const named = new Set(notes.map((name) => name.replace(note, '')))
    const here = stems.filter((stem) => named.has(stem)).length
    if (here === 0) continue
    found += here
    example ??= relative(root, join(place, notes[0]!))
  }
  if (example !== undefined && found * 2 > some.length) skip(example, notesBeside)
}

const notesBeside: Text = {
  en: 'Each picture has such a file beside it. Graft reads no notes on single pictures, such as boxes: sort the pictures into a folder for each class, or list them in a CSV table.',
  zh: '每张图像都有这样一个文件。Graft 不读取单张图像的标注（如边界框）：请按类别分文件夹存放图像，或在 CSV 表格中列出。'
}
