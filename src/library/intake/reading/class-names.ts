import type { Alike } from '../../../contract/datasets'
import type { Text } from '../../../contract/text'

/** A name as a person sees it: one Unicode form, without spaces at its ends or signs that show nothing. */
export const tidyName = (name: string): string => name.normalize('NFC').replaceAll('\u00a0', ' ').replace(/[\u200b-\u200d\ufeff]/g, '').trim()

interface MergedNames {
  /** The class of each name, as it is shown. */
  of(name: string): string
  assumed: Text[]
  /** Names that differ in case, or in a copy's ending, alone, stand side by side, and of which nobody has said whether they are one class. */
  unclear: string[][]
}

/** What a system appends to the name of a copy. */
const copyEnding = /(?:\s+-\s+|[\s_-]+)(?:copy|kopie|copie|copia|cópia|副本|コピー)(?:\s*\(?\d+\)?)?$|\s*\(\d+\)$/iu

/**
 * Which names are one class. Those that look the same are; those that differ in case alone are where they never stand
 * side by side (`train/Cat`, `test/cat`); otherwise a person says so. Single letters side by side are classes of their own.
 * @param beside lists of names that stand side by side
 */
export function mergeNames(beside: readonly (readonly string[])[], choice?: Alike): MergedNames {
  const written = new Map<string, Set<string>>()
  const byCase = new Map<string, Set<string>>()
  for (const names of beside) {
    for (const name of names) {
      const tidy = tidyName(name)
      add(written, tidy, name)
      add(byCase, tidy.toLowerCase(), tidy)
    }
  }
  // "cat - Copy" and "cat (1)" beside "cat".
  for (const [key, variants] of byCase) {
    const original = key.replace(copyEnding, '').trim()
    const base = original === key ? undefined : byCase.get(original)
    if (!base) continue
    for (const name of variants) base.add(name)
    byCase.delete(key)
  }
  const lists = beside.map((names) => new Set(names.map(tidyName)))
  const become = new Map<string, string>()
  const unclear: string[][] = []
  const kept: string[] = []
  for (const variants of byCase.values()) {
    if (variants.size < 2) continue
    const all = [...variants]
    const areBeside = lists.some((list) => all.filter((name) => list.has(name)).length > 1)
    if (!areBeside || choice === 'merge') for (const name of all) become.set(name, all[0]!)
    else if (choice === 'keep' || all.every((name) => [...name].length === 1)) kept.push(...all)
    else unclear.push(all)
  }
  const same = [...written].filter(([, names]) => names.size > 1).map(([tidy]) => tidy)
  const merged = [...byCase.values()].filter((variants) => become.has([...variants][0]!)).map((variants) => [...variants])
  return {
    of: (name) => { const tidy = tidyName(name); return become.get(tidy) ?? tidy },
    unclear,
    assumed: [
      ...(same.length > 0 ? [lookTheSame(same)] : []),
      ...(merged.length > 0 ? [oneClass(merged)] : []),
      ...(kept.length > 0 ? [ownClasses(kept)] : [])
    ]
  }
}

function add(sets: Map<string, Set<string>>, key: string, value: string): void {
  const set = sets.get(key)
  if (set) set.add(value)
  else sets.set(key, new Set([value]))
}

/** Some names of a longer list, in quotes. */
export const someNames = (names: readonly string[], most = 5): string =>
  names.slice(0, most).map((name) => `“${name}”`).join(', ') + (names.length > most ? ` … (${names.length})` : '')

const lookTheSame = (names: readonly string[]): Text => ({
  en: `Names that look the same, and differ in Unicode form or in spaces at their ends, are one class: ${someNames(names)}.`,
  zh: `看起来相同、仅 Unicode 形式或首尾空格不同的名称视为同一类别：${someNames(names)}。`
})
const pairs = (lists: readonly (readonly string[])[]): string => lists.slice(0, 3).map((names) => names.map((name) => `“${name}”`).join(' = ')).join('; ')
const oneClass = (lists: readonly (readonly string[])[]): Text => ({
  en: `Names that differ in case, or in the ending of a copy, alone are one class: ${pairs(lists)}.`, zh: `仅大小写或副本后缀不同的名称视为同一类别：${pairs(lists)}。`
})
const ownClasses = (names: readonly string[]): Text => ({
  en: `Names that differ in case, or in the ending of a copy, alone stay classes of their own: ${someNames(names)}.`, zh: `仅大小写或副本后缀不同的名称仍为各自的类别：${someNames(names)}。`
})
