import * as fs from 'node:fs/promises'
import { basename, dirname, join, relative } from 'node:path'
import { GraftError } from '../../../contract/errors'
import type { SkippedFile } from '../../../contract/datasets'
import type { Question } from '../../../contract/inspections'
import type { Text } from '../../../contract/text'
import { someNames } from '../reading/class-names'
import { splitLike } from '../reading/split-names'
import { layoutOf } from './shared/folders'
import { defineFormat, type ReadOptions } from '../reading/format'
import { PictureFinder } from './shared/picture-finder'
import type { FolderTables, PictureTable } from './shared/picture-table'
import { describe, type PictureList } from '../reading/picture-list'
import { readPictures } from '../reading/pictures'
import { NotATable } from './shared/table'
import { withSplitLists } from './shared/split-lists'
import { isList, openTable, tableName, tablesOf } from './shared/table-files'
import { readRows, type TablePictures } from './shared/table-pictures'
import { countOf, imagesOf, type Tree } from '../reading/tree'

/** A table of paths and labels beside the pictures it names. */
export const csv = defineFormat({
  id: 'csv',
  title: { en: 'Table of paths and labels (CSV)', zh: '路径和标签的表格（CSV）' },
  summary: {
    en: 'A .csv, .tsv or .jsonl with a column of paths, names or ids of pictures below its folder, and perhaps columns label, split and domain, ' +
      'or a column of 0 and 1 for each class; with a header or without (path, label); or such a list in .json (COCO\'s, too). Several tables named train, validation and test are its splits.',
    zh: '含图像路径、名称或编号列（相对于表格所在文件夹）的 .csv、.tsv 或 .jsonl，可另有 label、split、domain 列，或每个类别一列 0/1；' +
      '可有或没有表头（路径、标签）；或 .json 中的此类列表（包括 COCO）。名为 train、validation、test 的多个表格各为一个部分。'
  },
  async detect(path, opening) {
    if ((await fs.stat(path)).isFile()) return tableName.test(path) || (/\.json$/i.test(path) && await isList(path))
    return (await tablesOf(path, { opening })).used.length > 0
  },
  async read(path, options) {
    const isFile = (await fs.stat(path)).isFile()
    const folder = isFile ? dirname(path) : path
    const table = isFile ? path : options.table
    const { used: tables, unused } = table !== undefined ? { used: [await given(table, folder, options, !isFile)], unused: [] } : await inFolder(path, options)
    const pictures = await readRows(tables, folder, options)
    const { several } = pictures
    const labelled = table === undefined ? withFolders(await tables[0]!.finder.tree(), pictures.list, options) : pictures.list
    const dividing = new Set<string>()
    const list = table === undefined ? await withSplitLists(labelled, folder, {
      ...options, except: tables.map((each) => each.path), onDivided: (lists) => { for (const each of lists) dividing.add(each) }
    }) : labelled
    for (const other of unused) if (!dividing.has(other.path)) options.skip(relative(path, other.path), other.reason)
    const name = basename(tables[0]!.path)
    if (several > list.images.length) throw severalLabels(name, pictures)
    if (list.images.length === 0) throw noUsableRow(name, pictures.first)
    if (table !== undefined) return readPictures(folder, list, options)
    const tree = await tables[0]!.finder.tree()
    const question = options.isChosen || list.question ? undefined : tableOrFolders(tree, { ...pictures, list }, options, name)
    const waiting: Tree[] = []
    for (const finder of new Map(tables.map(({ finder }) => [finder.folder, finder])).values()) {
      const unlisted = await finder.tree()
      for (const { path: file, reason } of finder.leftOut) options.skip(relative(folder, join(finder.folder, file)), reason)
      waiting.push(...leaveOutUnlisted(unlisted, folder, pictures, list.domains.length > 0 || list.classes.length === 0, options))
    }
    return readPictures(folder, { ...withWaiting(list, waiting), ...(question && { question }) }, options)
  }
})

/** @param isGiven whether it was given beside the folder, rather than read as the source itself */
async function given(path: string, folder: string, { signal, encoding }: ReadOptions, isGiven: boolean): Promise<PictureTable> {
  try {
    const opened = await openTable(path, await PictureFinder.in(folder, signal), { isGiven, encoding })
    return { ...opened, way: opened.way ?? 'path' }
  } catch (error) {
    throw error instanceof NotATable ? notATable(basename(path), error) : error
  }
}

async function inFolder(path: string, options: ReadOptions): Promise<FolderTables> {
  const found = await tablesOf(path, options)
  if (found.used.length === 0) throw noTable(basename(path), found.unused[0]?.reason)
  return found
}

/**
 * Pictures that no table lists have no label: their folders are named, with how many they are.
 * @param areAllLeftOut whether a folder of test pictures is, too
 * @returns folders of test pictures, as a competition gives them without their labels: these wait to be labelled
 */
function leaveOutUnlisted(tree: Tree, folder: string, { seen }: TablePictures, areAllLeftOut: boolean, options: ReadOptions): Tree[] {
  const waiting: Tree[] = []
  for (const image of tree.images) if (!seen.has(image)) options.skip(relative(folder, image), notListed)
  for (const inner of tree.folders) {
    const count = imagesOf(inner).filter((image) => !seen.has(image)).length
    if (count === 0) continue
    if (!areAllLeftOut && count === countOf(inner) && splitLike(basename(inner.path))?.split === 'test') waiting.push(inner)
    else options.skip(relative(folder, inner.path), notListedIn(count, count === countOf(inner)))
  }
  return waiting
}

const withWaiting = (list: PictureList, folders: readonly Tree[]): PictureList => folders.length === 0 ? list : {
  ...list,
  images: [...list.images, ...folders.flatMap((inner) => imagesOf(inner).map((path) => ({ path, split: 'unlabelled' as const })))],
  assumed: [...list.assumed, ...folders.map((inner) => waitingIn(basename(inner.path)))]
}

const waitingIn = (name: string): Text => ({
  en: `No table lists the pictures of “${name}”, as a competition keeps their labels back: they wait to be labelled, and are not tested on.`,
  zh: `没有表格列出“${name}”中的图像（如竞赛保留其标签）：它们等待标注，不用于测试。`
})

/** Where a table gives the splits alone, and every picture of it lies in a folder of its class, those are the classes. */
function withFolders(tree: Tree, list: PictureList, options: ReadOptions): PictureList {
  if (list.classes.length > 0 || list.images.length === 0) return list
  let byFolders: PictureList
  try {
    byFolders = layoutOf(tree, tree.path, { ...options, skip: () => undefined })
  } catch (error) {
    if (error instanceof GraftError) return list
    throw error
  }
  const labels = new Map(byFolders.images.map(({ path, label }) => [path, label]))
  if (byFolders.classes.length < 2 || byFolders.question || list.images.some(({ path }) => labels.get(path) === undefined)) return list
  return {
    ...list, classes: byFolders.classes, images: list.images.map((image) => ({ ...image, label: labels.get(image.path)! })),
    assumed: [...list.assumed, ...byFolders.assumed, classesOfFolders]
  }
}

/** Where the folders would give classes, too, and others than the table does, a person says which is meant. */
function tableOrFolders(tree: Tree, { list }: TablePictures, options: ReadOptions, table: string): Question | undefined {
  const leftOut: SkippedFile[] = []
  let byFolders: PictureList
  try {
    byFolders = layoutOf(tree, tree.path, { ...options, skip: (path, reason) => leftOut.push({ path, reason }) })
  } catch (error) {
    if (error instanceof GraftError) return undefined
    throw error
  }
  const stems = new Set(byFolders.classes.map((name) => name.replace(/[^\p{L}\p{M}]+/gu, '').toLowerCase()))
  // Folders that only number their pictures, as large sets come in parts, are no classes.
  if (stems.size < 2 || byFolders.question) return undefined
  const classOf = new Map(byFolders.images.map(({ path, label }) => [path, label]))
  const labels = new Map<number, Set<number>>()
  for (const { path, label } of list.images) {
    const folder = classOf.get(path)
    if (label === undefined || folder === undefined) continue
    labels.set(folder, (labels.get(folder) ?? new Set()).add(label))
  }
  const agree = [...labels.values()].every((set) => set.size === 1) && new Set([...labels.values()].map((set) => [...set][0])).size === labels.size
  if (agree) return undefined
  return {
    id: 'format',
    text: {
      en: `Do the classes stand in ${table} or in the folders? They differ: ${someNames(list.classes, 3)} and ${someNames(byFolders.classes, 3)}.`,
      zh: `类别以 ${table} 为准，还是以文件夹为准？两者不同：${someNames(list.classes, 3)} 与 ${someNames(byFolders.classes, 3)}。`
    },
    readings: [
      describe(list, 'csv', { en: `The table: ${table}`, zh: `表格：${table}` }, []),
      describe(byFolders, 'image-folder', { en: 'The folders', zh: '文件夹' }, leftOut)
    ]
  }
}

const classesOfFolders = { en: 'The classes are those of the folders in which the pictures lie.', zh: '类别取自图像所在的文件夹。' }
const notListed = { en: 'No table lists it, so it has no label.', zh: '没有表格列出它，因此没有标签。' }
const notListedIn = (count: number, areAll: boolean): SkippedFile['reason'] => ({
  en: `${areAll ? `Its ${count}` : `${count} of its`} ${areAll && count === 1 ? 'image is' : 'images are'} in no table and left out: without a label.`,
  zh: `${areAll ? '其中的' : '其中'} ${count} 张图像不在任何表格中：没有标签，已略过。`
})

function notATable(name: string, error: NotATable): GraftError {
  return new GraftError('table-not-readable', {
    en: `${name} is no table of paths of pictures.`,
    zh: `${name} 不是图像路径的表格。`
  }, {
    field: 'path', details: error.message,
    remedy: {
      en: 'It needs a column with the paths of the pictures, and one named "label" where they have labels.',
      zh: '需要一列图像路径；如有标签，另需名为“label”的列。'
    }
  })
}

function severalLabels(name: string, { several, list, example }: TablePictures): GraftError {
  return new GraftError('several-labels', {
    en: `${name} gives ${several} of ${several + list.images.length} pictures several labels at once (${example}); Graft learns one class for each picture.`,
    zh: `${name} 为 ${several + list.images.length} 张图像中的 ${several} 张同时给出多个标签（${example}）；Graft 为每张图像学习一个类别。`
  }, { field: 'path', remedy: { en: 'Give each picture one label, or make a table for each label.', zh: '请为每张图像给出一个标签，或为每个标签各做一个表格。' } })
}

function noUsableRow(name: string, first: TablePictures['first']): GraftError {
  return new GraftError('no-images', {
    en: first ? `No row can be used; ${first.path}: ${first.reason.en}` : `${name} names no pictures.`,
    zh: first ? `没有可用的行；${first.path}：${first.reason.zh}` : `${name} 中没有图像。`
  }, {
    field: 'path',
    remedy: first?.isOfSplit
      ? { en: 'Say the split of each picture in a column called “split”, by the words train, validation and test.', zh: '请用名为“split”的一列注明每张图像的划分：train、validation 或 test。' }
      : { en: 'Write the paths as they are below the folder of the table.', zh: '请填写相对于表格所在文件夹的路径。' }
  })
}

function noTable(folder: string, reason: SkippedFile['reason'] | undefined): GraftError {
  return new GraftError('no-images', {
    en: `${folder} holds no table that names its pictures.${reason ? ` ${reason.en}` : ''}`, zh: `${folder} 中没有列出图像的表格。${reason?.zh ?? ''}`
  }, { field: 'path', remedy: { en: 'Choose the .csv file itself.', zh: '请直接选择 .csv 文件。' } })
}
