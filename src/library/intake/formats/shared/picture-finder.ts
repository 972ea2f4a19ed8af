import type { Dirent } from 'node:fs'
import * as fs from 'node:fs/promises'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
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
  /** The folder, with the sign that ends it. */
  private readonly below: string
  private readonly found = new Map<Way, Map<string, Found>>()
  /** What a walk through the folder left out. */
  readonly leftOut: SkippedFile[] = []

  private constructor(readonly folder: string, private readonly root: string, private readonly signal: AbortSignal | undefined) {
    this.below = resolve(folder) + sep
  }

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
    return (given) => {
      const cell = fold(given)
      return given !== '' && ways.some((way) => way !== 'path' && index.find(cell, way).length > 0)
    }
  }

  /** The picture that a cell names; several tables name the same ones, and each is read more than once. */
  async find(given: string, way: Way): Promise<Found> {
    let found = this.found.get(way)
    if (!found) {
      found = new Map()
      this.found.set(way, found)
    }
    const known = found.get(given)
    if (known) return known
    const now = await this.look(given, way)
    found.set(given, now)
    return now
  }

  private async look(given: string, way: Way): Promise<Found> {
    const strict = await this.strictly(given)
    if (strict.path !== undefined || way === 'path' || given === '') return strict
    const index = await this.index()
    const cell = fold(given)
    for (const looser of ways.slice(1, ways.indexOf(way) + 1)) {
      const found = index.find(cell, looser)
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
    // A name alone, as most are, needs no path to be worked out.
    const isName = /^[^/\\\0]+$/.test(given) && given !== '.' && given !== '..'
    const path = isName ? this.below + given : pathInside(this.below, given)
    if (path === undefined) return { problem: given === '' ? noPath : outside }
    const parent = isName ? this.folder : dirname(path)
    let listing = this.listings.get(parent)
    if (!listing) {
      listing = this.list(parent)
      this.listings.set(parent, listing)
    }
    const entries = await listing
    if (!(entries instanceof Map)) return { problem: entries }
    const entry = entries.get(isName ? given : basename(path))
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

/** Pictures by some part of their paths, without case: one, or several that share it. */
type Register = Map<string, string | string[]>

/** All pictures of a folder by path, name and stem, without case; each register is made when it is first asked. */
class Index {
  private readonly below: string
  private paths: Register | undefined
  private names: Register | undefined
  private stems: Register | undefined
  private numbers: Register | undefined

  constructor(private readonly folder: string, readonly tree: Tree) {
    // As the tree's paths are made.
    this.below = join(folder, 'x').slice(0, -1)
  }

  /** @param cell as `fold` gives it */
  find(cell: string, way: Way): readonly string[] {
    switch (way) {
      case 'path': return []
      case 'case': return get(this.paths ??= this.register((shown) => shown), cell.replace(/^(\.\/)+/, ''))
      case 'end': return this.byEnd(cell, this.named(cell))
      case 'name': return this.named(cell)
      // An id may have dots of its own, and a path may name another kind of file than lies there.
      case 'stem': {
        this.stems ??= this.register(stemOf)
        const found = get(this.stems, nameOf(cell))
        return found.length > 0 ? found : get(this.stems, stemOf(cell))
      }
      case 'number': return /^\d+$/.test(stemOf(cell)) ? get(this.numbers ??= this.register(numberOf), withoutZeros(stemOf(cell))) : []
    }
  }

  private named(cell: string): readonly string[] {
    return get(this.names ??= this.register(nameOf), nameOf(cell))
  }

  private register(keyOf: (shown: string) => string | undefined): Register {
    const register: Register = new Map()
    for (const path of imagesOf(this.tree)) {
      const key = keyOf(fold(path.startsWith(this.below) ? path.slice(this.below.length) : relative(this.folder, path)))
      if (key !== undefined) put(register, key, path)
    }
    return register
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
const numberOf = (path: string): string | undefined => /^\d+$/.test(stemOf(path)) ? withoutZeros(stemOf(path)) : undefined

function put(register: Register, key: string, path: string): void {
  const paths = register.get(key)
  if (paths === undefined) register.set(key, path)
  else if (typeof paths === 'string') register.set(key, [paths, path])
  else paths.push(path)
}

function get(register: Register, key: string): readonly string[] {
  const paths = register.get(key)
  return paths === undefined ? [] : typeof paths === 'string' ? [paths] : paths
}

/** Where a table's path leads, unless that is outside the folder, which ends with its sign: absolute ones and those with too many `..` are not. */
function pathInside(below: string, given: string): string | undefined {
  if (given === '' || given.includes('\0')) return undefined
  const path = resolve(below, given.replaceAll('\\', '/'))
  return path.startsWith(below) ? path : undefined
}

export const notThere = { en: 'The file is not there.', zh: '文件不存在。' }
const noPath = { en: 'The row names no file.', zh: '该行没有文件名。' }
const outside = { en: 'Its path leads out of the folder of the table.', zh: '其路径指向表格所在文件夹之外。' }
const severalFiles = (paths: readonly string[]): SkippedFile['reason'] => ({
  en: `Several files have that name: ${paths.join(', ')}.`, zh: `有多个文件使用该名称：${paths.join('、')}。`
})
