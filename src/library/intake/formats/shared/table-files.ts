import * as fs from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import type { NameEncoding, SplitName } from '../../../../contract/datasets'
import { GraftError } from '../../../../contract/errors'
import type { Text } from '../../../../contract/text'
import { counted, readStart } from '../../reading/bytes'
import { someNames } from '../../reading/class-names'
import { isLeftBehind } from '../../reading/left-behind'
import { PictureFinder, type Way } from './picture-finder'
import { saysOnlyPictures, splitLike, splitOf } from '../../reading/split-names'
import { saysOnlyTables } from './split-lists'
import type { FolderTables, PictureTable } from './picture-table'
import { another, choose, chooseLists, divided } from './table-choice'
import { asDivision, saysDivision } from './table-dividers'
import { labelsOf } from './table-labels'
import { NotATable, parseList, parseTable, type Table } from './table'
import { readText } from '../../reading/text'
import { compareNames, imageName } from '../../reading/tree'

export const tableName = /\.(csv|tsv|tab|jsonl|ndjson)$/i
/** Files that may list pictures, and are passed over in silence where they do not. */
const listName = /\.(json|txt|lst)$/i
/** Tables that are not read: whoever brings one is told. */
const otherTable = /\.(xlsx?|ods|numbers)$/i
/** Placeholders of a competition, in the form of labels. */
const isSample = (path: string): boolean => /sample[\s_-]*sub|sub(mission)?[\s_-]*(sample|format|example)|gender_submission/i.test(basename(path))
const fewLists = 40
const largestTable = 128 << 20
/** Rows by which it is found out how a table's cells name pictures. */
const triedRows = 200

interface Looking {
  signal?: AbortSignal | undefined
  /** How tables are written, where a person says it. */
  encoding?: NameEncoding | undefined
  /** Stands for one opening of a source: what was found in a folder is not looked for again. */
  opening?: object | undefined
}

const found = new WeakMap<object, Map<string, Promise<FolderTables>>>()
const finders = new WeakMap<object, Map<string, Promise<PictureFinder>>>()
/** What a map under an object holds, made where it holds nothing yet. */
function once<T>(all: WeakMap<object, Map<string, Promise<T>>>, owner: object, key: string, make: () => Promise<T>): Promise<T> {
  const own = all.get(owner) ?? new Map<string, Promise<T>>()
  all.set(owner, own)
  const made = own.get(key) ?? make()
  own.set(key, made)
  return made
}

/** The rows of a file; throws `table-too-large` and NotATable. */
async function readTable(
  path: string, encoding: NameEncoding | undefined, finds?: (cell: string) => boolean
): Promise<Pick<PictureTable, 'table' | 'text' | 'unclear'>> {
  const name = basename(path)
  if ((await fs.stat(path)).size > largestTable) {
    throw new GraftError('table-too-large', {
      en: `${name} is larger than ${counted(largestTable >> 20)} MiB, too large for a table of paths.`,
      zh: `${name} 超过 ${counted(largestTable >> 20)} MiB，对路径表格来说过大。`
    }, { field: 'path', remedy: { en: 'Split it into train.csv and test.csv, or use class folders.', zh: '请拆分为 train.csv 和 test.csv，或改用类别文件夹。' } })
  }
  const { text, assumed, unclear } = readText(await fs.readFile(path), encoding)
  return { table: /\.(txt|lst)$/i.test(path) ? parseList(text) : parseTable(text, finds), text: assumed, unclear }
}

/** Which split a table's own name says. */
const splitOfTable = (path: string): SplitName | undefined => {
  const stem = basename(path, extname(path))
  return splitOf(stem) ?? splitLike(stem)?.split
}

/**
 * The tables that lie in a folder, or, where none of those is of use, in its folders: those for splits, and those that
 * hold tables alone, whose tables may also name pictures beside that folder. Goes down while a folder holds one folder
 * and nothing else. Where some tables are named for splits, those are used; otherwise the first.
 */
export function tablesOf(folder: string, { opening = {}, ...looking }: Looking = {}): Promise<FolderTables> {
  return once(found, opening, `${looking.encoding ?? ''} ${folder}`, () => lookInto(folder, { ...looking, opening }, 0))
}

async function lookInto(folder: string, looking: Looking, depth: number): Promise<FolderTables> {
  const here = await amongAll(folder, looking)
  const entries = (await fs.readdir(folder, { withFileTypes: true })).filter(({ name }) => !isLeftBehind(name))
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name).sort(compareNames)
  if (here.used.length > 0) return divided(here, async () => (await inFolders(folder, folders.filter(saysOnlyTables), looking)).used)
  const isAlone = folders.length === 1 && depth < 3 && !entries.some((entry) => entry.isFile() && imageName.test(entry.name))
  if (isAlone && !splitLike(folders[0]!)) {
    const below = await lookInto(join(folder, folders[0]!), looking, depth + 1)
    return { used: below.used, unused: [...here.unused, ...below.unused] }
  }
  const inner = await inFolders(folder, folders, looking)
  return divided({ used: inner.used, unused: [...here.unused, ...inner.unused] })
}

/** The tables in those of a folder's folders that are for splits, or hold tables alone. */
async function inFolders(folder: string, folders: readonly string[], looking: Looking): Promise<FolderTables> {
  const found: FolderTables = { used: [], unused: [] }
  for (const name of folders) {
    const split = splitLike(name)?.split
    const isForPictures = split !== undefined || saysOnlyPictures(name)
    const isForTables = saysOnlyTables(name) || (!isForPictures && folders.length <= fewFolders && await holdsTablesAlone(join(folder, name)))
    if (!isForPictures && !isForTables) continue
    const own = await amongAll(join(folder, name), looking)
    const areElsewhere = own.used.length === 0 && (own.unused.length > 0 || await holdsNoPictures(join(folder, name)))
    const tables = areElsewhere ? await amongAll(join(folder, name), looking, folder) : own
    // `Eval` holds the splits of all pictures, and is none itself.
    const ofFolder = areElsewhere && saysOnlyTables(name) ? undefined : split
    found.used.push(...tables.used.map((table) => ({ ...table, split: table.split ?? ofFolder })))
    found.unused.push(...tables.unused)
  }
  return found
}

const fewFolders = 20
/** Whether a folder holds tables, and neither pictures nor folders. */
async function holdsTablesAlone(folder: string): Promise<boolean> {
  const entries = (await fs.readdir(folder, { withFileTypes: true }).catch(() => [])).filter(({ name }) => !isLeftBehind(name))
  return entries.every((entry) => entry.isFile() && !imageName.test(entry.name)) && entries.some(({ name }) => tableName.test(name))
}

async function holdsNoPictures(folder: string): Promise<boolean> {
  const entries = (await fs.readdir(folder, { withFileTypes: true }).catch(() => [])).filter(({ name }) => !isLeftBehind(name))
  return entries.every((entry) => entry.isFile() && !imageName.test(entry.name))
}

/**
 * The tables of one folder; where none is of use, lists in other files that are.
 * @param pictures the folder whose pictures they name
 */
async function amongAll(folder: string, looking: Looking, pictures = folder): Promise<FolderTables> {
  const files = (await fs.readdir(folder, { withFileTypes: true })).filter((entry) => entry.isFile() && !isLeftBehind(entry.name))
    .map((entry) => join(folder, entry.name)).sort(compareNames)
  const tables = await tryAll(files.filter((path) => tableName.test(path)), pictures, looking)
  tables.unused.push(...files.filter((path) => otherTable.test(path)).map((path) => ({ path, reason: otherKind })))
  const isBesideTables = tables.usable.some(({ isBare }) => !isBare)
  const lists = files.filter((path) => listName.test(path) && !imageName.test(path.replace(/\.json$/i, '')) && (saysDivision(path) || (!isBesideTables && mayList(path))))
  // Hundreds are one for each picture.
  const tried = lists.length > fewLists ? { usable: [], unused: [] } : await tryAll(lists, pictures, looking)
  // One that is named for splits holds no classes.
  const usable = tried.usable.filter(({ path, labels }) => !labels || (!isBesideTables && mayList(path)))
  if (isBesideTables) {
    const { used, unused } = await choose([...tables.usable, ...usable])
    const others = tried.usable.filter((list) => !usable.includes(list)).map(({ path }) => ({ path, reason: another(basename(used[0]!.path)) }))
    return { used, unused: [...tables.unused, ...unused, ...others, ...tried.unused.filter(({ listsPictures }) => listsPictures)] }
  }
  const chosen = await chooseLists(usable)
  tables.unused.push(...tables.usable.map(({ path, isBare }) => ({ path, reason: isBare!, listsPictures: true })))
  // Of the others only those are told that do list pictures.
  return { used: chosen.used, unused: [...tables.unused, ...[...tried.unused, ...chosen.unused].filter(({ listsPictures }) => listsPictures)] }
}

/** A text is a list of pictures where its name says so; in JSON its form does. */
const mayList = (path: string): boolean => {
  const stem = basename(path, extname(path))
  return /\.json$/i.test(path) || splitLike(stem)?.rest === '' || /label|list|annot|index|ground/i.test(stem)
}

interface Tried { usable: PictureTable[], unused: FolderTables['unused'] }
async function tryAll(paths: readonly string[], pictures: string, looking: Looking): Promise<Tried> {
  const usable: PictureTable[] = []
  const unused: FolderTables['unused'] = []
  const make = (): Promise<PictureFinder> => PictureFinder.in(pictures, looking.signal)
  const finder = paths.length === 0 ? undefined : await (looking.opening ? once(finders, looking.opening, pictures, make) : make())
  for (const path of paths) {
    const tried = await tryTable(path, finder!, looking)
    if ('table' in tried) usable.push(tried)
    else unused.push({ path, ...tried })
  }
  return { usable, unused }
}

/** A table whose rows name pictures that are there, with a label or a split beside them; or why it is not one. */
async function tryTable(path: string, finder: PictureFinder, { encoding }: Looking = {}): Promise<PictureTable | { reason: Text, listsPictures?: boolean }> {
  if (isSample(path)) return { reason: sample }
  try {
    const opened = await openTable(path, finder, { encoding })
    const { table, labels, way } = opened
    if (arePixels(table.header)) return { reason: pixels }
    if (way === undefined) return { reason: namesNothing }
    const { path: pathColumn, split, flags = [] } = table.columns
    const others = table.header.filter((name, column) => column !== pathColumn && column !== split && !flags.some((one) => one.column === column) && name !== '')
    if (!labels && ((split === undefined && flags.length === 0) || others.length > 0)) {
      const reason = withoutLabels(table)
      const isForTesting = opened.split === 'test' && split === undefined && flags.length === 0 && others.length === 0
      return isForTesting ? { ...opened, way, isBare: reason } : { reason, listsPictures: true }
    }
    return { ...opened, way }
  } catch (error) {
    if (error instanceof NotATable) return { reason: await holdsPixels(path) ? pixels : namesNothing }
    if (error instanceof GraftError && error.code === 'table-too-large') return { reason: error.value.message }
    throw error
  }
}

/** Whether a JSON file lists pictures that lie below its folder. */
export async function isList(path: string): Promise<boolean> {
  const tried = await tryTable(path, await PictureFinder.in(dirname(path)))
  return 'table' in tried && !tried.isBare
}

/**
 * A table, and how its cells name pictures; `way` is undefined where most name none.
 * @param options `isGiven`: whether a person gave it for the folder, as is done with Graft's own tables; `encoding`: how it is written, where a person says it
 */
export async function openTable(
  path: string, finder: PictureFinder, { isGiven = false, encoding }: { isGiven?: boolean, encoding?: NameEncoding | undefined } = {}
): Promise<Omit<PictureTable, 'way'> & { way: Way | undefined }> {
  let read = await readTable(path, encoding).catch((error: unknown) => { if (error instanceof NotATable) return undefined; throw error })
  let way = read && await finder.wayOf(cellsOf(read.table))
  if (!read || way === undefined) {
    // Names without an ending tell their column, and whether there is a header, only by what lies in the folder.
    const loose = await readTable(path, encoding, await finder.finds())
    const found = await finder.wayOf(cellsOf(loose.table))
    if (found !== undefined || !read) [read, way] = [loose, found]
  }
  const { text, unclear } = read
  const table = asDivision(path, read.table)
  return { path, table, text, unclear, labels: labelsOf(table, isGiven), finder, way, split: splitOfTable(path) }
}

const cellsOf = ({ rows, columns }: Table): string[] => rows.slice(0, triedRows).map((row) => row[columns.path] ?? '')

/** Whether a header is of pixels: `label, pixel0, pixel1, …` or `1x1, 1x2, …`, as competitions write MNIST. */
const arePixels = (header: readonly string[]): boolean => {
  const some = header.filter((name) => /^(pixel|px|p|attr)[\s_-]?\d+$|^\d+x\d+$|^pixels$/i.test(name.trim()))
  return some.length >= 16 || some.some((name) => /^pixels$/i.test(name.trim()))
}
async function holdsPixels(path: string): Promise<boolean> {
  const start = Buffer.from(await readStart(path, 4_096)).toString('latin1')
  return arePixels(start.split(/\r?\n/)[0]!.split(/[,;\t]/).map((name) => name.replace(/^"|"$/g, '')))
}
const pixels = {
  en: 'This table was not used: it holds the pixels of its pictures as numbers, which are not read; save the pictures as files.',
  zh: '未使用该表格：它以数字保存图像的像素，无法读取；请将图像另存为文件。'
}
const namesNothing = {
  en: 'This table was not used: none of its columns names pictures of this folder.', zh: '未使用该表格：没有任何列列出此文件夹中的图像。'
}
const sample = { en: 'This table was not used: by its name it is the sample of a submission, with placeholders in the place of labels.', zh: '未使用该表格：按其名称，它是提交示例，标签处为占位值。' }
const otherKind = { en: 'Such a table is not read; if the labels stand in it, save it as CSV.', zh: '无法读取此类表格；如果标签在其中，请另存为 CSV。' }
const withoutLabels = ({ header, columns }: Table): Text => {
  const others = header.filter((name, column) => name !== '' && ![columns.path, columns.split, ...(columns.flags ?? []).map((flag) => flag.column)].includes(column))
  return others.length === 0
    ? { en: 'This table was not used: it names pictures, but gives them no labels.', zh: '未使用该表格：它列出了图像，但没有标签。' }
    : {
        en: `This table was not used: it names pictures, but which of its other columns is the label is unclear (${someNames(others)}); call that one "label".`,
        zh: `未使用该表格：它列出了图像，但不清楚其余哪一列是标签（${someNames(others)}）；请将该列命名为“label”。`
      }
}
