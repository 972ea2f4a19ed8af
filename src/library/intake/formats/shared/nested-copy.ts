import { relative, sep } from 'node:path'
import type { Text } from '../../../../contract/text'
import { someNames, tidyName } from '../../reading/class-names'
import { countOf, imagesOf, type Tree } from '../../reading/tree'
import type { Planning } from './planning'

const keyOf = (name: string): string => tidyName(name).toLowerCase()

/**
 * Folders side by side without one that holds the same folders once more, as archives that were packed twice do: `yes`,
 * `no` and `brain/yes`, `brain/no`. A copy is left out by name; where its files are others, a person says what is meant.
 */
export function withoutCopy(folders: readonly Tree[], planning: Planning): Tree[] {
  if (planning.meaning === 'domains' || planning.meaning === 'inner-classes') return [...folders]
  const filled = folders.filter(countOf)
  const names = new Map(filled.map((folder) => [keyOf(folder.name), folder]))
  const isAgain = (folder: Tree): boolean => {
    const inner = folder.folders.filter(countOf)
    return folder.images.length === 0 && inner.length > 1 && inner.length >= filled.length - 1 &&
      inner.every(({ name }) => names.has(keyOf(name)) && names.get(keyOf(name)) !== folder)
  }
  const again = filled.find(isAgain)
  if (!again) return [...folders]
  if (again.folders.filter(countOf).every((inner) => isCopy(inner, names.get(keyOf(inner.name))!))) {
    planning.plan.leftOut.push({ path: planning.shown(again.path), reason: aCopy(countOf(again)) })
    return folders.filter((folder) => folder !== again)
  }
  if (planning.meaning === 'auto') planning.unclear ??= { text: againOrClass(again), readings: ['inner-classes', 'classes'] }
  return [...folders]
}

/** Whether each file of a folder has one of its name in the other. */
function isCopy(folder: Tree, other: Tree): boolean {
  const inside = (tree: Tree): string[] => imagesOf(tree).map((path) => relative(tree.path, path).split(sep).join('/'))
  const there = new Set(inside(other))
  return inside(folder).every((path) => there.has(path))
}

const aCopy = (count: number): Text => ({
  en: `It holds the folders beside it once more, with files of the same names; its ${count} images are left out.`,
  zh: `它再次包含与其并列的文件夹，且文件名相同；其中的 ${count} 张图像被略过。`
})
const againOrClass = ({ name, folders }: Tree): Text => ({
  en: `“${name}” holds folders named like those beside it (${someNames(folders.filter(countOf).map((inner) => inner.name), 3)}), with other files. Do they belong together, or is it a class?`,
  zh: `“${name}”含有与其并列者同名的文件夹（${someNames(folders.filter(countOf).map((inner) => inner.name), 3)}），但文件不同。它们应合并，还是它本身是一个类别？`
})
