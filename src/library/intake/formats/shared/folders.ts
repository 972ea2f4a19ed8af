import { basename, relative } from 'node:path'
import { withoutLabelsChoices, type Alike, type FolderMeaning, type NameEncoding, type SkippedFile, type WithoutLabels } from '../../../../contract/datasets'
import type { Question } from '../../../../contract/inspections'
import type { Text } from '../../../../contract/text'
import { GraftError } from '../../../../contract/errors'
import { someNames, tidyName } from '../../reading/class-names'
import { namesBeside } from './class-list'
import { addGroups, addNamedClasses, addNamedDomains, besideClasses, emptyReason, leaveOutOthers } from './groups'
import type { Planning } from './planning'
import { describe, listOf, type Plan, type PictureList } from '../../reading/picture-list'
import { areDomainsBySplit, besideInnerSplits, isNested, openSplits, splitEvidence, type SplitEvidence, type SplitPart } from './split-folders'
import { readFileNames } from './file-name-classes'
import { picturesOrMasks, saysOnlyPictures, splitLike, splitOf } from '../../reading/split-names'
import { tellNotes } from './picture-notes'
import { saysOnlyTables, withSplitLists, type ListOptions } from './split-lists'
import { countOf, readTree, unreadOf, type Tree, type WalkOptions } from '../../reading/tree'
import { addApart, saysUnlabelled, takeApart, unlabelledOrClass, withoutLabelsMeanings } from './unlabelled-folders'

export interface LayoutOptions extends WalkOptions, Pick<ListOptions, 'onDivided'> {
  /** What the folders above the pictures stand for; found out from their names and contents when `auto`. */
  folders?: FolderMeaning
  alike?: Alike
  /** What becomes of folders of pictures that nobody has labelled, beside others. */
  unlabelled?: WithoutLabels
  /** How lists are written that do not say it. */
  encoding?: NameEncoding
}

/**
 * Finds the images of a folder and what its folders mean: `class/…`, `domain/class/…`, either below folders for
 * training, validation and testing, splits inside a class or a domain, or images alone, which are unlabelled. What can
 * be read in two ways is asked: `question` has both, and the list shows the first.
 */
export async function readLayout(path: string, options: LayoutOptions): Promise<PictureList> {
  const tree = await readTree(path, options)
  const list = layoutOf(tree, path, options)
  if (list.classes.length === 0) await tellNotes(list.images, path, options)
  // Folders that are numbered, and a list of names beside them.
  const places = new Set([path, topFolder(tree).path, ...tree.folders.filter(({ name }) => saysOnlyTables(name)).map((folder) => folder.path)])
  for (const place of places) {
    const names = await namesBeside(place, new Set(list.classes), options.encoding)
    if (!names) continue
    const question = names.question ?? list.question
    const named = { ...list, classes: list.classes.map(names.of), assumed: [...list.assumed, ...names.assumed] }
    return withSplitLists({ ...named, ...(question && { question }) }, path, options)
  }
  return withSplitLists(list, path, options)
}

/** The same of a folder whose names are read already. */
export function layoutOf(tree: Tree, path: string, options: Pick<LayoutOptions, 'skip' | 'only' | 'folders' | 'alike' | 'unlabelled'>): PictureList {
  const shown = (inside: string): string => relative(path, inside)
  const { rest, apart } = takeApart(options.only ? tree : topFolder(tree), options.unlabelled)
  const whole = apart.length > 0 && !options.only ? topFolder(rest) : rest
  // Whoever says what the folders are means all of them.
  const said = options.folders !== undefined && ['classes', 'domains', 'inner-classes'].includes(options.folders)
  const leaveOut = (folder: Tree): void => options.skip(shown(folder.path), belongsToPictures(countOf(folder)))
  const top = said ? whole : besideInnerSplits(besideOne(withoutMasks(whole, leaveOut), leaveOut))
  const read = (meaning: FolderMeaning, without = options.unlabelled): Planning & { perhaps: string[] } => {
    const planning = interpret(top, shown, meaning)
    return { ...planning, perhaps: addApart(planning.plan, apart, without, shown) }
  }
  const { plan, unclear, perhaps } = read(options.folders ?? 'auto')
  for (const { path: file, reason } of plan.leftOut) options.skip(file, reason)
  const list = listOf(plan, options.alike)
  const unread = unreadOf(tree)
  if (list.images.length === 0 && unread.size > 0) throw onlyUnread(basename(path), unread)
  if (unclear) return { ...list, question: ask(unclear, (meaning) => read(meaning).plan, options.alike) }
  return perhaps.length > 0 && !list.question ? { ...list, question: askUnlabelled(perhaps, tree, path, options) } : list
}

function askUnlabelled(names: readonly string[], tree: Tree, path: string, options: Parameters<typeof layoutOf>[2]): Question {
  return {
    id: 'unlabelled', text: unlabelledOrClass(names),
    readings: withoutLabelsChoices.map((unlabelled) => {
      const leftOut: SkippedFile[] = []
      const list = layoutOf(tree, path, { ...options, unlabelled, skip: (file, reason) => leftOut.push({ path: file, reason }) })
      return describe(list, unlabelled, withoutLabelsMeanings[unlabelled], leftOut)
    })
  }
}

function ask({ text, readings }: NonNullable<Planning['unclear']>, read: (meaning: FolderMeaning) => Plan, alike: Alike | undefined): Question {
  return {
    id: 'folders', text,
    readings: readings.map((meaning) => {
      const plan = read(meaning)
      return describe(listOf(plan, alike ?? 'keep'), meaning, meanings[meaning], plan.leftOut)
    })
  }
}

/** Goes down while a folder holds nothing but one folder of folders, as archives often unpack. */
function topFolder(tree: Tree): Tree {
  let top = tree
  for (let depth = 0; depth < 3; depth++) {
    const folders = top.folders.filter(countOf)
    const only = folders[0]
    if (top.images.length > 0 || folders.length !== 1 || only === undefined) break
    // `images/1.jpg` beside a table or nothing: pictures alone, and no class called "images".
    if (!isNested(only) && !saysOnlyPictures(only.name) && !saysUnlabelled(only.name)) break
    const like = splitLike(only.name)
    if (splitOf(only.name) || (like?.split === 'train' && like.rest === '')) break
    top = only
  }
  return top
}

/** Leaves out what belongs to pictures (`masks` beside `images`), in a folder and in the folders in it, and goes down to the pictures. */
function withoutMasks(top: Tree, leaveOut: (folder: Tree) => void, depth = 2): Tree {
  const folders = top.folders.filter(countOf)
  const kinds = folders.map(({ name }) => picturesOrMasks(name))
  const [pictures, ...more] = folders.filter((_, index) => kinds[index] === 'pictures')
  if (top.images.length > 0 || kinds.includes(undefined) || !kinds.includes('masks') || pictures === undefined || more.length > 0) {
    return depth === 0 ? top : { ...top, folders: top.folders.map((folder) => withoutMasks(folder, leaveOut, depth - 1)) }
  }
  for (const folder of folders) if (folder !== pictures) leaveOut(folder)
  return { ...pictures, name: top.name }
}

/** Leaves out folders of annotations beside one folder that holds all classes, and goes down to the classes. */
function besideOne(top: Tree, leaveOut: (folder: Tree) => void): Tree {
  const folders = top.folders.filter(countOf)
  const nested = folders.filter(isNested)
  const [only] = nested
  const others = folders.filter((folder) => folder !== only)
  if (top.images.length > 0 || nested.length !== 1 || only === undefined || others.length === 0 || splitLike(only.name)) return top
  if (!others.every(({ name }) => picturesOrMasks(name) === 'masks')) return top
  for (const folder of others) leaveOut(folder)
  return topFolder({ ...only, name: top.name })
}

function interpret(top: Tree, shown: (path: string) => string, meaning: FolderMeaning): Planning {
  const areNames = meaning === 'file-names' || meaning === 'unlabelled'
  return readFileNames(byFolders(top, shown, areNames ? 'auto' : meaning), meaning, basename(top.path))
}

function byFolders(top: Tree, shown: (path: string) => string, meaning: FolderMeaning): Planning {
  const planning: Planning = { plan: { groups: [], leftOut: [], assumed: [] }, meaning, shown }
  const { plan } = planning
  const folders = top.folders.filter(countOf)
  if (folders.length === 0) {
    for (const folder of top.folders) plan.leftOut.push({ path: shown(folder.path), reason: emptyReason(folder) })
    plan.groups.push({ split: 'train', flat: top.images })
    return planning
  }
  for (const image of top.images) plan.leftOut.push({ path: shown(image), reason: besideClasses })
  const evidence = splitEvidence(folders)
  const isSaid = meaning === 'classes' || meaning === 'domains' || meaning === 'inner-classes'
  if (evidence.found === 'no-train' && !isSaid) throw noTraining(basename(top.path))
  const areSplits = evidence.found === 'clear' || (evidence.found === 'unclear' && !isSaid)
  if (!areSplits) {
    if (meaning === 'splits' && evidence.found === 'none') throw noSplits(basename(top.path), folders)
    addGroups([{ split: 'train', folders: top.folders }], planning)
    return planning
  }
  for (const folder of top.folders) if (countOf(folder) === 0) plan.leftOut.push({ path: shown(folder.path), reason: emptyReason(folder) })
  if (evidence.found === 'unclear' && meaning === 'auto') planning.unclear = { text: splitsOrClasses(evidence), readings: readingsOf(folders) }
  addSplits(evidence, planning)
  // One question at a time: what is inside the splits is taken as it seems, and said.
  if (meaning === 'splits' && planning.unclear) {
    plan.assumed.push(planning.unclear.text)
    delete planning.unclear
  }
  return planning
}

/** The other ways to read folders that may be splits: domains where they hold classes, classes otherwise. */
const readingsOf = (folders: readonly Tree[]): readonly FolderMeaning[] =>
  folders.every((folder) => isNested(folder) && folder.images.length === 0) ? ['splits', 'domains', 'classes'] : ['splits', 'classes']

function addSplits({ parts, others, assumed }: SplitEvidence, planning: Planning): void {
  const { plan } = planning
  plan.assumed.push(...assumed)
  if (!parts.some(({ split }) => split === 'train')) {
    // Folders of classes beside a folder of pictures to test, which have no labels.
    for (const { folder } of parts) plan.leftOut.push({ path: planning.shown(folder.path), reason: withoutClasses(countOf(folder)) })
    addGroups([{ split: 'train', folders: others }], planning)
    return
  }
  leaveOutOthers(others, planning)
  const opened = openSplits(parts)
  const areClasses = opened.every(({ folder, rest }) => !isNested(folder) && rest !== '') && new Set(opened.map(({ rest }) => rest)).size > 1
  if (areClasses) return addNamedClasses(opened, planning)
  const { nested, strange } = withoutStrangers(opened)
  for (const { folder } of strange) plan.leftOut.push({ path: planning.shown(folder.path), reason: otherClasses(folder) })
  const flat = opened.filter(({ folder }) => !isNested(folder))
  for (const { folder } of nested) for (const image of folder.images) plan.leftOut.push({ path: planning.shown(image), reason: besideClasses })
  const trainHasLabels = nested.some(({ split }) => split === 'train')
  for (const { folder, split } of flat) {
    if (!trainHasLabels || split === 'train') plan.groups.push({ split, flat: folder.images })
    else plan.leftOut.push({ path: planning.shown(folder.path), reason: withoutClasses(folder.images.length) })
  }
  if (areDomainsBySplit(parts)) return addNamedDomains(nested, planning)
  if (nested.length > 0) addGroups(nested.map(({ folder, split }) => ({ split, folders: folder.folders })), planning)
}

/** Splits of classes, without those of which no folder is a class of what is trained on: `test/unknown`. */
function withoutStrangers(parts: readonly SplitPart[]): { nested: SplitPart[], strange: SplitPart[] } {
  const nested = parts.filter(({ folder }) => isNested(folder))
  const names = ({ folders }: Tree): string[] => folders.filter(countOf).flatMap((folder) => [tidyName(folder.name).toLowerCase(), ...names(folder)])
  const trained = new Set(nested.filter(({ split }) => split === 'train').flatMap(({ folder }) => names(folder)))
  const isStrange = ({ split, folder }: SplitPart): boolean => split !== 'train' && trained.size > 0 && countOf(folder) > 0 && !names(folder).some((name) => trained.has(name))
  return { nested: nested.filter((part) => !isStrange(part)), strange: nested.filter(isStrange) }
}

const meanings: Record<FolderMeaning, Text> = {
  auto: { en: 'As their names say', zh: '根据名称判断' },
  splits: { en: 'Splits: folders to train on, to validate and to test on; any other is left out', zh: '划分：用于训练、验证和测试的文件夹；其他略过' },
  classes: { en: 'Classes: each folder is one', zh: '类别：每个文件夹为一个类别' },
  domains: { en: 'Domains: each folder holds the classes', zh: '域：每个文件夹含有各类别' },
  'inner-classes': { en: 'Classes by the innermost folders', zh: '以最内层文件夹为类别' },
  'file-names': { en: 'Classes by how the files’ names begin', zh: '以文件名的开头为类别' },
  unlabelled: { en: 'Pictures without labels', zh: '没有标签的图像' }
}
const belongsToPictures = (count: number): Text => ({
  en: `By its name it holds masks or annotations of the pictures beside it; its ${count} images are left out.`, zh: `按名称，它含有旁边图像的掩膜或标注；其中的 ${count} 张图像被略过。`
})
const withoutClasses = (count: number): SkippedFile['reason'] => ({
  en: `Its ${count} images have no class folders, so they cannot be a labelled split.`,
  zh: `其中的 ${count} 张图像没有类别文件夹，无法作为带标签的部分。`
})
const otherClasses = (folder: Tree): Text => {
  const names = someNames(folder.folders.filter(countOf).map(({ name }) => name), 3)
  return {
    en: `None of its folders (${names}) is a class of the training images, so its ${countOf(folder)} images are left out.`,
    zh: `其中没有任何文件夹（${names}）是训练图像的类别，其中的 ${countOf(folder)} 张图像被略过。`
  }
}
function splitsOrClasses({ parts, others }: SplitEvidence): Text {
  const like = parts.map(({ folder, split }) => `“${folder.name}” (${split})`).join(', ')
  const rest = others.length === 0 ? { en: '', zh: '' }
    : { en: `, but ${someNames(others.map(({ name }) => name))} ${others.length === 1 ? 'does' : 'do'} not`, zh: `，而 ${someNames(others.map(({ name }) => name))} 不是` }
  return {
    en: `Splits or classes? The names of ${like} can mean splits${rest.en}.`, zh: `是划分还是类别？${like} 的名称可以表示划分${rest.zh}。`
  }
}

function onlyUnread(folder: string, kinds: ReadonlyMap<string, number>): GraftError {
  const count = [...kinds.values()].reduce((sum, number) => sum + number, 0)
  const names = [...kinds.keys()].join(', ')
  return new GraftError('no-images', {
    en: `${folder} holds ${count} pictures, all of kinds that cannot be read here (${names}).`, zh: `${folder} 中有 ${count} 张图像，均为无法读取的类型（${names}）。`
  }, { field: 'path', remedy: { en: 'Save them as PNG, TIFF or JPEG.', zh: '请另存为 PNG、TIFF 或 JPEG。' } })
}

function noTraining(folder: string): GraftError {
  return new GraftError('no-images', {
    en: `${folder} has no folder "train" beside its other splits.`,
    zh: `${folder} 中没有“train”文件夹。`
  }, {
    field: 'path', remedy: {
      en: 'Name the folder with the training images "train"; or say with --folders classes that these are classes.',
      zh: '请将训练图像所在的文件夹命名为“train”；如果它们是类别，请用 --folders classes 说明。'
    }
  })
}

function noSplits(folder: string, folders: readonly Tree[]): GraftError {
  return new GraftError('no-splits', {
    en: `No folder of ${folder} is called for a split: ${someNames(folders.map(({ name }) => name))}.`,
    zh: `${folder} 中没有以划分命名的文件夹：${someNames(folders.map(({ name }) => name))}。`
  }, { field: 'folders', remedy: { en: 'Name them train, validation and test, or choose another meaning.', zh: '请命名为 train、validation 和 test，或选择其他含义。' } })
}
