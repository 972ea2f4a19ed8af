import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { splitNames } from '../../contract/datasets'
import type { Inspection } from '../../contract/inspections'
import { useWorkplace } from '../testing'
import { inspectDataset } from './inspection/inspect'
import { leftOut, noisePictures, said } from './testing'

/** What tables say of splits: by numbers, and by a table of its own beside that of the classes. */
const place = useWorkplace()

const picture = noisePictures()
const twelve = Array.from({ length: 12 }, (_, index) => index)
const classOf = (index: number): string => index % 2 ? 'cat' : 'dog'
const lines = (header: string, row: (index: number) => string): string => [...header === '' ? [] : [header], ...twelve.map(row)].join('\n')
/** Twelve pictures and some tables beside them, as their folder is looked at. */
async function beside(tables: Record<string, string>): Promise<Inspection> {
  const root = join(place.folder, 'set')
  await fs.rm(root, { recursive: true, force: true })
  await fs.mkdir(join(root, 'images'), { recursive: true })
  for (const index of twelve) await fs.writeFile(join(root, 'images', `${index}.png`), await picture())
  for (const [name, text] of Object.entries(tables)) await fs.writeFile(join(root, name), text)
  return inspectDataset(place.library, { path: root })
}
const look = (table: string): Promise<Inspection> => beside({ 'labels.csv': table })
const counts = ({ splits }: Inspection): Record<string, number> =>
  Object.fromEntries(splitNames.flatMap((name) => splits[name] ? [[name, splits[name].count]] : []))

describe('numbers that say splits', () => {
  const table = (column: string, values: readonly string[]): string => lines(`image_id,label,${column}`, (index) => `${index}.png,${classOf(index)},${values[Math.max(0, Math.floor(index / 3) - 1)]!}`)

  it.each([
    ['0, 1 and 2', ['0', '1', '2'], { train: 6, validation: 3, test: 3 }, 'The numbers in “partition” of labels.csv are taken for splits in their order: 0 for training, 1 for validation, 2 for testing.'],
    ['0 and 1', ['0', '0', '1'], { train: 9, test: 3 }, '0 for training, 1 for testing'],
    ['1, 2 and 3', ['1', '2', '3'], { train: 6, validation: 3, test: 3 }, '1 for training, 2 for validation, 3 for testing'],
    ['0.0, 1.0 and 2.0, as pandas writes them', ['0.0', '1.0', '2.0'], { train: 6, validation: 3, test: 3 }, '0 for training, 1 for validation, 2 for testing']
  ])('are taken in their order, and that is said: %s', async (_, values, expected, words) => {
    const found = await look(table('partition', values))
    expect(counts(found)).toEqual(expected)
    expect(found.classes).toEqual(['cat', 'dog'])
    expect(said(found)).toContain(words)
  })

  it('are none where the first is not the most frequent, or the column is called otherwise', async () => {
    await expect(look(table('partition', ['1', '1', '0']))).rejects.toMatchObject({ code: 'no-images', message: expect.stringContaining('"1" is none of train, validation and test.') as unknown })
    const found = await look(table('set', ['0', '1', '2']))
    expect(counts(found)).toEqual({ train: 12 })
    expect(said(found)).toContain('“set” says no splits (“0”, “1”, “2”)')
  })
})

describe('numbers that are no splits', () => {
  const folds = (count: number, first: number): string => lines('image,label,split', (index) => `${index}.png,${classOf(index)},${first + index % count}`)
  it.each<[string, string]>([
    ['three folds of equal size', folds(3, 1)], ['two of equal size', folds(2, 0)], ['0 and 2', lines('image,label,partition', (index) => `${index}.png,${classOf(index)},${index < 8 ? 0 : 2}`)],
    ['fewer to train on', lines('image,label,partition', (index) => `${index}.png,${classOf(index)},${index < 3 ? 0 : index < 10 ? 1 : 2}`)]
  ])('are refused, and what to write instead is said: %s', async (_, table) => {
    await expect(look(table)).rejects.toMatchObject({
      code: 'no-images', message: expect.stringContaining('is none of train, validation and test.') as unknown,
      value: { remedy: { en: 'Say the split of each picture in a column called “split”, by the words train, validation and test.' } }
    })
  })

  it('a table whose pictures are not there is told to write the paths', async () => {
    await fs.mkdir(join(place.folder, 'set'), { recursive: true })
    await fs.writeFile(join(place.folder, 'set', 'labels.csv'), lines('image,label', (index) => `gone${index}.png,${classOf(index)}`))
    await expect(inspectDataset(place.library, { path: join(place.folder, 'set', 'labels.csv') })).rejects.toMatchObject({
      value: { remedy: { en: 'Write the paths as they are below the folder of the table.' } }
    })
  })
})

describe('a table of splits beside the table of classes', () => {
  const some = (header: string, from: number, to: number, cell: (index: number) => string): string =>
    [...header === '' ? [] : [header], ...twelve.slice(from, to).map((index) => `${index}.png,${cell(index)}`)].join('\n')
  const labels = lines('image,label', (index) => `${index}.png,${classOf(index)}`)

  it('is a part of its own where it is named for a split and holds other pictures', async () => {
    const two = await beside({ 'train.csv': some('image,label', 0, 8, classOf), 'test.csv': some('image,split', 8, 12, () => 'test') })
    expect(two.splits).toEqual({ train: { count: 8, perClass: [4, 4] }, test: { count: 4 } })
    expect(leftOut(two)).toEqual({})
    const three = await beside({ 'train.csv': some('image,label', 0, 6, classOf), 'val.csv': some('image,label', 6, 8, classOf), 'test.csv': some('image,split', 8, 12, () => 'test') })
    expect(counts(three)).toEqual({ train: 6, validation: 2, test: 4 })
    expect(leftOut(three)).toEqual({})
    const unnamed = await beside({ 'labels.csv': some('image,label', 0, 8, classOf), 'test.csv': some('image,split', 8, 12, () => 'test') })
    expect(unnamed.splits).toEqual({ train: { count: 8, perClass: [4, 4] }, test: { count: 4 } })
  })

  it('of the pictures to test on alone leaves the others for training, and that is said', async () => {
    const found = await beside({ 'labels.csv': labels, 'test_split.csv': some('image,split', 8, 12, () => 'test') })
    expect(found.splits).toMatchObject({ train: { perClass: [4, 4] }, test: { perClass: [2, 2] } })
    expect(said(found)).toContain('The splits are those of test_split.csv beside it; 8 pictures that it does not list are for training.')
    expect(leftOut(found)).toEqual({})
  })

  const partition = (index: number): string => String(index < 7 ? 0 : index < 9 ? 1 : 2)
  it.each([
    ['list_eval_partition.txt', lines('', (index) => `${index}.png ${partition(index)}`)],
    ['list_eval_partition.csv', lines('', (index) => `${index}.png,${partition(index)}`)],
    ['my-splits.txt', lines('', (index) => `${index}.png ${['train', 'val', 'test'][Number(partition(index))]!}`)],
    ['splits.json', JSON.stringify(twelve.map((index) => ({ file: `${index}.png`, split: ['train', 'val', 'test'][Number(partition(index))] })))]
  ])('may be a list without a header: %s', async (name, list) => {
    const found = await beside({ 'labels.csv': labels, [name]: list })
    expect(found.classes).toEqual(['cat', 'dog'])
    expect(counts(found)).toEqual({ train: 7, validation: 2, test: 3 })
    expect(said(found)).toContain(`The splits are those of ${name} beside it.`)
    expect(leftOut(found)).toEqual({})
  })

  it('is told where it is not used, with the name of what was', async () => {
    const words = (index: number): string => index < 8 ? 'train' : 'test'
    const two = await beside({ 'labels.csv': labels, 'a_split.csv': lines('image,split', (index) => `${index}.png,${words(index)}`), 'b_split.csv': lines('image,split', (index) => `${index}.png,${words(11 - index)}`) })
    expect(counts(two)).toEqual({ train: 8, test: 4 })
    expect(leftOut(two)).toEqual({ 'b_split.csv': 'This table was not used: a_split.csv was.' })
    const folds = await beside({ 'labels.csv': labels, 'splits.txt': lines('', (index) => `${index}.png ${index % 3}`) })
    expect(counts(folds)).toEqual({ train: 12 })
    expect(leftOut(folds)).toEqual({ 'splits.txt': 'This table was not used: labels.csv was.' })
  })

  it('that gives a picture two splits leaves it out by name', async () => {
    const split = (index: number): string => index < 8 ? 'train' : 'test'
    const found = await beside({ 'labels.csv': labels, 'split.csv': `${lines('image,split', (index) => `${index}.png,${split(index)}`)}\n0.png,test\n1.png,train` })
    expect(counts(found)).toEqual({ train: 7, test: 4 })
    expect(leftOut(found)).toEqual({ 'labels.csv, row 2: 0.png': 'split.csv lists it for training and for testing.' })
  })

  it.each([['list_eval_partition.csv', 'labels.csv'], ['a-partition.csv', 'labels.csv'], ['partition.csv', 'attributes.csv']])(
    'divides its pictures: %s beside %s', async (partition, labels) => {
      const list = lines('image_id,partition', (index) => `${index}.png,${index < 7 ? 0 : index < 9 ? 1 : 2}`).split('\n').slice(0, -1).join('\n')
      const found = await beside({ [partition]: list, [labels]: lines('image_id,Smiling', (index) => `${index}.png,${index % 2 ? 1 : -1}`) })
      expect(found.classes).toEqual(['-1', '1'])
      // The last picture stands in the one and not in the other.
      expect(counts(found)).toEqual({ train: 7, validation: 2, test: 2 })
      expect(said(found)).toContain(`The splits are those of ${partition} beside it.`)
      expect(Object.values(leftOut(found))).toEqual([`${partition} says no split of it.`])
    })
})
