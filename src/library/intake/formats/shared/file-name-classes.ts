import { basename, dirname, extname } from 'node:path'
import type { FolderMeaning } from '../../../../contract/datasets'
import { GraftError } from '../../../../contract/errors'
import type { Text } from '../../../../contract/text'
import { someNames } from '../../reading/class-names'
import { saysOnlyPictures } from '../../reading/split-names'
import type { Planning } from './planning'

/** What cameras, telephones and programs call pictures, which is no class. */
const camera = 'img|dsc[nf]?|dscf|pxl|mvimg|image|photo|pic|picture|screen[\\s_-]?shot|frame|scan|wa|vid|cam|gopr|gh|dji|p|f|i|n|id|isic|whatsapp[\\s_-]?image'
const madeByCameras = new RegExp(`^(${camera})$`, 'i')
/** `cat` of `cat.0.jpg`, of `cat_12.jpg` and of `cat (3).jpg`; undefined where a name does not end in a number. */
function beginningOf(path: string): string | undefined {
  const stem = basename(path, extname(path))
  return /^(\p{L}.*?)[\s._-]*\(?\d+\)?$/u.exec(stem)?.[1]?.trim()
}

/** The classes that names of pictures begin with; undefined unless nearly all begin with one of a few. */
function classesIn(images: readonly string[]): Map<string, string[]> | undefined {
  const byClass = new Map<string, string[]>()
  let named = 0
  for (const path of images) {
    const name = beginningOf(path)
    if (name === undefined || madeByCameras.test(name) || saysOnlyPictures(name)) continue
    named++
    byClass.set(name, [...byClass.get(name) ?? [], path])
  }
  const isPlain = byClass.size >= 2 && named >= images.length * 0.9 && named >= byClass.size * 3 && [...byClass.values()].every((paths) => paths.length > 1)
  return isPlain ? byClass : undefined
}

/**
 * Pictures without class folders whose names tell a class (`cat.0.jpg`, `dog.0.jpg`): asked, unless a person has said
 * which is meant. Pictures of other splits whose names say nothing of a class are left out then.
 * @throws `no-classes-in-names`
 */
export function readFileNames(planning: Planning, meaning: FolderMeaning, folder: string): Planning {
  const { plan, shown } = planning
  const isFlat = plan.groups.length > 0 && plan.groups.every(({ byClass }) => byClass === undefined)
  const classes = isFlat ? classesIn(plan.groups.flatMap(({ split, flat }) => split === 'train' ? flat ?? [] : [])) : undefined
  if (meaning === 'file-names' && !classes) throw noClasses(folder)
  if (!classes || meaning === 'unlabelled' || planning.unclear) return planning
  if (meaning !== 'auto' && meaning !== 'file-names' && meaning !== 'splits') return planning
  planning.plan.groups = plan.groups.flatMap(({ split, flat = [] }) => {
    const byClass = new Map<string, string[]>()
    const others: string[] = []
    for (const path of flat) {
      const name = beginningOf(path)
      if (name !== undefined && classes.has(name)) byClass.set(name, [...byClass.get(name) ?? [], path])
      else others.push(path)
    }
    if (byClass.size === 0 && others.length > 1) plan.leftOut.push({ path: shown(dirname(others[0]!)), reason: noClassIn(others.length) })
    else for (const path of others) plan.leftOut.push({ path: shown(path), reason: noClass })
    return byClass.size > 0 ? [{ split, byClass }] : []
  })
  if (meaning !== 'file-names') planning.unclear = { text: namesOrNone([...classes.keys()]), readings: ['file-names', 'unlabelled'] }
  return planning
}

const noClass = { en: 'Its name begins with no class.', zh: '其文件名开头不是任何类别。' }
const noClassIn = (count: number): Text => ({
  en: `The names of its ${count} images begin with no class, so they cannot be a labelled split.`, zh: `其中 ${count} 张图像的文件名开头不是任何类别，无法作为带标签的部分。`
})
const namesOrNone = (classes: readonly string[]): Text => ({
  en: `The pictures lie in no class folders, but their names begin with ${someNames(classes)}. Are these the classes?`,
  zh: `图像不在类别文件夹中，但其文件名以 ${someNames(classes)} 开头。这些是类别吗？`
})
function noClasses(folder: string): GraftError {
  return new GraftError('no-classes-in-names', {
    en: `The names of the pictures in ${folder} do not begin with a few classes, as cat.0.jpg and dog.0.jpg do.`, zh: `${folder} 中图像的文件名并非以少数类别开头（如 cat.0.jpg、dog.0.jpg）。`
  }, { field: 'folders', remedy: { en: 'Put each class into a folder of its own, or give a table of labels.', zh: '请为每个类别建立文件夹，或提供标签表格。' } })
}
