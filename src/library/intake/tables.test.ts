import * as fs from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { splitNames } from '../../contract/datasets'
import type { Inspection } from '../../contract/inspections'
import { useWorkplace } from '../testing'
import { inspectDataset } from './inspection/inspect'
import { leftOut, noisePictures, said } from './testing'

/** What columns of tables mean, or do not; what is taken for granted is said, and what says nothing is not used. */
const place = useWorkplace()

const picture = noisePictures()
const twelve = Array.from({ length: 12 }, (_, index) => index)
const classOf = (index: number): string => index % 2 ? 'cat' : 'dog'
const lines = (header: string, row: (index: number) => string): string => [...header === '' ? [] : [header], ...twelve.map(row)].join('\n')
/** A table beside twelve pictures, as its folder is looked at, or as the table itself is. */
async function look(table: string, how: { file?: string, isGiven?: boolean, folder?: (index: number) => string } = {}): Promise<Inspection> {
  const root = join(place.folder, 'set')
  const { file = 'labels.csv', isGiven = false, folder = () => 'images' } = how
  for (const index of twelve) {
    const path = join(root, folder(index), `${index}.png`)
    await fs.mkdir(dirname(path), { recursive: true })
    await fs.writeFile(path, await picture())
  }
  await fs.writeFile(join(root, file), table)
  return inspectDataset(place.library, { path: isGiven ? join(root, file) : root })
}
const counts = ({ splits }: Inspection): Record<string, number> =>
  Object.fromEntries(splitNames.flatMap((name) => splits[name] ? [[name, splits[name].count]] : []))

it('Label Studio’s table gives the choice as the class, whatever stands beside it', async () => {
  const found = await look(lines('annotation_id,annotator,choice,created_at,id,image,lead_time', (index) => `${index},1,${classOf(index)},2024-01-01T10:00:00Z,${index},/data/upload/1/${index}.png,3.5`), {
    file: 'project-1.csv', folder: () => 'upload/1'
  })
  expect(found.classes).toEqual(['cat', 'dog'])
})

it('a list in JSON whose class is unclear is told, and not passed over in silence', async () => {
  const found = await look(JSON.stringify(twelve.map((index) => ({ file: `${index}.png`, one: classOf(index), two: index % 3 ? 'a' : 'b' }))), { file: 'info.json', folder: classOf })
  expect(found.classes).toEqual(['cat', 'dog'])
  expect(leftOut(found)['info.json']).toContain('which of its other columns is the label is unclear (“one”, “two”)')
})

describe('columns of yes and no that say splits', () => {
  const flags = (header: string, values: (index: number) => string): string => lines(`file,label,${header}`, (index) => `${index}.png,${classOf(index)},${values(index)}`)
  /** Six to train on, two and two, and two of which nothing says yes. */
  const of = (index: number, from: number, to: number): string => index >= from && index < to ? '1' : '0'

  it.each<[string, string, Record<string, number>, string]>([
    ['is_train,is_val', flags('is_train,is_val', (index) => `${of(index, 0, 8)},${of(index, 8, 10)}`), { train: 8, validation: 2, test: 2 }, '“is_train”, “is_val” in labels.csv; 2 rows that say nothing there are for testing.'],
    ['train,val', flags('train,val', (index) => `${of(index, 0, 8)},${of(index, 8, 10)}`), { train: 8, validation: 2, test: 2 }, '2 rows that say nothing there are for testing'],
    ['is_train,is_test', flags('is_train,is_test', (index) => `${of(index, 0, 8)},${of(index, 8, 10)}`), { train: 8, validation: 2, test: 2 }, '2 rows that say nothing there are for validation'],
    ['is_val,is_test', flags('is_val,is_test', (index) => `${of(index, 0, 3)},${of(index, 8, 10)}`), { train: 7, validation: 3, test: 2 }, '7 rows that say nothing there are for training'],
    ['isTrain,isTest', flags('isTrain,isTest', (index) => `${of(index, 0, 8)},${of(index, 8, 12)}`), { train: 8, test: 4 }, '“isTrain”, “isTest” in labels.csv.'],
    ['nothing for no', flags('is_test', (index) => index < 9 ? '' : '1'), { train: 9, test: 3 }, '9 rows that say nothing there are for training'],
    ['words of a German spreadsheet', flags('ist_test', (index) => index < 9 ? 'FALSCH' : 'WAHR'), { train: 9, test: 3 }, '“ist_test”'],
    ['Chinese', flags('是否测试', (index) => index < 9 ? '否' : '是'), { train: 9, test: 3 }, '“是否测试”'],
    ['letters', flags('in_train', (index) => index < 9 ? 'Y' : 'N'), { train: 9, test: 3 }, '3 rows that say nothing there are for testing']
  ])('put what none says yes of where no column is for: %s', async (_, table, expected, words) => {
    const found = await look(table)
    expect(found.classes).toEqual(['cat', 'dog'])
    expect(counts(found)).toEqual(expected)
    expect(said(found)).toContain(words)
  })

  it('leave a row out that says several, none of all three, or neither yes nor no', async () => {
    const found = await look(flags('is_train,is_val,is_test', (index) => index === 10 ? '0,0,0' : index === 11 ? '1,0,1' : `${of(index, 0, 6)},${of(index, 6, 8)},${of(index, 8, 10)}`))
    expect(counts(found)).toEqual({ train: 6, validation: 2, test: 2 })
    expect(Object.values(leftOut(found))).toEqual(['None of “is_train”, “is_val”, “is_test” says yes.', 'More than one of “is_train”, “is_test” says yes.'])
    const unclear = await look(flags('is_test', (index) => index === 11 ? 'perhaps' : '0'))
    expect(Object.values(leftOut(unclear))).toEqual(['“perhaps” in the column “is_test” is neither yes nor no.'])
  })

  it('of a table that is named for testing train on nothing', async () => {
    const file = 'test.csv'
    expect(counts(await look(flags('is_valid', () => '0'), { file }))).toEqual({ test: 12 })
  })

  it('are named where they say neither', async () => {
    const found = await look(flags('is_train', (index) => `fold ${index % 3}`))
    expect(said(found)).toContain('The column “is_train” says no splits (“fold 0”, “fold 1”, “fold 2”) and was not used.')
  })

  it('are no classes beside a column of splits', async () => {
    const found = await look(lines('file,split,is_train,is_test', (index) => `${index}.png,${index < 8 ? 'train' : 'test'},${of(index, 0, 8)},${of(index, 8, 12)}`), { isGiven: true })
    expect(found.classes).toEqual([])
    expect(counts(found)).toEqual({ train: 8, test: 4 })
  })
})

describe('columns of splits', () => {
  const split = (index: number): string => index < 8 ? 'train' : 'test'
  it.each(['phase', 'Aufteilung', '划分', 'mode'])('are known by their words, whatever they are called: %s', async (name) => {
    const found = await look(lines(`file,label,${name}`, (index) => `${index}.png,${classOf(index)},${split(index)}`))
    expect(counts(found)).toEqual({ train: 8, test: 4 })
    expect(said(found)).toContain(`The splits are those of “${name}” in labels.csv.`)
  })

  it('are known in a table that is sorted by them, however long', async () => {
    const more = Array.from({ length: 2_500 }, (_, index) => `images/gone${index}.png,cat,train`)
    const found = await look(['file,label,phase', ...twelve.slice(0, 8).map((index) => `images/${index}.png,${classOf(index)},train`), ...more, ...twelve.slice(8).map((index) => `images/${index}.png,${classOf(index)},test`)].join('\n'), { isGiven: true })
    expect(counts(found)).toEqual({ train: 8, test: 4 })
  })

  it('that say nothing of a row leave it out where others are for training, and else it is for training', async () => {
    const some = await look(lines('file,label,split', (index) => `${index}.png,${classOf(index)},${index < 2 ? '' : split(index)}`))
    expect(counts(some)).toEqual({ train: 6, test: 4 })
    expect(new Set(Object.values(leftOut(some)))).toEqual(new Set(['The row says no split, though others say which are for training.']))
    const tests = await look(lines('file,label,split', (index) => `${index}.png,${classOf(index)},${index < 8 ? '' : 'test'}`))
    expect(counts(tests)).toEqual({ train: 8, test: 4 })
    expect(said(tests)).toContain('8 rows that say nothing there are for training')
  })

  it('are the first of several, and the other is named', async () => {
    const found = await look(lines('file,label,split,protocol', (index) => `${index}.png,${classOf(index)},${split(index)},${index % 2 ? 'train' : 'test'}`))
    expect(counts(found)).toEqual({ train: 8, test: 4 })
    expect(said(found)).toMatch(/The column “protocol” .* was not used/)
  })
})

describe('a table of splits alone', () => {
  const split = (index: number): string => index < 8 ? 'train' : 'test'
  it.each<[string, string, string?]>([
    ['a column', lines('file,split', (index) => `${classOf(index)}/${index}.png,${split(index)}`)],
    ['a column called label', lines('file,label', (index) => `${classOf(index)}/${index}.png,${split(index)}`)],
    ['yes and no', lines('file,is_test', (index) => `${classOf(index)}/${index}.png,${index < 8 ? 0 : 1}`)],
    ['JSON', JSON.stringify({ train: twelve.slice(0, 8).map((index) => `${classOf(index)}/${index}.png`), test: twelve.slice(8).map((index) => `${classOf(index)}/${index}.png`) }), 'splits.json']
  ])('leaves the classes to the folders, and it is said: %s', async (_, table, file = 'labels.csv') => {
    const found = await look(table, { folder: classOf, file })
    expect(found.classes).toEqual(['cat', 'dog'])
    expect(counts(found)).toEqual({ train: 8, test: 4 })
    expect(said(found)).toContain('The classes are those of the folders in which the pictures lie.')
  })

  it('without a header, may mark those for testing alone', async () => {
    expect(counts(await look(lines('', (index) => `${index}.png,${classOf(index)},${index < 8 ? '' : 'test'}`)))).toEqual({ train: 8, test: 4 })
  })

  it('a column "valid" is not used, since it may say that a picture is fit for use, and is named', async () => {
    const found = await look(lines('file,label,valid', (index) => `${index}.png,${classOf(index)},${index < 8 ? 1 : 0}`))
    expect(counts(found)).toEqual({ train: 12 })
    expect(said(found)).toContain('The column “valid” says no splits')
  })
})

describe('the only column that is left beside splits', () => {
  const left = (name: string, cell: (index: number) => string): string => lines(`filename,${name},split`, (index) => `${index}.png,${cell(index)},${index < 8 ? 'train' : 'test'}`)
  it.each<[string, (index: number) => string]>([
    ['patient_id', (index) => String(100 + index % 4)], ['PatientID', (index) => `p${index % 4}`], ['Patient ID', (index) => `p${index % 4}`], ['患者编号', (index) => `甲${index % 2}`], ['width', (index) => String(640 * (1 + index % 2))],
    ['score', (index) => String(index % 3)], ['level', (index) => String(index % 3)], ['age', (index) => index % 2 ? 'old' : 'young'], ['Kamera', (index) => index % 2 ? 'Nikon' : 'Canon'], ['カメラ', (index) => index % 2 ? 'Nikon' : 'Canon'],
    ['дата', (index) => index % 2 ? 'май' : 'июнь'], ['taken', (index) => `2021-03-0${1 + index % 2}`], ['where', (index) => `https://example.org/${index % 2}`], ['fecha', (index) => index % 2 ? 'lunes' : 'martes'],
    ['tamaño', (index) => index % 2 ? 'grande' : 'chico'], ['Größe', (index) => index % 2 ? 'klein' : 'viel']
  ])('is no class where it is a fact of the picture: %s', async (name, cell) => {
    const found = await look(left(name, cell), { isGiven: true })
    expect(found.classes).toEqual([])
    expect(counts(found)).toEqual({ train: 8, test: 4 })
    expect(said(found)).toContain(`No column of labels.csv was taken as the class (“${name}”)`)
  })

  it('leaves the table out of a folder, with the reason', async () => {
    const found = await look(left('patient_id', (index) => String(100 + index % 4)))
    expect(found.classes).toEqual([])
    expect(leftOut(found)['labels.csv']).toMatch(/unclear \(“patient_id”\)/)
  })

  it('is the class where its words recur, and that is said', async () => {
    const found = await look(left('animal', classOf))
    expect(found.classes).toEqual(['cat', 'dog'])
    expect(said(found)).toContain('In labels.csv, the column “animal” is taken as the class: “dog”, “cat”.')
  })
})

describe('the only column beside the pictures', () => {
  const two = (name: string, cell: (index: number) => string): string => lines(`image,${name}`, (index) => `${index}.png,${cell(index)}`)
  it.each<[string, (index: number) => string, string[]]>([
    ['level', (index) => String(index % 3), ['0', '1', '2']], ['what', classOf, ['cat', 'dog']],
    ['Id', (index) => `w_${index % 3}`, ['w_0', 'w_1', 'w_2']], ['whaleId', (index) => String(index % 3), ['0', '1', '2']]
  ])('is the class, and that is said: %s', async (name, cell, classes) => {
    const found = await look(two(name, cell))
    expect(found.classes).toEqual(classes)
    expect(said(found)).toContain(`the column “${name}” is taken as the class`)
  })

  it.each<[string, (index: number) => string]>([
    ['patient_id', (index) => String(index % 4)], ['quality', (index) => `0.${index + 10}`], ['caption', (index) => `a picture of ${index}`], ['text', (index) => `a picture of ${index}`]
  ])('is none where it is a fact, a score or a sentence: %s', async (name, cell) => {
    const found = await look(two(name, cell), { isGiven: true })
    expect(found.classes).toEqual([])
    expect(said(found)).toContain(`(“${name}”)`)
  })
})

it.each<[string, (index: number) => string]>([
  ['0, 1 and -1', (index) => String(index % 3 - 1)], ['1, 2 and -1.0', (index) => index % 3 ? `${index % 3}.0` : '-1.0']
])('-1 beside other numbers says that a class is not known, and is none: %s', async (_, cell) => {
  const found = await look(lines('image,digit', (index) => `${index}.png,${cell(index)}`))
  expect(found.classes).toEqual([])
  expect(leftOut(found)['labels.csv']).toMatch(/unclear \(“digit”\)/)
})

describe('several columns of which each could be it', () => {
  it('boxes: y beside x is no class', async () => {
    expect(await look(lines('file,x,y,w,h,class', (index) => `${index}.png,${index % 3},${index % 4},5,5,${classOf(index)}`))).toMatchObject({ classes: ['cat', 'dog'] })
  })

  it('a category numbered is the class', async () => {
    expect((await look(lines('file,category_id,width', (index) => `${index}.png,${index % 3},${640 + index % 2}`))).classes).toEqual(['0', '1', '2'])
  })

  it('the one that says so outright is the class, and the others are named', async () => {
    const found = await look(lines('file,category,finding,label', (index) => `${index}.png,${index % 3 ? 'pet' : 'toy'},${index % 4},${classOf(index)}`))
    expect(found.classes).toEqual(['cat', 'dog'])
    expect(said(found)).toContain('The classes are those of the column “label”; “category” (“toy”, “pet”) was not used.')
    expect(said(found)).toContain('“finding”')
  })

  it('a source of each picture is no domain', async () => {
    const found = await look(lines('file,label,source', (index) => `${index}.png,${classOf(index)},https://example.org/${index}`))
    expect(found).toMatchObject({ classes: ['cat', 'dog'], domains: [] })
    expect(said(found)).toContain('The column “source” says no domains')
  })

  it('a column of masks before that of pictures is not it', async () => {
    const root = join(place.folder, 'set', 'masks')
    await fs.mkdir(root, { recursive: true })
    const mask = await picture()
    for (const index of twelve) await fs.writeFile(join(root, `${index}.png`), mask)
    const found = await look(lines('mask,image,label', (index) => `masks/${index}.png,images/${index}.png,${classOf(index)}`), { isGiven: true })
    expect(counts(found)).toEqual({ train: 12 })
    // The masks are copies of each other.
    expect(found.exact).toMatchObject({ within: 0, across: 0 })
  })

  it('without a header, what was chosen among several is said, and a score is no class', async () => {
    const found = await look(lines('', (index) => `${index}.png,${classOf(index)},0.${90 - index}`))
    expect(said(found)).toContain('In labels.csv, column 2 is taken as the class: “dog”, “cat”.')
    expect((await look(lines('', (index) => `${index}.png,0.${90 - index}`), { isGiven: true })).classes).toEqual([])
  })
})
