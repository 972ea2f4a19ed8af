import type { SkippedFile, WithoutLabels } from '../../../../contract/datasets'
import type { Text } from '../../../../contract/text'
import { someNames, tidyName } from '../../reading/class-names'
import type { Plan } from '../../reading/picture-list'
import { splitLike } from '../../reading/split-names'
import { countOf, imagesOf, type Tree } from '../../reading/tree'

/**
 * Pictures that nobody has labelled yet, beside others that have a class: a folder whose name says so, one whose name
 * may say so, or pictures that lie loose beside the class folders.
 */
interface Apart {
  kind: 'named' | 'perhaps' | 'loose'
  folder: Tree
  images: string[]
  /** The folder they lie in, where that is not the top: a split or a domain. */
  under?: string
}

const said = '(labell?ed|annotated|labels?)'
const ofPictures = '([\\s_-]*(data|images?|set|pictures|photos|train))?'
const nobodyHas = new RegExp(`^(un|not?|non)[\\s_-]*${said}${ofPictures}$|^(to|2)[\\s_-]*(be[\\s_-]*)?(label|annotate)(led|ed|d)?${ofPictures}$`, 'i')
const nobodyHasInChinese = /^(无|無|没有|沒有|未|待)(标签|標籤|标注|標註|标记|標記|打标|加标签)/
const nobodyPerhaps = new RegExp(`^(un|not?)[\\s_-]*(sorted|classified|categori[sz]ed)${ofPictures}$|^to[\\s_-]*(sort|classify|do)$|^todo$`, 'i')
const nobodyPerhapsInChinese = /^(未|待)(分类|分類|整理|归类|歸類)/
/** Fewer than so many loose pictures are rather a chart or a logo, and are left out by name. */
const fewestLoose = 10

/** Whether a folder's name says that nobody has labelled what is in it: `unlabeled`, `to_label`, `未标注`. */
export function saysUnlabelled(name: string): boolean {
  const tidy = tidyName(name)
  return nobodyHas.test(tidy) || nobodyHasInChinese.test(tidy)
}
/** Whether it says that nobody has sorted it, which can also be a class of what fits nowhere: `unsorted`. */
const mayBeUnlabelled = (name: string): boolean => !saysUnlabelled(name) && (nobodyPerhaps.test(tidyName(name)) || nobodyPerhapsInChinese.test(tidyName(name)))

/**
 * Takes unlabelled pictures out of a folder, so that what is left is read as ever; also out of a training folder and of
 * domains. Inside a folder to validate or test on nothing is taken: its pictures are not learned from.
 */
export function takeApart(top: Tree, choice: WithoutLabels | undefined): { rest: Tree, apart: Apart[] } {
  const apart: Apart[] = []
  const take = (tree: Tree, under?: string): Tree => {
    const isOne = (folder: Tree): boolean => countOf(folder) > 0 && choice !== 'class' && (saysUnlabelled(folder.name) || mayBeUnlabelled(folder.name))
    const found = tree.folders.filter(isOne)
    const others = tree.folders.filter((folder) => !found.includes(folder))
    const full = others.filter(countOf)
    // Alone it is no folder beside others.
    if (full.length === 0) return tree
    const place = under !== undefined && { under }
    for (const folder of found) apart.push({ kind: saysUnlabelled(folder.name) ? 'named' : 'perhaps', folder, images: imagesOf(folder), ...place })
    const areClasses = full.length > 1 && full.every(({ name }) => !splitLike(name))
    const isLoose = tree.images.length >= fewestLoose && areClasses && (under === undefined || splitLike(under) !== undefined)
    if (isLoose) apart.push({ kind: 'loose', folder: tree, images: tree.images, ...place })
    const [only] = full
    // `labelled` beside `unlabelled` holds the classes.
    const inner = found.length > 0 && full.length === 1 && only!.images.length === 0 && !splitLike(only!.name) ? only!.folders : others
    return { ...tree, folders: inner, ...(isLoose && { images: [] }) }
  }
  const outer = take(top)
  const folders = outer.folders.map((folder) => {
    const split = splitLike(folder.name)?.split
    const holdsClasses = folder.folders.filter(countOf).length > 2 || split === 'train'
    return holdsClasses && (split === undefined || split === 'train') ? take(folder, folder.name) : folder
  })
  return { rest: { ...outer, folders }, apart }
}

/**
 * Adds them to what was read: they wait in a split of their own, which no method that needs labels reads. Beside
 * domains only those of a domain can: others are left out by name, or the domains would be lost.
 * @returns the names of folders that may be unlabelled or a class, where a person has not said which
 */
export function addApart(plan: Plan, apart: readonly Apart[], choice: WithoutLabels | undefined, shown: (path: string) => string): string[] {
  const domains = new Set(plan.groups.flatMap(({ domain }) => domain ?? []))
  const hasDomains = domains.size > 1
  for (const { kind, folder, images, under } of apart) {
    const domain = under !== undefined && domains.has(under) ? under : undefined
    if (choice === 'leave-out' || (hasDomains && domain === undefined)) {
      const reason = choice === 'leave-out' ? asSaid : withoutDomain(images.length)
      if (kind === 'loose') for (const image of images) plan.leftOut.push({ path: shown(image), reason })
      else plan.leftOut.push({ path: shown(folder.path), reason })
      continue
    }
    plan.groups.push({ split: 'unlabelled', flat: images, ...(domain !== undefined && { domain }) })
    plan.assumed.push(kind === 'loose' ? looseWait(images.length) : wait(folder.name, images.length))
  }
  return choice === undefined ? apart.filter(({ kind }) => kind === 'perhaps').map(({ folder }) => folder.name) : []
}

/** What a folder like `unsorted` is, which its name leaves open. */
export const unlabelledOrClass = (names: readonly string[]): Text => ({
  en: `${someNames(names)}: pictures that still have to be sorted, or a class of what fits nowhere else?`,
  zh: `${someNames(names)}：是尚待分类的图像，还是收纳其余图像的一个类别？`
})
export const withoutLabelsMeanings: Record<WithoutLabels, Text> = {
  wait: { en: 'Pictures without labels: they wait to be labelled', zh: '没有标签的图像：等待标注' },
  class: { en: 'A class like the others', zh: '与其他文件夹一样的类别' },
  'leave-out': { en: 'Neither: leave them out', zh: '都不是：略过' }
}

const wait = (name: string, count: number): Text => ({
  en: `“${name}” is read as ${count} pictures without labels, not as a class: they wait in the split “unlabelled”; --unlabelled class reads it as a class, --unlabelled leave-out leaves it out.`,
  zh: `“${name}”按 ${count} 张没有标签的图像读取，而不是类别：它们在“unlabelled”部分中等待标注；用 --unlabelled class 可读作类别，用 --unlabelled leave-out 可略过。`
})
const looseWait = (count: number): Text => ({
  en: `${count} pictures lie loose beside the class folders and are read as pictures without labels: they wait in the split “unlabelled”; --unlabelled leave-out leaves them out.`,
  zh: `${count} 张图像散放在类别文件夹旁，按没有标签的图像读取：它们在“unlabelled”部分中等待标注；用 --unlabelled leave-out 可略过。`
})
const asSaid: SkippedFile['reason'] = { en: 'Pictures without labels are left out, as you said.', zh: '按您的选择，略过没有标签的图像。' }
const withoutDomain = (count: number): Text => ({
  en: `Its ${count} images have no labels and belong to none of the domains; they are left out. Add them by themselves as a target without labels.`,
  zh: `其中的 ${count} 张图像没有标签，也不属于任何域，已略过。可将其单独添加，作为无标签的目标。`
})
