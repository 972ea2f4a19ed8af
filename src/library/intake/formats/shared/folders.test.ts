import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cases } from '#test/cases'
import { treeOf as treeAt } from '#test/trees'
import { everySplit, type Alike, type FolderMeaning, type SkippedFile } from '../../../../contract/datasets'
import { GraftError } from '../../../../contract/errors'
import { layoutOf } from './folders'
import type { Picture, PictureList } from '../../reading/picture-list'
import { imagesOf, type Tree } from '../../reading/tree'

const root = join('/', 'set')

interface Read { list: PictureList, leftOut: SkippedFile[] }
function read(tree: Tree, options: { folders?: FolderMeaning, alike?: Alike } = {}): Read {
  const leftOut: SkippedFile[] = []
  return { list: layoutOf(tree, root, { ...options, skip: (path, reason) => leftOut.push({ path, reason }) }), leftOut }
}
const each = (outer: readonly string[], inner: readonly string[]): string[] => outer.flatMap((one) => inner.map((other) => `${one}/${other}`))
const treeOf = (paths: readonly string[]): Tree => treeAt(root, paths)
const pictures = (folders: readonly string[], count = 2): Tree => treeOf(folders.flatMap((folder) => Array.from({ length: count }, (_, number) => `${folder}/${number}.png`)))
const animals = ['cat', 'dog']

/** Images by split, class and domain: `train cat@art`. */
function counts({ list: { classes, domains, images } }: Read): Record<string, number> {
  const found: Record<string, number> = {}
  for (const { split, label, domain } of images) {
    const key = `${split} ${label === undefined ? '–' : classes[label]}${domain === undefined ? '' : `@${domains[domain]}`}`
    found[key] = (found[key] ?? 0) + 1
  }
  return found
}
const said = ({ list }: Read): string => list.assumed.map(({ en }) => en).join(' ')

describe('folders whose names are of splits', () => {
  it('“dev” without a training folder is asked about, as what is trained on', () => {
    for (const test of ['holdout', 'test', 'eval']) {
      const { list: { question } } = read(pictures(each(['dev', test], animals)))
      expect(question?.readings.map(({ value, splits }) => [value, splits])).toEqual([['splits', { train: 4, test: 4 }], ['domains', { train: 8 }], ['classes', { train: 8 }]])
    }
  })

  it.each([
    [['train', 'eval', 'test'], ['train', 'validation', 'test']],
    [['train', 'dev', 'holdout'], ['train', 'validation', 'test']],
    [['ISIC_2019_Training_Input', 'ISIC_2019_Test_Input'], ['train', 'test']],
    [['trainset', 'valset', 'testset'], ['train', 'validation', 'test']],
    [['flowers-train', 'flowers-test'], ['train', 'test']],
    [['TrainImages', 'TestImages'], ['train', 'test']],
    [['train2017', 'val2017'], ['train', 'validation']],
    [['trainval', 'test'], ['train', 'test']],
    [['训练集', '测试集'], ['train', 'test']],
    [['entrenamiento', 'validación', 'prueba'], ['train', 'validation', 'test']]
  ])('%j are read as %j', (folders, splits) => {
    const found = read(pictures(each(folders, animals)))
    expect(found.list.question).toBeUndefined()
    expect(found.list.classes).toEqual(animals)
    expect(counts(found)).toEqual(Object.fromEntries(splits.flatMap((split) => animals.map((name) => [`${split} ${name}`, 2]))))
    expect(said(found)).toMatch(/read as splits/)
  })

  it('in numbered parts are taken together, and it is said', () => {
    const found = read(pictures(each(['train_1', 'train_2', 'test'], animals)))
    expect(counts(found)).toEqual({ 'train cat': 4, 'train dog': 4, 'test cat': 2, 'test dog': 2 })
    expect(said(found)).toMatch(/“train_1”, “train_2” are taken together as train/)
  })

  it('beside pictures and folders of nothing but pictures leave those out by name', () => {
    const tree = pictures([...each(['train', 'test'], animals), 'figures'])
    tree.images.push(join(root, 'cover.png'))
    const found = read(tree)
    expect(counts(found)).toEqual({ 'train cat': 2, 'train dog': 2, 'test cat': 2, 'test dog': 2 })
    expect(found.leftOut.map(({ path }) => path).sort()).toEqual(['cover.png', 'figures'])
  })

  it('beside a folder of the same classes are asked about, with what each reading gives', () => {
    const tree = pictures(each(['train', 'test', 'unseen'], animals))
    const { question } = read(tree).list
    expect(question).toMatchObject({ id: 'folders', text: { en: expect.stringMatching(/^Splits or classes\?.*“unseen” does not/) as unknown } })
    expect(question!.readings.map(({ value, splits, classes, domains, leftOut }) => ({ value, splits, classes, domains, leftOut }))).toEqual([
      { value: 'splits', splits: { train: 4, test: 4 }, classes: animals, domains: [], leftOut: ['unseen'] },
      { value: 'domains', splits: { train: 12 }, classes: animals, domains: ['test', 'train', 'unseen'], leftOut: [] },
      { value: 'classes', splits: { train: 12 }, classes: ['test', 'train', 'unseen'], domains: [], leftOut: [] }
    ])
    for (const { value } of question!.readings) expect(read(tree, { folders: value as FolderMeaning }).list.question).toBeUndefined()
    expect(counts(read(tree, { folders: 'splits' }))).toEqual({ 'train cat': 2, 'train dog': 2, 'test cat': 2, 'test dog': 2 })
  })

  it('that hold the class in their own names are asked about, and read so when told', () => {
    const tree = pictures(['cats_train', 'cats_test', 'dogs_train', 'dogs_test'])
    expect(read(tree).list.question?.readings.map(({ value }) => value)).toEqual(['splits', 'classes'])
    expect(counts(read(tree, { folders: 'splits' }))).toEqual({ 'train cats': 2, 'train dogs': 2, 'test cats': 2, 'test dogs': 2 })
  })

  it('only of what is tested on, beside folders of the same classes or of classes, are asked about', () => {
    const beside = pictures(each(['pictures-a', 'test'], animals))
    expect(read(beside).list.question?.readings[0]).toMatchObject({ value: 'splits', splits: { train: 4, test: 4 }, classes: animals })
    const flat = pictures(['cats', 'dogs', 'test'])
    expect(read(flat).list.question?.readings[0]).toMatchObject({ value: 'splits', splits: { train: 4 }, classes: ['cats', 'dogs'], leftOut: ['test'] })
    expect(() => read(pictures(each(['test', 'val'], animals)))).toThrow(/no folder "train"/)
  })

  it('that happen to be words of splits stay classes', () => {
    for (const folders of [['valid', 'invalid'], ['boat', 'car', 'train'], ['dev', 'ops'], ['evaluation', 'lecture']]) {
      const found = read(pictures(folders))
      expect(found.list.question).toBeUndefined()
      expect(found.list.classes).toEqual([...folders].sort())
    }
  })
})

describe('pictures without class folders', () => {
  const files = (beginnings: readonly string[], folder = '', join = '.'): string[] => beginnings.flatMap((name) => [0, 1, 2].map((number) => `${folder}${name}${join}${number}.jpg`))
  const flat = (images: readonly string[]): Tree => treeOf(images)

  it('whose names begin with classes are asked about, with what each answer makes', () => {
    for (const sign of ['.', '_', ' ']) {
      const tree = flat(files(animals, '', sign))
      expect(read(tree).list.question?.readings.map(({ value, classes }) => [value, classes])).toEqual([['file-names', animals], ['unlabelled', []]])
      expect(counts(read(tree, { folders: 'file-names' }))).toEqual({ 'train cat': 3, 'train dog': 3 })
      expect(counts(read(tree, { folders: 'unlabelled' }))).toEqual({ 'train –': 6 })
    }
  })

  it('keep what of other splits names a class, and leave out the rest by name', () => {
    const found = read(flat([...files(animals, 'train/'), 'test/1.jpg', 'test/2.jpg']), { folders: 'file-names' })
    expect(counts(found)).toEqual({ 'train cat': 3, 'train dog': 3 })
    expect(found.leftOut.map(({ path }) => path)).toEqual(['test'])
  })

  it('that a camera numbered are unlabelled, and no question', () => {
    for (const names of [['IMG', 'DSC'], ['IMG'], ['frame', 'photo']]) {
      expect(read(flat(files(names, '', '_'))).list).toMatchObject({ classes: [] })
      expect(read(flat(files(names, '', '_'))).list.question).toBeUndefined()
    }
    expect(() => read(flat(files(['IMG'])), { folders: 'file-names' })).toThrow(/do not begin with a few classes/)
  })
})

describe('levels of folders', () => {
  it('train/{domain}/{class} beside test/{domain}/{class} are domains, also where one is left out of training', () => {
    const found = read(pictures([...each(['train/art', 'train/photo'], animals), ...each(['test/sketch'], animals)]))
    expect(found.list).toMatchObject({ classes: animals, domains: ['art', 'photo', 'sketch'] })
    expect(counts(found)['test cat@sketch']).toBe(2)
    const single = read(pictures([...each(['train/photo'], animals), ...each(['test/sketch'], animals)]))
    expect(single.list).toMatchObject({ classes: animals, domains: ['photo', 'sketch'] })
  })

  it('that hold one folder of one name everywhere are no levels, doubled ones neither', () => {
    for (const folders of [each(['amazon', 'dslr'], each(['images'], animals)), each(['amazon', 'dslr'], each(['office'], animals)),
      [...each(['amazon/amazon'], animals), ...each(['dslr/dslr'], animals)]]) {
      expect(read(pictures(folders)).list).toMatchObject({ classes: animals, domains: ['amazon', 'dslr'] })
    }
    expect(read(pictures(['train/images/cat', 'train/images/dog', 'test/images/cat', 'test/images/dog'])).list).toMatchObject({ classes: animals, domains: [] })
    // A class of a split that is alone there is still a class.
    const rest = read(pictures(['train/0', 'train/1', 'test/1']))
    expect(counts(rest)).toEqual({ 'train 0': 2, 'train 1': 2, 'test 1': 2 })
  })

  it('whose folders share some names only are asked about', () => {
    const tree = pictures([...each(['art'], ['cat', 'dog', 'tree', 'sun']), ...each(['photo'], ['cat', 'car', 'bus', 'street'])])
    expect(read(tree).list.question?.readings.map(({ value, classCount }) => [value, classCount])).toEqual([['domains', 7], ['classes', 2], ['inner-classes', 7]])
    expect(read(tree, { folders: 'domains' }).list.question).toBeUndefined()
  })

  it('whose folders are kinds of pictures rather than classes are asked about', () => {
    for (const inner of [['front', 'side'], ['Edited', 'Originals']]) {
      const tree = pictures(each(['cat', 'dog'], inner))
      expect(read(tree).list.question?.readings.map(({ value, classes }) => [value, classes])).toEqual([['classes', animals], ['domains', inner]])
    }
    // One that says nothing is no level.
    expect(read(pictures(['cat/images', 'dog/images'])).list).toMatchObject({ classes: animals, domains: [] })
    expect(read(pictures(['cat/images', 'dog/images'])).list.question).toBeUndefined()
    expect(read(pictures(['images'])).list).toMatchObject({ classes: [] })
  })

  it('masks and annotations beside pictures are left out by name, in the folder and in each class', () => {
    for (const folders of [each(['images', 'masks', 'GroundTruth'], animals), each(animals, ['images', 'masks']), each(['train', 'test'], each(['images', 'masks'], animals))]) {
      const found = read(pictures(folders))
      expect(found.list).toMatchObject({ classes: animals, domains: [] })
      expect(found.list.question).toBeUndefined()
      expect(found.leftOut.length).toBeGreaterThan(0)
      for (const { path, reason } of found.leftOut) {
        expect(path).toMatch(/masks|GroundTruth/)
        expect(reason.en).toMatch(/masks or annotations/)
      }
    }
  })

  it('that hold the folders beside them once more are left out as copies, or asked about where their files are others', () => {
    const copy = read(pictures([...animals, ...each(['pets'], animals)]))
    expect(counts(copy)).toEqual({ 'train cat': 2, 'train dog': 2 })
    expect(copy.leftOut).toEqual([{ path: 'pets', reason: expect.objectContaining({ en: expect.stringMatching(/once more.*4 images/) as unknown }) as unknown }])
    const paths = [...animals.map((name) => `${name}/1.png`), ...each(['pets'], animals).map((name) => `${name}/2.png`)]
    const asked = read(treeOf(paths))
    expect(asked.list.question?.readings.map(({ value, classes }) => [value, classes])).toEqual([['inner-classes', animals], ['classes', ['cat', 'dog', 'pets']]])
    expect(counts(read(treeOf(paths), { folders: 'inner-classes' }))).toEqual({ 'train cat': 2, 'train dog': 2 })
  })

  it('that a system names are classes with a word', () => {
    expect(said(read(pictures(['cat', 'dog', 'New folder (2)', 'backup'])))).toMatch(/“backup”.*“New folder \(2\)”/)
  })

  it('inside class folders are merged with a word, and are classes when told', () => {
    const tree = pictures(['cat/tabby', 'cat/siamese', 'dog/poodle', 'dog/boxer'])
    const found = read(tree)
    expect(found.list.classes).toEqual(animals)
    expect(said(found)).toMatch(/“cat” \(“siamese”, “tabby”\).*--folders inner-classes/)
    expect(read(tree, { folders: 'inner-classes' }).list).toMatchObject({ classes: ['boxer', 'poodle', 'siamese', 'tabby'], domains: [] })
    // One folder inside each is no merging.
    expect(said(read(pictures(['cat/images', 'dog/images'])))).toBe('')
  })
})

describe('names that are equal to a person', () => {
  it('in case are one class where they never stand side by side, and are asked about where they do', () => {
    const apart = read(pictures(['train/Cat', 'train/dog', 'test/cat', 'test/Dog']))
    expect(counts(apart)).toEqual({ 'train Cat': 2, 'train dog': 2, 'test Cat': 2, 'test dog': 2 })
    expect(said(apart)).toMatch(/“Cat” = “cat”/)
    const beside = pictures(['cat', 'Cat', 'dog'])
    expect(read(beside).list.question).toMatchObject({ id: 'alike', readings: [{ value: 'merge', classCount: 2 }, { value: 'keep', classCount: 3 }] })
    expect(read(beside, { alike: 'merge' }).list.classes).toHaveLength(2)
    expect(read(beside, { alike: 'keep' }).list.classes).toHaveLength(3)
  })

  it('but for what a system appends to a copy are asked about', () => {
    const beside = pictures(['cat', 'cat - Copy', 'dog', 'dog (1)', 'photo', 'photocopy'])
    expect(read(beside).list.question).toMatchObject({ id: 'alike', readings: [{ value: 'merge', classes: ['cat', 'dog', 'photo', 'photocopy'] }, { value: 'keep', classCount: 6 }] })
    expect(counts(read(beside, { alike: 'merge' }))).toMatchObject({ 'train cat': 4, 'train dog': 4, 'train photo': 2 })
  })

  it('in Unicode form, or but for a space at the end, are one class, and it is said', () => {
    const found = read(pictures(['caf\u00e9', 'cafe\u0301', 'dog ', 'dog']))
    expect(counts(found)).toEqual({ 'train caf\u00e9': 4, 'train dog': 4 })
    expect(said(found)).toMatch(/look the same/)
  })

  it('of single letters are classes of their own', () => {
    expect(read(pictures(['A', 'a', 'B', 'b'])).list).toMatchObject({ classes: expect.arrayContaining(['A', 'a', 'B', 'b']) as unknown })
    expect(read(pictures(['A', 'a', 'B', 'b'])).list.question).toBeUndefined()
  })
})

describe('any folder', () => {
  const name = fc.constantFrom('train', 'test', 'val', 'training_set', 'test_images', 'seg_train', 'seg_pred', 'dev', 'eval', 'images', 'cat', 'Cat', 'cat ', 'dog', 'art', 'photo', '1', '2', 'cats_train', 'extra')
  const path = fc.array(name, { maxLength: 4 }).chain((folders) => fc.integer({ min: 0, max: 3 }).map((number) => [...folders, `${number}.png`].join('/')))
  const paths = fc.uniqueArray(path, { minLength: 1, maxLength: 24 })
  const meaning = fc.constantFrom<FolderMeaning>('auto', 'auto', 'auto', 'classes', 'domains', 'splits', 'inner-classes')

  it('gives each picture once, or names it or a folder around it as left out; and what it asks can be answered', () => {
    let asked = 0
    let given = 0
    fc.assert(fc.property(paths, meaning, (list, folders) => {
      const tree = treeOf(list)
      let found: Read
      try {
        found = read(tree, { folders })
      } catch (error) {
        if (error instanceof GraftError) return
        throw error
      }
      given++
      const { images, classes, domains, question } = found.list
      const used = images.map((image) => image.path)
      expect(new Set(used).size).toBe(used.length)
      const named = found.leftOut.map((entry) => join(root, entry.path))
      const missing = imagesOf(tree).filter((image) => !used.includes(image) && !named.some((place) => image === place || image.startsWith(place + '/') || image.startsWith(place + '\\')))
      expect(missing).toEqual([])
      const isKnown = ({ split, label, domain }: Picture): boolean => everySplit.includes(split) &&
        (label === undefined || classes[label] !== undefined) && (domain === undefined || domains[domain] !== undefined)
      expect(images.every(isKnown)).toBe(true)
      if (!question) return
      asked++
      expect(question.readings.length).toBeGreaterThan(1)
      for (const { value } of question.readings) {
        const answer = question.id === 'alike' ? { folders, alike: value as Alike } : { folders: value as FolderMeaning }
        expect(read(tree, answer).list.question?.id).not.toBe(question.id)
      }
    }), { numRuns: cases(10_000) })
    expect(asked).toBeGreaterThan(cases(300))
    expect(given).toBeGreaterThan(cases(3000))
  }, 120_000)
})
