import * as fs from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import type { SkippedFile } from '../../../contract/datasets'
import { readImageHeader } from '../../../images/image-header'
import { throwIfCancelled } from '../../cancel'
import { namingFile } from '../../disk/files'
import { readStart } from './bytes'
import { isLeftBehind } from './left-behind'
import { notOpened } from './not-opened'

/** A folder with what matters of it: folders, and files that are pictures by name or, without an ending, by content. */
export interface Tree {
  name: string
  path: string
  /** In the order in which a person counts. */
  folders: Tree[]
  images: string[]
  /** Pictures of kinds that are not read, by their ending. */
  unread: string[]
}

export interface WalkOptions {
  skip(path: string, reason: SkippedFile['reason']): void
  signal?: AbortSignal
  /** Names in the folder that are meant; all when absent. */
  only?: readonly string[]
}

interface Walk extends WalkOptions {
  /** The folder as it was given: what is skipped is named below it. */
  path: string
  /** Where it really lies: links may not lead out of it. */
  root: string
}

const deepest = 12
export const imageName = /\.(jpe?g|jpe|jfif|png|webp|gif|bmp|tiff?|avif|heic|heif|ppm|pgm|pbm|pnm|jp2|j2k|j2c|jpc|jpf|jpx)$/i
const byName = new Intl.Collator('en', { numeric: true })
/** Names in the order in which a person counts: 2, 9, 10. */
export const compareNames = (a: string, b: string): number => byName.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0)

/** All of a folder by names, links inside it followed; what cannot be used is skipped by name and reason. */
export async function readTree(path: string, options: WalkOptions): Promise<Tree> {
  const walk: Walk = { ...options, path, root: await fs.realpath(path) }
  return readFolder('', path, walk, [walk.root])
}

async function readFolder(name: string, path: string, walk: Walk, above: readonly string[]): Promise<Tree> {
  throwIfCancelled(walk.signal)
  const tree: Tree = { name, path, folders: [], images: [], unread: [] }
  const entries = await fs.readdir(path, { withFileTypes: true }).catch((error: unknown) => { throw namingFile(error, path) })
  const meant = above.length === 1 && walk.only ? new Set(walk.only) : undefined
  entries.sort((a, b) => compareNames(a.name, b.name))
  for (const entry of entries) {
    const inCloud = /^\.(.+)\.icloud$/.exec(entry.name)?.[1]
    if (inCloud !== undefined && imageName.test(inCloud)) walk.skip(relative(walk.path, join(path, inCloud)), notHere)
    if (isLeftBehind(entry.name) || (meant && !meant.has(entry.name))) continue
    const inside = join(path, entry.name)
    const kind = entry.isSymbolicLink() ? await linkedKind(inside, walk) : entry
    if (kind?.isDirectory()) {
      const real = entry.isSymbolicLink() ? await fs.realpath(inside) : join(above.at(-1)!, entry.name)
      if (above.includes(real)) walk.skip(relative(walk.path, inside), leadsBack)
      else if (above.length > deepest) walk.skip(relative(walk.path, inside), tooDeep)
      else tree.folders.push(await readFolder(entry.name, inside, walk, [...above, real]))
    } else if (kind?.isFile()) await takeFile(entry.name, inside, tree, walk)
  }
  return tree
}

async function takeFile(name: string, path: string, tree: Tree, walk: Walk): Promise<void> {
  if (imageName.test(name)) {
    tree.images.push(path)
    return
  }
  const left = notOpened(name)
  if (left) {
    if (left.picture !== undefined) tree.unread.push(left.picture)
    walk.skip(relative(walk.path, path), left.reason)
    // Files of sets of old have no ending; what they are stands in their first bytes.
  } else if (!name.includes('.')) {
    const start = await readStart(path, 32).catch(() => new Uint8Array(0))
    if (readImageHeader(start)) tree.images.push(path)
  }
}

/** What a link leads to, unless that lies outside the folder that is being added. */
export async function linkedKind(
  path: string, { path: top, root, skip }: Pick<Walk, 'path' | 'root' | 'skip'>
): Promise<{ isDirectory(): boolean, isFile(): boolean } | undefined> {
  const shown = relative(top, path)
  const target = await fs.realpath(path).catch(() => undefined)
  if (target === undefined) {
    skip(shown, { en: 'The link leads nowhere.', zh: '链接指向不存在的位置。' })
    return undefined
  }
  if (target === root || target.startsWith(root + sep)) return fs.stat(target)
  skip(shown, { en: 'The link leads out of the folder.', zh: '链接指向文件夹之外。' })
  return undefined
}

/** Pictures in a folder and in all folders inside it. */
export const countOf = (tree: Tree): number => tree.images.length + tree.folders.reduce((sum, folder) => sum + countOf(folder), 0)

/** All pictures of a folder, its own first, then folder by folder. */
export const imagesOf = (tree: Tree): string[] => tree.folders.reduce((images, folder) => {
  for (const image of imagesOf(folder)) images.push(image)
  return images
}, [...tree.images])

/** Kinds of pictures in a folder that are not read, and how many of each. */
export function unreadOf(tree: Tree, counts = new Map<string, number>()): Map<string, number> {
  for (const kind of tree.unread) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  for (const folder of tree.folders) unreadOf(folder, counts)
  return counts
}

const notHere = { en: 'It lies in iCloud and not on this machine; download it first.', zh: '该文件位于 iCloud 中，不在此设备上；请先下载。' }
const leadsBack = { en: 'The link leads back to a folder that it lies in.', zh: '链接指回其所在的上级文件夹。' }
const tooDeep = { en: 'It lies more than 12 folders deep.', zh: '嵌套超过 12 层文件夹。' }
