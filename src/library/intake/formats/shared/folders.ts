import * as fs from 'node:fs/promises'
import { basename, join, relative, sep } from 'node:path'
import type { FolderMeaning, SkippedFile, SplitName } from '../../../../contract/datasets'
import { GraftError } from '../../../../contract/errors'
import { throwIfCancelled } from '../../../cancel'
import { namingFile } from '../../../disk/files'

/** One picture file of a data set. */
export interface Picture {
  path: string
  split: SplitName
  /** Index into the classes; absent where the split has no labels. */
  label?: number
  /** Index into the domains; absent where there are none. */
  domain?: number
}

export interface PictureList {
  classes: string[]
  /** Empty where there are not several. */
  domains: string[]
  /** By split, domain, class, then path: the same folder gives the same order on every machine. */
  images: Picture[]
}

export interface LayoutOptions {
  skip(path: string, reason: SkippedFile['reason']): void
  signal?: AbortSignal
  /** What the folders above the pictures stand for; found out from their names when `auto`. */
  folders?: FolderMeaning
  /** Names in the folder that are meant; all when absent. */
  only?: readonly string[]
}

interface Walk extends LayoutOptions {
  /** The folder as it was given: what is skipped is named below it. */
  path: string
  /** Where it really lies: links may not lead out of it. */
  root: string
}

const deepest = 12
export const imageName = /\.(jpe?g|jpe|jfif|png|webp|gif|bmp|tiff?|avif|heic|heif)$/i
const byName = new Intl.Collator('en', { numeric: true })
/** Names in the order in which a person counts: 2, 9, 10. */
export const compareNames = (a: string, b: string): number => byName.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0)

/**
 * Finds the images of a folder and what its folders mean: `class/…`, `domain/class/…`, either below `train`, `test` and
 * `validation`, splits inside a class or a domain, or images alone, which are unlabelled.
 */
export async function readLayout(path: string, options: LayoutOptions): Promise<PictureList> {
  const walk: Walk = { ...options, path, root: await fs.realpath(path) }
  const top = options.only ? path : await topFolder(path, walk)
  const { folders, images } = chosen(await list(top, walk), options.only)
  if (folders.length === 0) return combine([{ split: 'train', flat: images }])
  if (areSplits(folders) && images.length === 0) {
    if (!folders.some((folder) => splitOf(basename(folder)) === 'train')) throw noTraining(basename(path))
    return combine(await readSplits(folders, walk))
  }
  for (const image of images) walk.skip(relative(path, image), besideClasses)
  return combine(await readGroups(folders, 'train', walk))
}

function chosen(found: Listing, only: readonly string[] | undefined): Listing {
  if (!only) return found
  const names = new Set(only)
  const wanted = (path: string): boolean => names.has(basename(path))
  return { folders: found.folders.filter(wanted), images: found.images.filter(wanted) }
}

/** Goes down while a folder holds nothing but one folder of folders, as archives often unpack. */
async function topFolder(path: string, walk: Walk): Promise<string> {
  let top = path
  for (let depth = 0; depth < 3; depth++) {
    const { folders, images } = await list(top, quiet(walk))
    const only = folders[0]
    if (images.length > 0 || folders.length !== 1 || only === undefined || splitOf(basename(only))) break
    if ((await list(only, quiet(walk))).folders.length === 0) break
    top = only
  }
  return top
}

/** Which split a folder's or a file's name, or a word in a table, stands for. */
export function splitOf(name: string): SplitName | undefined {
  const word = name.toLowerCase()
  if (word === 'train' || word === 'training') return 'train'
  if (word === 'test' || word === 'testing') return 'test'
  return word === 'val' || word === 'valid' || word === 'validation' ? 'validation' : undefined
}
const areSplits = (folders: readonly string[]): boolean =>
  folders.length > 0 && folders.every((folder) => splitOf(basename(folder)) !== undefined)

type ByClass = Map<string, string[]>
/** Pictures that share a split and a domain: by class, or unlabelled. */
interface Group { split: SplitName, domain?: string, byClass?: ByClass, flat?: string[] }

async function readSplits(folders: readonly string[], walk: Walk): Promise<Group[]> {
  const groups: (Group & { folder: string })[] = []
  for (const folder of folders) {
    const split = splitOf(basename(folder))!
    const inside = await list(folder, walk)
    if (inside.folders.length === 0) {
      groups.push({ folder, split, flat: inside.images })
      continue
    }
    for (const image of inside.images) walk.skip(relative(walk.path, image), besideClasses)
    groups.push(...(await readGroups(inside.folders, split, walk)).map((group) => ({ ...group, folder })))
  }
  const trainHasLabels = groups.some(({ split, byClass }) => split === 'train' && byClass)
  return groups.filter(({ folder, split, byClass, flat }) => {
    if (byClass || !trainHasLabels || split === 'train') return true
    if (flat && flat.length > 0) walk.skip(basename(folder), withoutClasses(flat.length))
    return false
  })
}

/** Folders that stand side by side: classes, domains of classes, or either with splits inside. */
async function readGroups(folders: readonly string[], split: SplitName, walk: Walk): Promise<Group[]> {
  const meaning = await meaningOf(folders, walk)
  if (meaning === 'classes') return [{ split, byClass: await readClasses(folders, walk) }]
  const groups: Group[] = []
  for (const folder of folders) {
    const inside = await list(folder, walk)
    for (const image of inside.images) walk.skip(relative(walk.path, image), besideClasses)
    if (meaning === 'classes-of-splits') {
      for (const part of inside.folders) {
        groups.push({ split: splitOf(basename(part))!, byClass: new Map([[basename(folder), await listDeep(part, walk)]]) })
      }
      continue
    }
    const domain = basename(folder)
    const parts = areSplits(inside.folders)
      ? inside.folders.map((part) => ({ part, of: splitOf(basename(part))! })) : [{ part: folder, of: split }]
    for (const { part, of } of parts) groups.push({ split: of, domain, byClass: await readClasses((await list(part, walk)).folders, walk) })
  }
  return groups
}

/**
 * Domains where every folder holds folders of mostly the same names and no pictures of its own: `art/dog`, `photo/dog`.
 * `classes-of-splits` where those names are of splits and hold the pictures themselves: `dog/train`, `cat/train`.
 */
async function meaningOf(folders: readonly string[], walk: Walk): Promise<'classes' | 'domains' | 'classes-of-splits'> {
  if (walk.folders === 'domains' || walk.folders === 'classes') return walk.folders
  if (folders.length < 2) return 'classes'
  const inside: Listing[] = []
  for (const folder of folders) {
    const found = await list(folder, quiet(walk))
    if (found.images.length > 0 || found.folders.length === 0) return 'classes'
    inside.push(found)
  }
  if (inside.every((found) => areSplits(found.folders))) {
    const first = await list(inside[0]!.folders[0]!, quiet(walk))
    return first.folders.length > 0 ? 'domains' : 'classes-of-splits'
  }
  const names = inside.map((found) => new Set(found.folders.map((folder) => basename(folder))))
  const all = new Set(names.flatMap((set) => [...set]))
  const shared = [...all].filter((name) => names.every((set) => set.has(name)))
  return shared.length >= 2 && shared.length >= all.size / 2 ? 'domains' : 'classes'
}

async function readClasses(folders: readonly string[], walk: Walk): Promise<ByClass> {
  const byClass: ByClass = new Map()
  for (const folder of folders) {
    const images = await listDeep(folder, walk)
    if (images.length === 0) walk.skip(relative(walk.path, folder), emptyClass)
    else byClass.set(basename(folder), images)
  }
  return byClass
}

const splitOrder: readonly SplitName[] = ['train', 'validation', 'test']

function combine(groups: readonly Group[]): PictureList {
  const classes = [...new Set(groups.flatMap(({ byClass }) => byClass ? [...byClass.keys()] : []))].sort(compareNames)
  const domains = [...new Set(groups.flatMap(({ domain }) => domain ?? []))].sort(compareNames)
  const images: Picture[] = []
  const sorted = [...groups].sort((a, b) => splitOrder.indexOf(a.split) - splitOrder.indexOf(b.split) ||
    compareNames(a.domain ?? '', b.domain ?? ''))
  for (const { split, domain, byClass, flat } of sorted) {
    const place = { split, ...(domain !== undefined && domains.length > 1 && { domain: domains.indexOf(domain) }) }
    for (const path of flat ?? []) images.push({ path, ...place })
    classes.forEach((name, label) => { for (const path of byClass?.get(name) ?? []) images.push({ path, ...place, label }) })
  }
  return { classes, domains: domains.length > 1 ? domains : [], images }
}

async function listDeep(folder: string, walk: Walk, seen = new Set<string>(), depth = 0): Promise<string[]> {
  const real = await fs.realpath(folder)
  // A link back up would go round for ever.
  if (seen.has(real) || depth > deepest) return []
  seen.add(real)
  const { folders, images } = await list(folder, walk)
  for (const inner of folders) for (const image of await listDeep(inner, walk, seen, depth + 1)) images.push(image)
  return images
}

interface Listing { folders: string[], images: string[] }
const quiet = (walk: Walk): Walk => ({ ...walk, skip: () => undefined })

/** Folders and image files in one folder, in order; hidden ones and files of other kinds are passed over. */
async function list(folder: string, walk: Walk): Promise<Listing> {
  throwIfCancelled(walk.signal)
  const folders: string[] = []
  const images: string[] = []
  const entries = await fs.readdir(folder, { withFileTypes: true }).catch((error: unknown) => { throw namingFile(error, folder) })
  for (const entry of entries) {
    if (entry.name.startsWith('.') || entry.name === '__MACOSX') continue
    const path = join(folder, entry.name)
    const kind = entry.isSymbolicLink() ? await linkedKind(path, walk) : entry
    if (kind?.isDirectory()) folders.push(path)
    else if (kind?.isFile() && imageName.test(entry.name)) images.push(path)
  }
  return { folders: folders.sort(compareNames), images: images.sort(compareNames) }
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

const besideClasses = { en: 'It lies beside the class folders, not in one.', zh: '它与类别文件夹并列，不在任何类别文件夹中。' }
const emptyClass = { en: 'The folder holds no images.', zh: '该文件夹中没有图像。' }
const withoutClasses = (count: number): SkippedFile['reason'] => ({
  en: `Its ${count} images have no class folders, so they cannot be a labelled split.`,
  zh: `其中的 ${count} 张图像没有类别文件夹，无法作为带标签的部分。`
})

function noTraining(folder: string): GraftError {
  return new GraftError('no-images', {
    en: `${folder} has no folder "train" beside its other splits.`,
    zh: `${folder} 中没有“train”文件夹。`
  }, { field: 'path', remedy: { en: 'Name the folder with the training images "train".', zh: '请将训练图像所在的文件夹命名为“train”。' } })
}
