import type { Dirent } from 'node:fs'
import * as fs from 'node:fs/promises'
import { basename, dirname, relative, resolve, sep } from 'node:path'
import type { SkippedFile } from '../../../../contract/datasets'
import { imageName, imagesOf, linkedKind, readTree, type Tree } from '../../reading/tree'

/**
 * How loosely a table's cells have to be taken so that most of them name a picture, each with those before it: the path
 * itself; in any case (`.jpg` for `.JPG`); its end (`C:\data\images\1.jpg`); the file's name alone; that without its ending;
 * the number that this is, whose zeros before it a spreadsheet dropped (`7` for `00007.jpg`).
 */
const ways = ['path', 'case', 'end', 'name', 'stem', 'number'] as const
export type Way = typeof ways[number]

interface Found { path?: string, problem?: SkippedFile['reason'] }

/** Finds the pictures that a table's cells name, below the table's folder and nowhere else. */
export class PictureFinder {
  private readonly listings = new Map<string, Promise<Map<string, Dirent> | SkippedFile['reason']>>()
  private known: Promise<Index> | undefined
  /** What a walk through the folder left out. */
  readonly leftOut: SkippedFile[] = []

  private constructor(readonly folder: string, private readonly root: string, private readonly signal: AbortSignal | undefined) {}

  static async in(folder: string, signal?: AbortSignal): Promise<PictureFinder> {
    return new PictureFinder(folder, await fs.realpath(folder), signal)
  }

  /** All pictures of the folder, by name. */
  async tree(): Promise<Tree> {
    return (await this.index()).tree
  }

  /** The strictest way in which most of these cells name a picture; undefined where none does. */
  async wayOf(cells: readonly string[]): Promise<Way | undefined> {
    const given = cells.filter((cell) => cell !== '')
    for (const way of ways) {
      let hits = 0
      for (const cell of given) if ((await this.find(cell, way)).path !== undefined) hits++
      if (hits * 2 > given.length) return way
    }
    return undefined
  }

  /** Whether a cell names a picture in any way, for use where nothing can be awaited. */
  async finds(): Promise<(cell: string) => boolean> {
    const index = await this.index()
    return (cell) => cell !== '' && ways.some((way) => way !== 'path' && index.find(cell, way).length > 0)
  }

  async find(given: string, way: Way): Promise<Found> {
    const strict = await this.strictly(given)
    if (strict.path !== undefined || way === 'path' || given === '') return strict
    const index = await this.index()
    for (const looser of ways.slice(1, ways.indexOf(way) + 1)) {
      const found = index.find(given, looser)
      if (found.length === 1) return { path: found[0]! }
      if (found.length > 1) return { problem: severalFiles(found.slice(0, 3).map((path) => relative(this.folder, path))) }
    }
    return strict
  }

  private index(): Promise<Index> {
    const skip = (path: string, reason: SkippedFile['reason']): void => { this.leftOut.push({ path, reason }) }
    this.known ??= readTree(this.folder, { skip, ...(this.signal && { signal: this.signal }) }).then((tree) => new Index(this.folder, tree))
    return this.known
  }

  /** A file at exactly this path, by a listing of each folder rather than a question for each file. */
  private async strictly(given: string): Promise<Found> {
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

/** All pictures of a folder by path, name and stem, without case. */
class Index {
  private readonly paths = new Map<string, string[]>()
  private readonly names = new Map<string, string[]>()
  private readonly stems = new Map<string, string[]>()
  private readonly numbers = new Map<string, string[]>()

  constructor(folder: string, readonly tree: Tree) {
    for (const path of imagesOf(tree)) {
      const shown = fold(relative(folder, path))
      put(this.paths, shown, path)
      put(this.names, nameOf(shown), path)
      put(this.stems, stemOf(shown), path)
      if (/^\d+$/.test(stemOf(shown))) put(this.numbers, withoutZeros(stemOf(shown)), path)
    }
  }

  find(given: string, way: Way): string[] {
    const cell = fold(given)
    const named = this.names.get(nameOf(cell)) ?? []
    switch (way) {
      case 'path': return []
      case 'case': return this.paths.get(cell.replace(/^(\.\/)+/, '')) ?? []
      case 'end': return this.byEnd(cell, named)
      case 'name': return named
      // An id may have dots of its own, and a path may name another kind of file than lies there.
      case 'stem': return this.stems.get(nameOf(cell)) ?? this.stems.get(stemOf(cell)) ?? []
      case 'number': return /^\d+$/.test(stemOf(cell)) ? this.numbers.get(withoutZeros(stemOf(cell))) ?? [] : []
    }
  }

  /** Those of one name whose path shares most folders with the cell's end, one at least. */
  private byEnd(cell: string, named: readonly string[]): string[] {
    const parts = cell.split('/').filter(Boolean)
    for (let count = parts.length; count > 1; count--) {
      const end = parts.slice(-count).join('/')
      const found = named.filter((path) => { const shown = fold(path); return shown.endsWith(`/${end}`) })
      if (found.length > 0) return found
    }
    return []
  }
}

const fold = (path: string): string => (/^https?:\/\//i.test(path) ? ofAddress(path) : path).replaceAll('\\', '/').normalize('NFC').toLowerCase()
/** The path of an address, whose pictures were downloaded under the names it has. */
function ofAddress(address: string): string {
  const path = address.replace(/[?#].*$/s, '')
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1)
const withoutZeros = (digits: string): string => digits.replace(/^0+(?=\d)/, '')
const stemOf = (path: string): string => nameOf(path).replace(imageName, '')

function put(map: Map<string, string[]>, key: string, path: string): void {
  const paths = map.get(key)
  if (paths) paths.push(path)
  else map.set(key, [path])
}

/** Where a table's path leads, unless that is outside the folder: absolute ones and those with too many `..` are not. */
function pathInside(folder: string, given: string): string | undefined {
  if (given === '' || given.includes('\0')) return undefined
  const path = resolve(folder, given.replaceAll('\\', '/'))
  return path.startsWith(resolve(folder) + sep) ? path : undefined
}

export const notThere = { en: 'The file is not there.', zh: '文件不存在。' }
const noPath = { en: 'The row names no file.', zh: '该行没有文件名。' }
const outside = { en: 'Its path leads out of the folder of the table.', zh: '其路径指向表格所在文件夹之外。' }
const severalFiles = (paths: readonly string[]): SkippedFile['reason'] => ({
  en: `Several files have that name: ${paths.join(', ')}.`, zh: `有多个文件使用该名称：${paths.join('、')}。`
})
