import type { Dirent } from 'node:fs'
import * as fs from 'node:fs/promises'
import { basename, dirname, extname, join, resolve, sep } from 'node:path'
import type { SkippedFile, SplitName } from '../../../contract/datasets'
import { GraftError } from '../../../contract/errors'
import { throwIfCancelled } from '../../cancel'
import { counted } from './shared/bytes'
import { compareNames, linkedKind, splitOf, type LayoutOptions, type Picture, type PictureList } from './shared/folders'
import { defineFormat } from './shared/format'
import { readPictures } from './shared/pictures'
import { NotATable, parseTable, tableText, type Table } from './shared/table'

const tableName = /\.(csv|tsv|tab)$/i
const largestTable = 128 << 20
/** Rows that are tried when a folder is looked at. */
const triedRows = 20

/** A table of paths and labels beside the pictures it names. */
export const csv = defineFormat({
  id: 'csv',
  title: { en: 'Table of paths and labels (CSV)', zh: '路径和标签的表格（CSV）' },
  summary: {
    en: 'A .csv or .tsv with a column of paths below its folder, and perhaps columns label, split and domain; with a header or ' +
      'without (path, label). Several tables named train, validation and test are its splits.',
    zh: '含图像路径列（相对于表格所在文件夹）的 .csv 或 .tsv，可另有 label、split、domain 列；可有或没有表头（路径、标签）。' +
      '名为 train、validation、test 的多个表格各为一个部分。'
  },
  async detect(path) {
    if ((await fs.stat(path)).isFile()) return tableName.test(path)
    for (const table of await tablesIn(path)) {
      try {
        if (await namesPictures(table, path)) return true
      } catch (error) {
        if (!(error instanceof NotATable) && !(error instanceof GraftError)) throw error
      }
    }
    return false
  },
  async read(path, options) {
    const isFile = (await fs.stat(path)).isFile()
    const folder = isFile ? dirname(path) : path
    const tables = isFile ? [path] : await usableTables(path)
    if (tables.length === 0) throw noTable(basename(path))
    let first: SkippedRow | undefined
    const skip: LayoutOptions['skip'] = (row, reason) => {
      first ??= { row, reason }
      options.skip(row, reason)
    }
    const list = await readTables(tables, folder, { ...options, skip })
    if (list.images.length === 0) throw noUsableRow(basename(tables[0]!), first)
    return readPictures(folder, list, options)
  }
})

const tablesIn = async (folder: string): Promise<string[]> =>
  (await fs.readdir(folder, { withFileTypes: true })).filter((entry) => entry.isFile() && tableName.test(entry.name) && !entry.name.startsWith('.'))
    .map((entry) => join(folder, entry.name)).sort(compareNames)

/** Tables of one folder that name its pictures; where some are named for splits, those alone. */
async function usableTables(folder: string): Promise<string[]> {
  const usable: string[] = []
  for (const table of await tablesIn(folder)) if (await namesPictures(table, folder).catch(() => false)) usable.push(table)
  const forSplits = usable.filter((table) => splitOfTable(table) !== undefined)
  return forSplits.length > 0 ? forSplits : usable.slice(0, 1)
}

const splitOfTable = (path: string): SplitName | undefined => splitOf(basename(path, extname(path)))

/** Whether most of a table's first rows name files that are there, with a label or a split beside them. */
async function namesPictures(path: string, folder: string): Promise<boolean> {
  const { rows, columns } = await readTable(path)
  if (columns.label === undefined && columns.split === undefined) return false
  const sample = rows.slice(0, triedRows)
  const found = await Promise.all(sample.map(async (row) => {
    const inside = pathInside(folder, row[columns.path] ?? '')
    return inside !== undefined && fs.stat(inside).then((stat) => stat.isFile(), () => false)
  }))
  return sample.length > 0 && found.filter(Boolean).length * 2 > sample.length
}

async function readTable(path: string): Promise<Table> {
  const name = basename(path)
  if ((await fs.stat(path)).size > largestTable) {
    throw new GraftError('table-too-large', {
      en: `${name} is larger than ${counted(largestTable >> 20)} MiB, too large for a table of paths.`,
      zh: `${name} 超过 ${counted(largestTable >> 20)} MiB，对路径表格来说过大。`
    }, { field: 'path', remedy: { en: 'Split it into train.csv and test.csv, or use class folders.', zh: '请拆分为 train.csv 和 test.csv，或改用类别文件夹。' } })
  }
  return parseTable(tableText(await fs.readFile(path)))
}

interface SkippedRow { row: string, reason: SkippedFile['reason'] }
interface Row { path: string, split: SplitName, label?: string, domain?: string }

/** The pictures of some tables; a row whose picture is not there, or that says nothing usable, is skipped by its number. */
async function readTables(tables: readonly string[], folder: string, options: LayoutOptions): Promise<PictureList> {
  const files = new FolderFiles(folder, await fs.realpath(folder))
  const rows: Row[] = []
  const seen = new Set<string>()
  for (const path of tables) {
    const name = basename(path)
    let table: Table
    try {
      table = await readTable(path)
    } catch (error) {
      throw error instanceof NotATable ? notATable(name, error) : error
    }
    const splitHere = splitOfTable(path) ?? 'train'
    for (const [index, cells] of table.rows.entries()) {
      throwIfCancelled(options.signal)
      const given = cells[table.columns.path] ?? ''
      const row = rowOf(cells, table, splitHere)
      const found = row.problem ? undefined : await files.find(given)
      const problem = row.problem ?? found?.problem ?? (seen.has(found!.path!) ? listedTwice : undefined)
      if (problem || !found?.path) {
        options.skip(`${name}, row ${index + table.firstRow}: ${given.slice(0, 200)}`, problem ?? notThere)
        continue
      }
      seen.add(found.path)
      rows.push({ ...row, path: found.path })
    }
  }
  return listOf(rows)
}

function rowOf(cells: readonly string[], { columns }: Table, splitHere: SplitName): Omit<Row, 'path'> & { problem?: SkippedFile['reason'] } {
  const cell = (column: number | undefined): string => column === undefined ? '' : cells[column] ?? ''
  const word = cell(columns.split)
  const split = columns.split === undefined || word === '' ? splitHere : splitOf(word)
  const label = cell(columns.label)
  if (split === undefined) return { split: splitHere, problem: unknownSplit(word) }
  if (columns.label !== undefined && label === '') return { split, problem: noLabel }
  const domain = cell(columns.domain)
  return { split, ...(label !== '' && { label }), ...(domain !== '' && { domain }) }
}

function listOf(rows: readonly Row[]): PictureList {
  const named = (values: readonly (string | undefined)[]): string[] =>
    [...new Set(values.filter((value) => value !== undefined))].sort(compareNames)
  const classes = named(rows.map(({ label }) => label))
  const domains = named(rows.map(({ domain }) => domain))
  const classOf = new Map(classes.map((name, index) => [name, index]))
  const domainOf = new Map(domains.length > 1 ? domains.map((name, index) => [name, index]) : [])
  const order: readonly SplitName[] = ['train', 'validation', 'test']
  const images = rows.map(({ path, split, label, domain }): Picture => {
    const place = domain === undefined ? undefined : domainOf.get(domain)
    return { path, split, ...(label !== undefined && { label: classOf.get(label)! }), ...(place !== undefined && { domain: place }) }
  })
  // As they are listed, each split together.
  return { classes, domains: domains.length > 1 ? domains : [], images: order.flatMap((split) => images.filter((image) => image.split === split)) }
}

/** Where a table's path leads, unless that is outside the folder: absolute ones and those with too many `..` are not. */
function pathInside(folder: string, given: string): string | undefined {
  if (given === '' || given.includes('\0')) return undefined
  const path = resolve(folder, given.replaceAll('\\', '/'))
  return path.startsWith(resolve(folder) + sep) ? path : undefined
}

/** Looks files up by name, a listing a folder rather than a question a file. */
class FolderFiles {
  private readonly listings = new Map<string, Promise<Map<string, Dirent> | SkippedFile['reason']>>()

  constructor(private readonly folder: string, private readonly root: string) {}

  async find(given: string): Promise<{ path?: string, problem?: SkippedFile['reason'] }> {
    const path = pathInside(this.folder, given)
    if (path === undefined) return { problem: given === '' ? noPath : outside }
    const parent = dirname(path)
    let listing = this.listings.get(parent)
    if (!listing) {
      listing = this.list(parent)
      this.listings.set(parent, listing)
    }
    const entries = await listing
    if (!(entries instanceof Map)) return { problem: entries }
    const entry = entries.get(basename(path))
    if (!entry) return { problem: notThere }
    if (entry.isFile()) return { path }
    if (!entry.isSymbolicLink()) return { problem: notThere }
    let problem: SkippedFile['reason'] = notThere
    const kind = await linkedKind(path, { path: this.folder, root: this.root, skip: (_path, reason) => { problem = reason } })
    return kind?.isFile() ? { path } : { problem }
  }

  private async list(parent: string): Promise<Map<string, Dirent> | SkippedFile['reason']> {
    // A folder on the way may be a link as well.
    const real = await fs.realpath(parent).catch(() => undefined)
    if (real === undefined) return notThere
    if (real !== this.root && !real.startsWith(this.root + sep)) return outside
    const entries = await fs.readdir(parent, { withFileTypes: true }).catch(() => [])
    return new Map(entries.map((entry) => [entry.name, entry]))
  }
}

const notThere = { en: 'The file is not there.', zh: '文件不存在。' }
const noPath = { en: 'The row names no file.', zh: '该行没有文件名。' }
const outside = { en: 'Its path leads out of the folder of the table.', zh: '其路径指向表格所在文件夹之外。' }
const noLabel = { en: 'The row has no label.', zh: '该行没有标签。' }
const listedTwice = { en: 'The file is listed twice.', zh: '该文件被列出两次。' }
const unknownSplit = (word: string): SkippedFile['reason'] => ({
  en: `"${word.slice(0, 40)}" is none of train, validation and test.`, zh: `“${word.slice(0, 40)}”不是 train、validation 或 test。`
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

function noUsableRow(name: string, first: SkippedRow | undefined): GraftError {
  return new GraftError('no-images', {
    en: first ? `No row can be used; ${first.row}: ${first.reason.en}` : `${name} names no pictures.`,
    zh: first ? `没有可用的行；${first.row}：${first.reason.zh}` : `${name} 中没有图像。`
  }, {
    field: 'path',
    remedy: {
      en: 'Write the paths as they are below the folder of the table.', zh: '请填写相对于表格所在文件夹的路径。'
    }
  })
}

function noTable(folder: string): GraftError {
  return new GraftError('no-images', {
    en: `${folder} holds no table that names its pictures.`, zh: `${folder} 中没有列出图像的表格。`
  }, { field: 'path', remedy: { en: 'Choose the .csv file itself.', zh: '请直接选择 .csv 文件。' } })
}
