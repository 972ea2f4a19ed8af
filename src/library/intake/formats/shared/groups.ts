import { relative } from 'node:path'
import { splitNames, type SplitName } from '../../../../contract/datasets'
import type { Text } from '../../../../contract/text'
import { someNames, tidyName } from '../../reading/class-names'
import type { Group } from '../../reading/picture-list'
import type { Planning } from './planning'
import { isNested, splitEvidence, type SplitPart } from './split-folders'
import { saysOnlyPictures, saysOnlyWork } from '../../reading/split-names'
import { withoutCopy } from './nested-copy'
import { countOf, imagesOf, unreadOf, type Tree } from '../../reading/tree'

/** Folders of one split that stand side by side. */
interface Beside { split: SplitName, folders: Tree[] }

type Meaning = 'classes' | 'domains' | 'classes-of-splits' | 'inner-classes'

/** Adds classes, or domains of classes, or either with splits inside; of all splits together, so that they mean the same in each. */
export function addGroups(given: readonly Beside[], planning: Planning): void {
  const beside = withoutFolds(withoutEmptyLevels(given), planning).map(({ split, folders }) => ({ split, folders: withoutCopy(folders, planning) }))
  const meaning = decide(beside.flatMap(({ folders }) => folders), planning)
  if (meaning === 'inner-classes') return addInner(beside, planning)
  for (const { split, folders } of beside) {
    if (meaning === 'classes') planning.plan.groups.push({ split, byClass: classesOf(folders, planning) })
    else for (const folder of folders) addDomain(folder, split, meaning, planning)
  }
}

function addDomain(folder: Tree, split: SplitName, meaning: 'domains' | 'classes-of-splits', planning: Planning): void {
  const { plan, shown } = planning
  for (const image of folder.images) plan.leftOut.push({ path: shown(image), reason: besideClasses })
  const evidence = splitEvidence(folder.folders.filter(countOf))
  const areSplits = evidence.found === 'clear'
  if (areSplits) leaveOutOthers(evidence.others, planning)
  if (meaning === 'classes-of-splits') {
    for (const part of evidence.parts) plan.groups.push({ split: part.split, byClass: new Map([[folder.name, imagesOf(part.folder)]]) })
    return
  }
  const parts = areSplits ? evidence.parts.map((part) => ({ tree: part.folder, of: part.split })) : [{ tree: folder, of: split }]
  for (const { tree, of } of parts) {
    if (tree !== folder) for (const image of tree.images) plan.leftOut.push({ path: shown(image), reason: besideClasses })
    plan.groups.push({ split: of, domain: folder.name, byClass: classesOf(tree.folders, planning) })
  }
}

/** Drops levels that hold one folder, of the same name everywhere, of folders: `amazon/images/…`, `webcam/images/…`. */
function withoutEmptyLevels(beside: readonly Beside[]): Beside[] {
  let levels = [...beside]
  for (;;) {
    const folders = levels.flatMap((level) => level.folders).filter(countOf)
    const inner = folders.map((folder) => ({ folder, only: folder.folders.filter(countOf) }))
    const isLevel = folders.length > 0 && inner.every(({ folder, only }) => folder.images.length === 0 && only.length === 1 && isNested(only[0]!))
    const names = inner.map(({ only }) => tidyName(only[0]?.name ?? '').toLowerCase())
    const isOne = new Set(names).size === 1 && (folders.length > 1 || saysOnlyPictures(names[0]!))
    const isDoubled = inner.every(({ folder }, index) => names[index] === tidyName(folder.name).toLowerCase())
    if (!isLevel || (!isOne && !isDoubled)) return levels
    levels = levels.map(({ split, folders: outer }) => ({
      split, folders: outer.map((folder) => ({ ...(folder.folders.find(countOf) ?? folder), name: folder.name }))
    }))
  }
}

const foldName = /^(k|cv|cross)?[\s_-]*(folds?|parts?|batch|shard|chunk|subset)[\s_-]*\d+$/i

/** Folds of a cross-validation and numbered parts hold the same classes, and are no domains: `fold_1/cat`, `fold_2/cat`. */
function withoutFolds(beside: readonly Beside[], planning: Planning): readonly Beside[] {
  const folds = beside.flatMap(({ folders }) => folders).filter(countOf)
  const areFolds = folds.length > 1 && folds.every((folder) => foldName.test(tidyName(folder.name)) && folder.images.length === 0 && isNested(folder))
  if (!areFolds || planning.meaning === 'domains' || planning.meaning === 'classes') return beside
  const split = splitsOfFolds(folds, planning)
  if (split) return split
  say(planning, foldsTogether([...new Set(folds.map(({ name }) => name))]))
  return beside.map(({ split, folders }) => ({ split, folders: folders.flatMap((folder) => folder.folders) }))
}

/**
 * Folds that hold splits: of a cross-validation, whose pictures are tested on in one fold and trained on in another, the
 * first is read; parts of a set come together, each in its split. Undefined where they hold none.
 */
function splitsOfFolds(folds: readonly Tree[], planning: Planning): Beside[] | undefined {
  const evidence = folds.map((folder) => splitEvidence(folder.folders.filter(countOf)))
  if (!evidence.every(({ found, parts }) => found === 'clear' && parts.every(({ folder }) => isNested(folder)))) return undefined
  const names = (isTrain: boolean): Set<string> => new Set(evidence.flatMap(({ parts }) =>
    parts.filter(({ split }) => (split === 'train') === isTrain).flatMap(({ folder }) => imagesOf(folder).map((path) => relative(folder.path, path)))))
  const trained = names(true)
  const isCrossed = [...names(false)].some((name) => trained.has(name))
  const used = isCrossed ? evidence.slice(0, 1) : evidence
  if (isCrossed) {
    for (const folder of folds.slice(1)) planning.plan.leftOut.push({ path: planning.shown(folder.path), reason: otherFold(folds[0]!.name, countOf(folder)) })
  } else say(planning, foldsTogether(folds.map(({ name }) => name)))
  for (const { others } of used) leaveOutOthers(others, planning)
  return splitNames.flatMap((split) => {
    const inside = used.flatMap(({ parts }) => parts.filter((part) => part.split === split).flatMap(({ folder }) => folder.folders))
    return inside.length > 0 ? [{ split, folders: inside }] : []
  })
}

/**
 * Domains where every folder holds folders of mostly the same names and no pictures of its own: `art/dog`, `photo/dog`.
 * `classes-of-splits` where those are splits and hold the pictures themselves: `dog/train`, `cat/train`.
 */
function decide(all: readonly Tree[], planning: Planning): Meaning {
  const { meaning } = planning
  if (meaning === 'domains' || meaning === 'classes' || meaning === 'inner-classes') return meaning
  const folders = all.filter(countOf)
  if (folders.length < 2 || folders.some((folder) => folder.images.length > 0 || !isNested(folder))) return 'classes'
  // `cat/images/1.jpg`, `dog/images/1.jpg`: a level that says nothing.
  if (folders.every(({ folders: inner }) => isOnlyPictures(inner.filter(countOf)))) return 'classes'
  const inside = folders.map((folder) => splitEvidence(folder.folders.filter(countOf)))
  if (inside.every(({ found, parts }) => found === 'clear' || (found === 'no-train' && parts.length > 0)) && inside.some(({ found }) => found === 'clear')) {
    return isNested(inside.find(({ found }) => found === 'clear')!.parts[0]!.folder) ? 'domains' : 'classes-of-splits'
  }
  // A domain that is tested on and one that is trained on have the same name in both.
  const names = [...byName(folders).values()]
  if (names.length < 2) return 'domains'
  const every = new Set(names.flatMap((set) => [...set]))
  const shared = [...every].filter((name) => names.every((set) => set.has(name)))
  const isDomains = shared.length >= 2 && shared.length >= every.size / 2
  if (isDomains && !shared.every((name) => saysOnlyPictures(name) || saysOnlyWork(name) || /^\W*\d+\W*$/.test(name))) {
    say(planning, readAsDomains([...new Set(folders.map(({ name }) => name))]))
    return 'domains'
  }
  const common = [...every].filter((name) => names.filter((set) => set.has(name)).length > 1)
  if (common.length === 0) return 'classes'
  const readings = isDomains ? ['classes', 'domains'] as const : ['domains', 'classes', 'inner-classes'] as const
  planning.unclear ??= { text: (isDomains ? kindsOrClasses : domainsOrClasses)(folders.map(({ name }) => name), common), readings }
  return readings[0]
}

const isOnlyPictures = ([only, ...others]: readonly Tree[]): boolean =>
  only !== undefined && others.length === 0 && !isNested(only) && saysOnlyPictures(only.name)

/** Names of the folders inside, of folders of one name together. */
function byName(folders: readonly Tree[]): Map<string, Set<string>> {
  const names = new Map<string, Set<string>>()
  for (const folder of folders) {
    const key = tidyName(folder.name).toLowerCase()
    const inside = names.get(key) ?? new Set<string>()
    for (const { name } of folder.folders.filter(countOf)) inside.add(tidyName(name).toLowerCase())
    names.set(key, inside)
  }
  return names
}

/** The folders that hold the pictures are the classes; what lies above them, the domains where it shares their names. */
function addInner(beside: readonly Beside[], { plan }: Planning): void {
  const leaves = (folder: Tree, found = new Map<string, string[]>()): Map<string, string[]> => {
    if (folder.images.length > 0) found.set(folder.name, [...found.get(folder.name) ?? [], ...folder.images])
    for (const inner of folder.folders) leaves(inner, found)
    return found
  }
  const all = beside.flatMap(({ split, folders }) => folders.filter(countOf).map((folder) => ({ split, folder, byClass: leaves(folder) })))
  const seen = new Map<string, Set<string>>()
  for (const { folder, byClass } of all) for (const name of byClass.keys()) seen.set(name, (seen.get(name) ?? new Set()).add(folder.name))
  const areDomains = all.every(({ folder }) => isNested(folder)) && [...seen.values()].filter((where) => where.size > 1).length * 2 >= seen.size
  for (const { split, folder, byClass } of all) plan.groups.push({ split, byClass, ...(areDomains && { domain: folder.name }) })
}

/** Pictures by class; what is merged from folders inside a class folder is said. */
function classesOf(folders: readonly Tree[], planning: Planning): NonNullable<Group['byClass']> {
  const byClass = new Map<string, string[]>()
  const merged: { name: string, inside: string[] }[] = []
  for (const folder of folders) {
    const images = imagesOf(folder)
    if (images.length === 0) planning.plan.leftOut.push({ path: planning.shown(folder.path), reason: emptyReason(folder) })
    else byClass.set(folder.name, [...byClass.get(folder.name) ?? [], ...images])
    if (isPlaceholder(folder.name)) say(planning, placeholder(folder.name))
    const inside = folder.folders.filter(countOf)
    if (inside.length + Number(folder.images.length > 0) > 1) merged.push({ name: folder.name, inside: inside.map(({ name }) => name) })
  }
  if (merged.length > 0) say(planning, takenTogether(merged))
  return byClass
}

/** Splits whose domains stand in their names: `real_train`, `sketch_train`, `real_test`. */
export function addNamedDomains(parts: readonly SplitPart[], planning: Planning): void {
  for (const { folder, split, rest } of parts) planning.plan.groups.push({ split, domain: rest, byClass: classesOf(folder.folders, planning) })
}

/** Names what lies beside the splits and is none. */
export function leaveOutOthers(others: readonly Tree[], { plan, shown }: Planning): void {
  for (const folder of others) plan.leftOut.push({ path: shown(folder.path), reason: noSplit(countOf(folder)) })
}

/** Splits whose classes stand in their names: `cats_train`, `dogs_train`, `cats_test`. */
export function addNamedClasses(parts: readonly SplitPart[], { plan }: Planning): void {
  for (const { folder, split, rest } of parts) plan.groups.push({ split, byClass: new Map([[rest, imagesOf(folder)]]) })
}

function say({ plan }: Planning, text: Text): void {
  if (!plan.assumed.some(({ en }) => en === text.en)) plan.assumed.push(text)
}

export const besideClasses = { en: 'It lies beside the class folders, not in one.', zh: '它与类别文件夹并列，不在任何类别文件夹中。' }

/** Why a folder gives nothing: it is empty, or holds what cannot be read. */
export function emptyReason(folder: Tree): Text {
  const kinds = [...unreadOf(folder).keys()].join(', ')
  return kinds === '' ? { en: 'The folder holds no images.', zh: '该文件夹中没有图像。' }
    : { en: `The folder holds only pictures that cannot be read here (${kinds}).`, zh: `该文件夹中只有无法读取的图像（${kinds}）。` }
}
/** Names that systems give to a new folder, or that say that nobody has sorted what is inside. */
const placeholders = 'new folder|untitled folder|neuer ordner|nouveau dossier|nueva carpeta|nova pasta|新建文件夹|backup|duplicates?'
const isPlaceholder = (name: string): boolean => new RegExp(`^(${placeholders})\\s*\\(?\\d*\\)?$`, 'i').test(tidyName(name))
const placeholder = (name: string): Text => ({
  en: `“${name}” is read as a class, though its name says that it is none: take it out of the folder if so.`,
  zh: `“${name}”被读作一个类别，但其名称表明它可能不是类别：如果不是，请将其移出文件夹。`
})
const noSplit = (count: number): Text => ({
  en: `It is neither a training, validation nor test folder; its ${count} images are left out.`, zh: `它不是训练、验证或测试文件夹；其中的 ${count} 张图像被略过。`
})
const readAsDomains = (names: readonly string[]): Text => ({
  en: `The folders ${someNames(names)} hold classes of the same names and are read as domains; --folders classes reads them as classes.`,
  zh: `文件夹 ${someNames(names)} 含有同名类别，按域读取；用 --folders classes 可将其读作类别。`
})
const foldsTogether = (names: readonly string[]): Text => ({
  en: `The folders ${someNames(names)} are taken together, as parts of one set; read as domains they stay apart.`,
  zh: `文件夹 ${someNames(names)} 作为同一数据集的各部分合并；按域读取时则保持分开。`
})
const otherFold = (first: string, count: number): Text => ({
  en: `A fold of a cross-validation: pictures that are tested on in “${first}” train here. Its ${count} images are left out; add it by itself to use it.`,
  zh: `这是交叉验证的一折：“${first}”中用于测试的图像在此用于训练。其中的 ${count} 张图像被略过；如需使用，请单独添加。`
})
const takenTogether = (merged: readonly { name: string, inside: readonly string[] }[]): Text => {
  const list = merged.slice(0, 3).map(({ name, inside }) => `“${name}” (${someNames(inside, 3)})`).join(', ') + (merged.length > 3 ? ` … (${merged.length})` : '')
  return {
    en: `Folders inside class folders are taken together as one class: ${list}; --folders inner-classes makes each a class of its own.`,
    zh: `类别文件夹内的文件夹合并为一个类别：${list}；用 --folders inner-classes 可使其各为类别。`
  }
}
const domainsOrClasses = (names: readonly string[], common: readonly string[]): Text => ({
  en: `Are the folders ${someNames(names)} domains or classes? Some of them hold folders of the same names (${someNames(common, 3)}), but not all do.`,
  zh: `文件夹 ${someNames(names)} 是域还是类别？其中一部分含有同名文件夹（${someNames(common, 3)}），但并非全部。`
})
const kindsOrClasses = (names: readonly string[], common: readonly string[]): Text => ({
  en: `Are the folders ${someNames(names)} classes, or domains of the classes inside? What they hold (${someNames(common, 3)}) seems to say only how the pictures were made.`,
  zh: `文件夹 ${someNames(names)} 是类别，还是内含类别的域？其中的 ${someNames(common, 3)} 似乎只说明图像的制作方式。`
})
