import * as fs from 'node:fs/promises'
import { basename, extname, join, relative, sep } from 'node:path'
import { splitNames, type NameEncoding, type SplitName } from '../../../../contract/datasets'
import type { Text } from '../../../../contract/text'
import { someNames } from '../../reading/class-names'
import { isLeftBehind } from '../../reading/left-behind'
import type { PictureList } from '../../reading/picture-list'
import { splitLike } from '../../reading/split-names'
import { readText } from '../../reading/text'
import { compareNames, imageName, type WalkOptions } from '../../reading/tree'

const listName = /\.(txt|lst|csv)$/i
const largest = 64 << 20
const mostLists = 40
/** No path is longer, and none lies deeper: a line that is made to take long takes no longer. */
const longestLine = 4_096
const deepestPath = 32

/** Whether a folder's name says that tables lie in it: `meta`, `splits`, `ImageSets`, `annotations`. */
const tablesName = /^(meta(data)?|splits?|lists?|image_?sets|main|anno(tation)?s?|labels?|index|txt|csv|eval(uation)?)$/i
export const saysOnlyTables = (name: string): boolean => tablesName.test(name)

export interface ListOptions extends WalkOptions {
  /** How lists are written, where a person says it. */
  encoding?: NameEncoding
  /** Files that are read as tables, and are no lists of splits besides. */
  except?: readonly string[]
  /** Told of the lists by which the pictures were divided: these are no files that nothing was made of. */
  onDivided?(paths: readonly string[]): void
}

/** A list, and which of the pictures (by number) belong to which split. */
interface SplitList { name: string, path: string, split: SplitName, pictures: number[] }

/**
 * Pictures in class folders whose splits stand in lists beside them, as Food-101 (`meta/train.txt`), CUB
 * (`train_test_split.txt`) and DomainNet (`clipart_train.txt`) have them: those that authors test on are not trained
 * on. Lists are used where they name pictures that are there, and no picture for two splits.
 */
export async function withSplitLists(all: PictureList, root: string, options: ListOptions): Promise<PictureList> {
  const waiting = all.images.filter(({ split }) => split === 'unlabelled')
  if (waiting.length === 0) return bySplitLists(all, root, options)
  const list = await bySplitLists({ ...all, images: all.images.filter(({ split }) => split !== 'unlabelled') }, root, options)
  return { ...list, images: [...list.images, ...waiting] }
}

async function bySplitLists(list: PictureList, root: string, options: ListOptions): Promise<PictureList> {
  if (list.classes.length === 0 || list.question || list.images.some(({ split }) => split !== 'train')) return list
  const find = finderOf(list, root)
  const found = [...await numberedLists(root, find), ...await plainLists(root, find, options)]
  // `trainval` is both of two others.
  const lists = found.filter(({ name }) => !(/trainval/i.test(name) && found.some(({ split }) => split === 'validation')))
  const splits = new Map<number, SplitName>()
  for (const { split, pictures } of lists) {
    for (const picture of pictures) {
      if ((splits.get(picture) ?? split) !== split) {
        options.skip(lists[0]!.name, severalTimes(lists.map(({ name }) => name)))
        return list
      }
      splits.set(picture, split)
    }
  }
  const kinds = new Set(lists.map(({ split }) => split))
  if (!kinds.has('train') || kinds.size < 2) return list
  const unlisted = list.images.length - splits.size
  if (unlisted * 2 > list.images.length) {
    options.skip(lists[0]!.name, tooFew(unlisted))
    return list
  }
  for (const [index, { path }] of list.images.entries()) if (!splits.has(index)) options.skip(relative(root, path), inNoList)
  options.onDivided?.(lists.map(({ path }) => path))
  const images = splitNames.flatMap((split) => list.images.flatMap((image, index) => splits.get(index) === split ? [{ ...image, split }] : []))
  return { ...list, images, assumed: [...list.assumed, byLists(lists.map(({ name }) => name))] }
}

/** Pictures by the end of their path, with or without their ending; undefined for none and for several. */
function finderOf(list: PictureList, root: string): (cell: string) => number | undefined {
  // Most folders have no lists, and many pictures.
  let find: ReturnType<typeof finderOf> | undefined
  return (cell) => (find ??= finderIn(list, root))(cell)
}

function finderIn({ images }: PictureList, root: string): (cell: string) => number | undefined {
  const fold = (path: string): string => path.replaceAll('\\', '/').replace(/^(\.?\/)+/, '').normalize('NFC').toLowerCase()
  const ends = new Map<string, number>()
  for (const [index, { path }] of images.entries()) {
    const parts = fold(relative(root, path).split(sep).join('/')).split('/')
    for (let from = 0; from < parts.length; from++) {
      const end = parts.slice(from).join('/')
      for (const key of [end, end.replace(imageName, '')]) ends.set(key, ends.has(key) && ends.get(key) !== index ? -1 : index)
    }
  }
  return (cell) => {
    const parts = fold(cell).split('/').slice(-deepestPath)
    for (let from = 0; from < parts.length; from++) {
      const found = ends.get(parts.slice(from).join('/'))
      if (found !== undefined && found >= 0) return found
    }
    return undefined
  }
}

/** Files of the folder, of the only folder in it, and of those that are named for tables, with what they are called below it. */
async function filesNear(root: string): Promise<{ name: string, path: string }[]> {
  const found: { name: string, path: string }[] = []
  const walk = async (folder: string, depth: number): Promise<void> => {
    const entries = (await fs.readdir(folder, { withFileTypes: true }).catch(() => [])).filter(({ name }) => !isLeftBehind(name))
    const folders = entries.filter((entry) => entry.isDirectory())
    for (const entry of entries) {
      const path = join(folder, entry.name)
      if (entry.isFile() && listName.test(entry.name)) found.push({ name: relative(root, path), path })
    }
    for (const { name } of folders) if (depth < 3 && (saysOnlyTables(name) || folders.length === 1)) await walk(join(folder, name), depth + 1)
  }
  await walk(root, 0)
  return found.sort((a, b) => compareNames(a.name, b.name))
}

async function linesOf(path: string, encoding?: NameEncoding): Promise<string[]> {
  if ((await fs.stat(path)).size > largest) return []
  return readText(await fs.readFile(path), encoding).text.replace(/^\ufeff/, '').split(/\r?\n/).map((line) => line.trim()).filter((line) => line !== '' && line.length <= longestLine && !line.startsWith('#'))
}

/** A line without what stands after its last space, or without a space after its first comma: `my picture.jpg 3`, `a.jpg,3,4`. */
function withoutLast(line: string): string {
  const space = line.search(/\s\S*$/)
  let start = space < 0 ? line.search(/[,;]/) : space
  if (start < 0) return line
  while (start > 0 && /[\s,;]/.test(line[start - 1]!)) start--
  return line.slice(0, start)
}

/** Lists named for a split, a picture in each line, by itself or with a label after it. */
async function plainLists(root: string, find: (cell: string) => number | undefined, { encoding, except = [] }: ListOptions): Promise<SplitList[]> {
  const named = (await filesNear(root)).filter(({ path }) => !except.includes(path)).flatMap((file) => {
    const like = splitLike(basename(file.name, extname(file.name)))
    return like ? [{ ...file, split: like.split }] : []
  })
  if (named.length > mostLists) return []
  const lists: SplitList[] = []
  for (const { name, path, split } of named) {
    const lines = await linesOf(path, encoding)
    const named = lines.map((line) => find(line) ?? find(withoutLast(line)) ?? find(line.split(/[\s,;]+/)[0]!))
    const pictures = named.flatMap((picture) => picture ?? [])
    // A header names no picture, and would be a tenth of a short list.
    const rows = named.length - (/\.csv$/i.test(path) && named[0] === undefined ? 1 : 0)
    if (pictures.length > 0 && pictures.length >= rows * 0.9) lists.push({ name, path, split, pictures })
  }
  return lists
}

/** CUB's two files: pictures by number, and which numbers are trained on. */
async function numberedLists(root: string, find: (cell: string) => number | undefined): Promise<SplitList[]> {
  const files = await filesNear(root)
  const named = (name: string): { name: string, path: string } | undefined => files.find(({ path }) => basename(path).toLowerCase() === name)
  const [images, flags] = [named('images.txt'), named('train_test_split.txt')]
  if (!images || !flags) return []
  const pairs = async (path: string): Promise<[string, string][]> => (await linesOf(path)).flatMap((line) => {
    const pair = /^(\S+)\s+(\S.*)$/.exec(line)
    return pair ? [[pair[1]!, pair[2]!]] : []
  })
  const isTrained = new Map(await pairs(flags.path))
  const lists = (['train', 'test'] as const).map((split): SplitList => ({ ...flags, split, pictures: [] }))
  for (const [number, path] of await pairs(images.path)) {
    const picture = find(path)
    const flag = isTrained.get(number)
    if (picture !== undefined && (flag === '1' || flag === '0')) lists[flag === '1' ? 0 : 1]!.pictures.push(picture)
  }
  return lists.filter(({ pictures }) => pictures.length > 0)
}

const byLists = (names: readonly string[]): Text => ({
  en: `The splits are those of the lists ${someNames([...new Set(names)])}.`, zh: `划分取自列表 ${someNames([...new Set(names)])}。`
})
const severalTimes = (names: readonly string[]): Text => ({
  en: `This list was not used: ${someNames([...new Set(names)])} name some pictures for two splits.`, zh: `未使用该列表：${someNames([...new Set(names)])} 将部分图像列入两个部分。`
})
const tooFew = (count: number): Text => ({
  en: `This list was not used: with the others, it leaves ${count} pictures unnamed.`, zh: `未使用该列表：与其他列表一起，仍有 ${count} 张图像未列出。`
})
const inNoList: Text = { en: 'None of the lists of splits names it.', zh: '没有划分列表列出它。' }
