import { basename, relative, sep } from 'node:path'
import { everySplit, type SkippedFile, type SplitName } from '../../../../contract/datasets'
import type { Text } from '../../../../contract/text'
import { throwIfCancelled } from '../../../cancel'
import { mergeNames, tidyName } from '../../reading/class-names'
import type { LayoutOptions } from './folders'
import { describe, type Picture, type PictureList } from '../../reading/picture-list'
import { namesBeside } from './class-list'
import { notThere } from './picture-finder'
import { splitLike } from '../../reading/split-names'
import type { PictureTable } from './picture-table'
import type { RowLabel } from './table-labels'
import { dividedBy } from './table-dividers'
import { rowSplits, type Place } from './table-splits'
import { toldOfColumns } from './table-told'
import { whichEncoding } from '../../reading/text'
import { compareNames } from '../../reading/tree'

/** What the rows of some tables give. */
export interface TablePictures {
  list: PictureList
  /** Pictures that some row names, used or not. */
  seen: ReadonlySet<string>
  /** Rows left out because they carry several labels, and what the first says. */
  several: number
  example: string
  /** The first row that was left out and why, and whether that is what it says of its split. */
  first?: SkippedFile & { isOfSplit: boolean }
}

interface Row { path: string, split: SplitName, isSaid: boolean, label?: string, domain?: string }

/** The pictures of some tables; a row whose picture is not there, or that says nothing usable, is skipped by its number. */
export async function readRows(tables: readonly PictureTable[], folder: string, options: LayoutOptions): Promise<TablePictures> {
  const rows: Row[] = []
  const seen = new Map<string, string | undefined>()
  const named = new Set<string>()
  let [several, example] = [0, '']
  let first: TablePictures['first']
  const assumed: Text[] = []
  for (const opened of tables) {
    const { path, table, finder, way } = opened
    const below = relative(folder, path)
    const name = below === '' || below.startsWith('..') ? basename(path) : below
    const splits = rowSplits(table, opened.split)
    const beside = opened.divider && await dividedBy(opened.divider, named, opened.split ?? 'train')
    for (const [index, cells] of table.rows.entries()) {
      throwIfCancelled(options.signal)
      const given = cells[table.columns.path] ?? ''
      const label = opened.labels?.of(cells)
      const own = splits.of(cells)
      const row = rowOf(cells, own, table.columns.domain, label)
      const found = await finder.find(given, way)
      if (found.path !== undefined) named.add(found.path)
      if (found.path !== undefined && isSeveral(label)) {
        several++
        example ||= label.several.join(', ')
        seen.set(found.path, undefined)
      }
      const again = seen.has(found.path!) ? twice(seen.get(found.path!), row.label) : undefined
      const unusable = row.problem ?? found.problem ?? again
      const place = unusable || found.path === undefined ? undefined : beside?.of(found.path)
      const problem = unusable ?? place?.problem
      if (problem || found.path === undefined) {
        const left = { path: `${name}, row ${index + table.firstRow}: ${given.slice(0, 200)}`, reason: problem ?? notThere }
        first ??= { ...left, isOfSplit: problem !== undefined && (problem === own.problem || problem === place?.problem) }
        options.skip(left.path, left.reason)
        continue
      }
      seen.set(found.path, row.label)
      rows.push({ ...row, ...(place && { split: place.split, isSaid: true }), path: found.path })
    }
    assumed.push(...splits.told(name), ...toldOfColumns(name, table, opened.labels))
    if (beside) assumed.push(...beside.told())
    if (opened.text) assumed.push({ en: `${name}: ${opened.text.en}`, zh: `${name}：${opened.text.zh}` })
    if (way !== 'path' && way !== 'case') assumed.push(foundBy[way](name))
  }
  assumed.push(...splitsByFolder(rows, folder))
  const names = await namesBeside(folder, new Set(rows.flatMap(({ label }) => label ?? [])), options.encoding)
  if (names) {
    for (const row of rows) if (row.label !== undefined) row.label = names.of(row.label)
    assumed.push(...names.assumed)
  }
  const unclear = tables.flatMap((table) => [table, ...table.divider ? [table.divider] : []]).find((table) => table.unclear)
  const question = unclear?.unclear ? whichEncoding(basename(unclear.path), unclear.unclear) : names?.question
  const list = listOf(rows, assumed, options)
  return { list: question ? { ...list, question } : list, seen: named, several, example, ...(first && { first }) }
}

const isSeveral = (label: RowLabel | undefined): label is { several: string[] } => typeof label === 'object' && 'several' in label

function rowOf(
  cells: readonly string[], place: Place, domainColumn: number | undefined, label: RowLabel | undefined
): Omit<Row, 'path'> & { problem?: SkippedFile['reason'] } {
  if (place.problem) return place
  if (isSeveral(label)) return { ...place, problem: severalLabels(label.several) }
  if (label === 'none') return { ...place, problem: noLabel }
  const domain = tidyName(domainColumn === undefined ? '' : cells[domainColumn] ?? '')
  return { ...place, ...(label && { label: label.label }), ...(domain !== '' && { domain }) }
}

/** Where no column and no table's name says a split, and the pictures lie in folders for training and for another, those do. */
function splitsByFolder(rows: readonly Row[], folder: string): Text[] {
  if (rows.length === 0 || rows.some(({ isSaid }) => isSaid)) return []
  const places = rows.map(({ path }) => splitLike(relative(folder, path).split(sep)[0]!))
  const found = new Set(places.map((place) => place?.split))
  if (found.has(undefined) || !found.has('train') || found.size < 2) return []
  rows.forEach((row, index) => { row.split = places[index]!.split })
  return [{ en: 'The splits are those of the folders in which the pictures lie.', zh: '划分取自图像所在的文件夹。' }]
}

function listOf(rows: readonly Row[], assumed: Text[], { alike }: LayoutOptions): PictureList {
  const beside = (['train', 'validation', 'test'] as const).map((split) => [...new Set(rows.flatMap((row) => row.split === split && row.label !== undefined ? row.label : []))])
  const names = mergeNames(beside, alike)
  const list = { ...listed(rows, names.of), assumed: [...assumed, ...names.assumed] }
  if (names.unclear.length === 0) return list
  const choice = (value: 'merge' | 'keep', text: Text): ReturnType<typeof describe> =>
    describe({ ...listed(rows, mergeNames(beside, value).of), assumed }, value, text, [])
  const shown = names.unclear.slice(0, 3).map((variants) => variants.join(' = ')).join('; ')
  return {
    ...list,
    question: {
      id: 'alike', text: { en: `Labels differ in case, or in the ending of a copy, alone: ${shown}. Are they one class?`, zh: `部分标签仅大小写或副本后缀不同：${shown}。它们是同一类别吗？` },
      readings: [
        choice('merge', { en: 'One class: names that differ in this alone are the same', zh: '同一类别：仅此不同的名称视为相同' }),
        choice('keep', { en: 'Classes of their own, as they are written', zh: '各为类别：按写法区分' })
      ]
    }
  }
}

function listed(rows: readonly Row[], of: (name: string) => string): Pick<PictureList, 'classes' | 'domains' | 'images'> {
  const named = (values: readonly (string | undefined)[]): string[] =>
    [...new Set(values.filter((value) => value !== undefined))].sort(compareNames)
  const classes = named(rows.map(({ label }) => label === undefined ? undefined : of(label)))
  const domains = named(rows.map(({ domain }) => domain))
  const classOf = new Map(classes.map((name, index) => [name, index]))
  const domainOf = new Map(domains.length > 1 ? domains.map((name, index) => [name, index]) : [])
  const order: readonly SplitName[] = everySplit
  const images = rows.map(({ path, split, label, domain }): Picture => {
    const place = domain === undefined ? undefined : domainOf.get(domain)
    return { path, split, ...(label !== undefined && { label: classOf.get(of(label))! }), ...(place !== undefined && { domain: place }) }
  })
  // As they are listed, each split together.
  return { classes, domains: domains.length > 1 ? domains : [], images: order.flatMap((split) => images.filter((image) => image.split === split)) }
}

const foundBy: Record<'end' | 'name' | 'stem' | 'number', (table: string) => Text> = {
  end: (table) => ({ en: `The pictures of ${table} are found by the ends of their paths.`, zh: `${table} 中的图像按路径末尾查找。` }),
  name: (table) => ({ en: `The pictures of ${table} are found by their file names.`, zh: `${table} 中的图像按文件名查找。` }),
  stem: (table) => ({ en: `The pictures of ${table} are found by their file names without the ending.`, zh: `${table} 中的图像按不含扩展名的文件名查找。` }),
  number: (table) => ({ en: `The pictures of ${table} are found by the numbers that their names are, without the zeros before them.`, zh: `${table} 中的图像按文件名中的数字查找，忽略前导零。` })
}
const noLabel = { en: 'The row has no label.', zh: '该行没有标签。' }
const listedTwice = { en: 'The file is listed twice.', zh: '该文件被列出两次。' }
/** Why a row whose picture had one already is left out. */
const twice = (first: string | undefined, now: string | undefined): SkippedFile['reason'] => first === now ? listedTwice : {
  en: `The file is listed as “${first ?? '–'}” and as “${now ?? '–'}”; the first is kept.`, zh: `该文件被列为“${first ?? '–'}”和“${now ?? '–'}”；保留前者。`
}
const severalLabels = (labels: readonly string[]): SkippedFile['reason'] => ({
  en: `It has several labels (${labels.slice(0, 5).join(', ')}); a picture belongs to one class here.`, zh: `它有多个标签（${labels.slice(0, 5).join('、')}）；此处每张图像只属于一个类别。`
})
