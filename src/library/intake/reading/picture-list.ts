import { everySplit, type Alike, type SkippedFile, type SplitName } from '../../../contract/datasets'
import type { Question, ReadingChoice } from '../../../contract/inspections'
import type { Text } from '../../../contract/text'
import { mergeNames, someNames, tidyName } from './class-names'
import { compareNames } from './tree'

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
  /** What was taken for granted. */
  assumed: Text[]
  /** What a person has to say first. */
  question?: Question
}

/** Pictures that share a split and a domain: by class, or unlabelled. */
export interface Group { split: SplitName, domain?: string, byClass?: Map<string, string[]>, flat?: string[] }

/** One way to read a folder. */
export interface Plan {
  groups: Group[]
  leftOut: SkippedFile[]
  assumed: Text[]
}

const splitOrder: readonly SplitName[] = everySplit

/** The pictures of a plan in order, names that are one to a person as one. */
export function listOf({ groups: given, leftOut, assumed }: Plan, alike: Alike | undefined): PictureList {
  // What is trained on says how a name is written.
  const groups = [...given].sort((a, b) => splitOrder.indexOf(a.split) - splitOrder.indexOf(b.split))
  const names = mergeNames(groups.map(({ byClass }) => byClass ? [...byClass.keys()] : []), alike)
  const merged = groups.map((group): Group => ({
    ...group,
    ...(group.domain !== undefined && { domain: tidyName(group.domain) }),
    ...(group.byClass && { byClass: together(group.byClass, names.of) })
  }))
  const list: PictureList = { ...combine(merged), assumed: [...assumed, ...names.assumed] }
  if (names.unclear.length > 0) {
    const choice = (value: Alike, text: Text): ReadingChoice => describe(listOf({ groups, leftOut, assumed }, value), value, text, leftOut)
    list.question = {
      id: 'alike', text: areTheyOne(names.unclear), readings: [choice('merge', asOne), choice('keep', asTheyAre)]
    }
  }
  return list
}

function together(byClass: ReadonlyMap<string, string[]>, of: (name: string) => string): Map<string, string[]> {
  const merged = new Map<string, string[]>()
  for (const [name, images] of byClass) merged.set(of(name), [...merged.get(of(name)) ?? [], ...images])
  return merged
}

function combine(groups: readonly Group[]): Pick<PictureList, 'classes' | 'domains' | 'images'> {
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

const most = 20

/** What a reading makes, for a person who chooses. */
export function describe({ classes, domains, images }: PictureList, value: string, text: Text, leftOut: readonly SkippedFile[]): ReadingChoice {
  const splits: ReadingChoice['splits'] = {}
  for (const { split } of images) splits[split] = (splits[split] ?? 0) + 1
  return {
    value, text, classes: classes.slice(0, most), classCount: classes.length, domains: domains.slice(0, most), splits,
    leftOut: leftOut.slice(0, most).map(({ path }) => path)
  }
}

const areTheyOne = (unclear: readonly (readonly string[])[]): Text => ({
  en: `Folders or labels differ in case, or in the ending of a copy, alone: ${unclear.slice(0, 3).map((names) => someNames(names)).join('; ')}. Are they one class?`,
  zh: `部分文件夹或标签仅大小写或副本后缀不同：${unclear.slice(0, 3).map((names) => someNames(names)).join('；')}。它们是同一类别吗？`
})
const asOne: Text = { en: 'One class: names that differ in this alone are the same', zh: '同一类别：仅此不同的名称视为相同' }
const asTheyAre: Text = { en: 'Classes of their own, as they are written', zh: '各为类别：按写法区分' }
