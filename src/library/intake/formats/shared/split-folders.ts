import type { SplitName } from '../../../../contract/datasets'
import type { Text } from '../../../../contract/text'
import { someNames, tidyName } from '../../reading/class-names'
import { saysOnlyPictures, splitLike, type SplitLike } from '../../reading/split-names'
import { countOf, type Tree } from '../../reading/tree'

/** A folder that stands for a split. */
export interface SplitPart { folder: Tree, split: SplitName, rest: string }

/**
 * What the names of folders that stand side by side, and what is inside them, say of splits. `none`: they are none.
 * `clear`: `parts` are, and `others` are left out. `unclear`: a person has to say; `parts` is the likeliest reading.
 * `no-train`: all are, but there is nothing to train on.
 */
export interface SplitEvidence {
  found: 'none' | 'clear' | 'unclear' | 'no-train'
  parts: SplitPart[]
  others: Tree[]
  assumed: Text[]
}

const none: SplitEvidence = { found: 'none', parts: [], others: [], assumed: [] }

/** @param folders that hold pictures, side by side */
export function splitEvidence(folders: readonly Tree[]): SplitEvidence {
  const named = folders.flatMap((folder) => {
    const like = splitLike(folder.name)
    return like ? [{ folder, ...like }] : []
  })
  const others = folders.filter((folder) => !named.some((entry) => entry.folder === folder))
  if (named.length === 0) return none
  if (!named.some(({ split }) => split === 'train')) return withoutTrain(named, others)
  const parts = named.map(({ folder, split, rest }): SplitPart => ({ folder, split, rest }))
  const assumed: Text[] = []
  const isSettled = settleEvaluation(named, parts, assumed)
  const result = { parts, others, assumed: [...assumed, ...unusual(named, parts)] }
  const rests = new Set(parts.map(({ rest }) => rest))
  const isAlone = named.length === 1 && named[0]!.rest !== ''
  if (isAlone) return others.length > 0 && isNested(named[0]!.folder) ? { found: 'unclear', ...result } : none
  if (others.length === 0 && areDomainsBySplit(parts)) return { found: 'clear', parts, others, assumed: unusual(named, parts) }
  if (!isSettled || rests.size > 1) return { found: 'unclear', ...result }
  if (others.length === 0) return { found: 'clear', ...result }
  const train = parts.filter(({ split }) => split === 'train').map(({ folder }) => folder)
  if (named.length === 1) {
    // One folder that only happens to be called train, among classes: boat, car, train.
    return !isNested(train[0]!) && !others.some(isNested) ? none : { found: 'unclear', ...result }
  }
  const classes = new Set(train.flatMap(innerNames))
  const isTwin = (folder: Tree): boolean => innerNames(folder).some((name) => classes.has(name))
  return { found: train.some(isNested) && !others.some(isTwin) ? 'clear' : 'unclear', ...result }
}

function withoutTrain(named: readonly (SplitLike & { folder: Tree })[], others: readonly Tree[]): SplitEvidence {
  const strong = named.filter(({ strength }) => strength !== 'weak')
  const development = named.filter(({ split, strength }) => split === 'validation' && strength === 'weak')
  if (development.length === 1 && others.length === 0 && named.some(({ split }) => split === 'test')) {
    // "dev" beside a folder to test on, and nothing else, is what is trained on.
    const meant = named.map(({ folder, split, rest }): SplitPart => ({ folder, split: folder === development[0]!.folder ? 'train' : split, rest }))
    return { found: 'unclear', parts: meant, others: [], assumed: unusual(named, meant) }
  }
  const parts = strong.map(({ folder, split, rest }): SplitPart => ({ folder, split, rest }))
  if (others.length === 0) {
    return strong.length === named.length && new Set(strong.map(({ rest }) => rest)).size === 1 ? { ...none, found: 'no-train', parts } : none
  }
  const [first] = strong
  if (strong.length !== named.length || !first) return none
  // "test" or "test_set" beside folders of the same classes, or of pictures alone; "valid" may well be a class beside "invalid".
  const classes = new Set(strong.flatMap(({ folder }) => innerNames(folder)))
  const twins = others.filter((folder) => innerNames(folder).some((name) => classes.has(name)))
  if (twins.length > 0) {
    const train = twins.map((folder): SplitPart => ({ folder, split: 'train', rest: '' }))
    return { found: 'unclear', parts: [...train, ...parts], others: others.filter((folder) => !twins.includes(folder)), assumed: [] }
  }
  const isTest = strong.some(({ split, rest }) => split === 'test' && rest === '')
  return isTest && !strong.some(({ folder }) => isNested(folder)) ? { found: 'unclear', parts, others: [...others], assumed: [] } : none
}

/** "eval" beside "test" is for validation, and for testing otherwise. False where two folders want to be one split and are not numbered parts of it. */
function settleEvaluation(named: readonly (SplitLike & { folder: Tree })[], parts: SplitPart[], assumed: Text[]): boolean {
  const weak = named.findIndex(({ split, strength }) => split === 'test' && strength === 'weak')
  if (weak >= 0 && named.some(({ split, strength }) => split === 'test' && strength !== 'weak') && !named.some(({ split }) => split === 'validation')) {
    parts[weak]!.split = 'validation'
  }
  for (const split of ['train', 'validation', 'test'] as const) {
    const same = parts.filter((part) => part.split === split)
    if (same.length < 2) continue
    const stems = new Set(same.map(({ folder }) => tidyName(folder.name).toLowerCase().replace(/[\d\s_.-]+/g, '')))
    if (stems.size > 1) return false
    assumed.push({
      en: `${someNames(same.map(({ folder }) => folder.name))} are taken together as ${split}.`,
      zh: `${someNames(same.map(({ folder }) => folder.name))} 合并作为 ${split}。`
    })
  }
  return true
}

/** Whether the names are of a domain and a split each, and the folders hold classes: `real_train`, `sketch_train`, `real_test`, `sketch_test`. */
export function areDomainsBySplit(parts: readonly SplitPart[]): boolean {
  const splits = new Map<string, SplitName[]>()
  for (const { folder, split, rest } of parts) {
    if (rest === '' || !isNested(folder)) return false
    splits.set(rest, [...splits.get(rest) ?? [], split])
  }
  const all = [...splits.values()]
  return all.length > 1 && all.every((of) => new Set(of).size === of.length) && all.some((of) => of.length > 1 && of.includes('train'))
}

/**
 * A folder with one folder that holds splits, and other splits beside that: `New Plants/New Plants/train`,
 * `New Plants/New Plants/valid`, `test`. All of them come side by side.
 */
export function besideInnerSplits(top: Tree): Tree {
  const folders = top.folders.filter(countOf)
  const named = folders.flatMap((folder) => splitLike(folder.name)?.split ?? [])
  const [other, ...more] = folders.filter(({ name }) => !splitLike(name))
  if (!other || more.length > 0 || named.length === 0 || top.images.length > 0) return top
  let inner: Tree = other
  for (;;) {
    const filled: Tree[] = inner.folders.filter(countOf)
    if (filled.length !== 1 || inner.images.length > 0 || splitLike(filled[0]!.name)) break
    inner = filled[0]!
  }
  const { found, parts } = splitEvidence(inner.folders.filter(countOf))
  if (found !== 'clear' || inner.images.length > 0 || parts.some(({ split }) => named.includes(split))) return top
  return { ...top, folders: [...inner.folders, ...folders.filter(({ name }) => splitLike(name))] }
}

/** Which folder is taken as which split, where a name is none of the plain words. */
function unusual(named: readonly SplitLike[], parts: readonly SplitPart[]): Text[] {
  if (named.every(({ strength }) => strength === 'exact')) return []
  const list = parts.map(({ folder, split }) => `“${folder.name}” = ${split}`).join(', ')
  return [{ en: `The folders are read as splits: ${list}.`, zh: `文件夹按划分读取：${list}。` }]
}

export const isNested = (folder: Tree): boolean => folder.folders.length > 0

/** Names of the folders in a folder, below folders that add no level, as they compare. */
function innerNames(folder: Tree): string[] {
  return unwrapped(folder).folders.map(({ name }) => tidyName(name).toLowerCase())
}

/**
 * Goes down while a folder holds nothing but one whose name says nothing new: `training_set/training_set`, `train/images`.
 * @param classes names that are classes elsewhere, as they compare
 * @param isPlain whether a name of pictures alone, such as `images`, adds no level
 */
function unwrapped(folder: Tree, classes: ReadonlySet<string> = new Set(), isPlain = true, split = splitLike(folder.name)?.split): Tree {
  // Folders without pictures, such as YOLO's `labels` beside `images`, are no level.
  const [only, ...more] = folder.folders.filter(countOf)
  if (!only || more.length > 0 || folder.images.length > 0) return folder
  const name = tidyName(only.name).toLowerCase()
  if (classes.has(name)) return folder
  const isSame = name === tidyName(folder.name).toLowerCase()
  const isSplit = split !== undefined && splitLike(only.name)?.split === split
  return isSame || isSplit || (isPlain && saysOnlyPictures(only.name)) ? unwrapped({ ...only, name: folder.name }, classes, isPlain, split) : folder
}

/** Splits without the levels that add nothing; `images` adds nothing where it is in all of them, and may be a domain otherwise. */
export function openSplits(parts: readonly SplitPart[]): SplitPart[] {
  const many = parts.filter(({ folder }) => folder.folders.filter(countOf).length > 1)
  const classes = new Set(many.flatMap(({ folder }) => folder.folders.map(({ name }) => tidyName(name).toLowerCase())))
  const open = (isPlain: boolean): SplitPart[] => parts.map((part) => ({ ...part, folder: unwrapped(part.folder, classes, isPlain, part.split) }))
  const all = open(true)
  const isNow = (index: number): boolean => all[index]!.folder.path !== parts[index]!.folder.path
  if (parts.every(({ folder }, index) => !isNested(folder) || isNow(index))) return all
  // `val/images/1.jpg` beside `train/cat`, `train/dog`: pictures without a class, and none that is called "images".
  const isFlat = ({ folders: [only, ...more], images }: Tree): boolean => only !== undefined && more.length === 0 && images.length === 0 && !isNested(only)
  return open(false).map((part, index) => many.length > 0 && isFlat(part.folder) ? all[index]! : part)
}
