import * as fs from 'node:fs/promises'
import { dirname, join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { splitNames } from '../../contract/datasets'
import type { Inspection } from '../../contract/inspections'
import { useWorkplace } from '../testing'
import { inspectDataset } from './inspection/inspect'
import { leftOut, noisePictures, said } from './testing'

/** Folders as annotation tools, competitions and well-known sets leave them; the pictures are noise. */
const place = useWorkplace()

const picture = noisePictures()
const root = (): string => join(place.folder, 'set')
async function write(path: string, content: Uint8Array | string): Promise<void> {
  await fs.mkdir(dirname(join(root(), path)), { recursive: true })
  await fs.writeFile(join(root(), path), content)
}
/** Looks at some pictures and the files beside them. */
async function look(pictures: readonly string[], files: Record<string, string>): Promise<Inspection> {
  for (const path of pictures) await write(path, await picture())
  for (const [path, content] of Object.entries(files)) await write(path, content)
  return inspectDataset(place.library, { path: root() })
}
const numbers = (count: number, from = 0): number[] => Array.from({ length: count }, (_, index) => index + from)
const classOf = (index: number): string => index % 2 ? 'cat' : 'dog'
const lines = (header: string, rows: readonly string[]): string => [...header === '' ? [] : [header], ...rows].join('\n')
const counts = ({ splits }: Inspection): Record<string, number[] | number> =>
  Object.fromEntries(splitNames.flatMap((name) => splits[name] ? [[name, splits[name].perClass ?? splits[name].count]] : []))
const named = (count: number): string[] => numbers(count).map((index) => `images/p${index}.png`)

describe('Label Studio', () => {
  const task = (index: number, ...choices: string[][]): unknown => ({
    id: index, data: { image: `/data/upload/1/abc${index}-p${index}.png` },
    annotations: choices.map((chosen) => ({ was_cancelled: false, result: [{ type: 'choices', from_name: 'choice', value: { choices: chosen } }] }))
  })
  const pictures = numbers(12).map((index) => `images/abc${index}-p${index}.png`)

  it('its JSON gives the choices as classes', async () => {
    const found = await look(pictures, { 'project-1-at-2024.json': JSON.stringify(numbers(12).map((index) => task(index, [classOf(index)]))) })
    expect(found).toMatchObject({ format: 'csv', classes: ['cat', 'dog'] })
    expect(counts(found)).toEqual({ train: [6, 6] })
  })

  it('two people who chose otherwise are several labels, and a task that nobody did has none', async () => {
    const tasks = [task(0, ['cat'], ['dog']), task(1), ...numbers(10, 2).map((index) => task(index, [classOf(index)], [classOf(index)]))]
    const found = await look(pictures, { 'project.json': JSON.stringify(tasks) })
    expect(counts(found)).toEqual({ train: [5, 5] })
    expect(Object.values(leftOut(found))).toEqual(['It has several labels (cat, dog); a picture belongs to one class here.', 'The row has no label.'])
  })
})

it('Create ML: the labels of what is marked', async () => {
  const found = await look(named(12), { 'annotations.json': JSON.stringify(numbers(12).map((index) => ({ image: `p${index}.png`, annotations: [{ label: classOf(index), coordinates: { x: 1, y: 1, width: 2, height: 2 } }] }))) })
  expect(counts(found)).toEqual({ train: [6, 6] })
})

describe('COCO: a folder of annotations beside those of the pictures', () => {
  const coco = (name: string, count: number, classes = ['dog', 'cat']): string => JSON.stringify({
    info: {}, images: numbers(count).map((id) => ({ id, file_name: `${name}${id}.png` })),
    annotations: numbers(count).flatMap((id) => [{ id, image_id: id, category_id: id % 2 }, ...id === 0 ? [{ id: 99, image_id: 0, category_id: 1 }] : []]),
    categories: classes.map((title, id) => ({ id, name: title }))
  })
  const pictures = [...numbers(9).map((id) => `train2017/train${id}.png`), ...numbers(5).map((id) => `val2017/val${id}.png`)]

  it('is read: a picture with one kind of thing in it is of that class', async () => {
    const found = await look(pictures, { 'annotations/instances_train2017.json': coco('train', 9), 'annotations/instances_val2017.json': coco('val', 5) })
    expect(found.classes).toEqual(['cat', 'dog'])
    expect(counts(found)).toEqual({ train: [4, 4], validation: [2, 2] })
    expect(Object.values(leftOut(found)).slice(0, 2)).toEqual(Array(2).fill('It has several labels (dog, cat); a picture belongs to one class here.'))
  })

  it('two lists for one split are named, and none is used', async () => {
    const found = await look(pictures, { 'annotations/instances_train2017.json': coco('train', 9), 'annotations/person_keypoints_train2017.json': coco('train', 9, ['sitting', 'standing']) })
    expect(found.classes).toEqual([])
    expect(leftOut(found)['annotations/instances_train2017.json']).toMatch(/^This list was not used: “instances_train2017.json”, “person_keypoints_train2017.json” are for the same pictures/)
  })
})

it('VOC: "JPEGImages" is no class, and the notes on single pictures are named', async () => {
  const ids = numbers(6).map((id) => `2007_00000${id}`)
  const found = await look(ids.map((id) => `VOC2012/JPEGImages/${id}.png`), Object.fromEntries([
    ...ids.map((id) => [`VOC2012/Annotations/${id}.xml`, '<annotation/>']), ['VOC2012/ImageSets/Main/train.txt', ids.slice(0, 4).join('\n')], ['VOC2012/ImageSets/Main/val.txt', ids.slice(4).join('\n')]
  ]) as Record<string, string>)
  expect(found.classes).toEqual([])
  expect(found.total).toBe(6)
  expect(leftOut(found)['VOC2012/Annotations/2007_000000.xml']).toMatch(/^Each picture has such a file beside it/)
})

describe('CelebA: classes, splits and pictures in three folders', () => {
  const files = numbers(12).map((index) => `${String(index + 1).padStart(6, '0')}.png`)
  const pictures = files.map((file) => `Img/img_align_celeba/${file}`)
  const partition = { 'Eval/list_eval_partition.txt': files.map((file, index) => `${file} ${index < 7 ? 0 : index < 9 ? 1 : 2}`).join('\n') }

  it.each([
    ['a table', { 'Anno/list_male.csv': lines('image_id,Male', files.map((file, index) => `${file},${index % 2 ? 1 : -1}`)) }],
    ['its own text, which counts its rows first', { 'Anno/list_attr_celeba.txt': lines('12', ['Male', ...files.map((file, index) => `${file}  ${index % 2 ? ' 1' : '-1'}`)]) }]
  ])('what is for testing does not train: %s', async (_, labels) => {
    const found = await look(pictures, { ...labels, ...partition })
    expect(found.classes).toEqual(['-1', '1'])
    expect(counts(found)).toEqual({ train: [4, 3], validation: [1, 1], test: [1, 2] })
    expect(said(found)).toContain('The splits are those of list_eval_partition.txt beside it.')
  })

  it('a table above the folder of splits is divided by it too', async () => {
    const found = await look(pictures, { 'labels.csv': lines('image_id,label', files.map((file, index) => `${file},${classOf(index)}`)), ...partition })
    expect(counts(found)).toEqual({ train: [3, 4], validation: [1, 1], test: [2, 1] })
  })

  it('which of several attributes is the class is unclear, and that is said', async () => {
    const found = await look(pictures, { 'Anno/list_attr_celeba.txt': lines('12', ['Male Young Smiling', ...files.map((file, index) => `${file} ${index % 2 ? 1 : -1} 1 ${index % 3 ? 1 : -1}`)]) })
    expect(leftOut(found)['Anno/list_attr_celeba.txt']).toMatch(/unclear \(“Male”, “Young”, “Smiling”\); call that one "label"/)
  })
})

describe('tables and lists of one set', () => {
  const labels = (from: number, to: number, header = 'image_id,label'): string => lines(header, numbers(to - from, from).map((index) => `p${index},${classOf(index)}`))

  it('a table of splits alone in one file, and one of the test pictures without classes', async () => {
    const found = await look(named(12), {
      'train.csv': labels(0, 6), 'val.csv': lines('filename,class,source', [6, 7].map((index) => `images/p${index}.png,${classOf(index)},web`)), 'test.csv': lines('id', numbers(4, 8).map((index) => `p${index}`))
    })
    expect(counts(found)).toEqual({ train: [3, 3], validation: [1, 1] })
    expect(found.splits.unlabelled).toEqual({ count: 4 })
    expect(said(found)).toContain('test.csv: it names pictures without labels')
    expect(leftOut(found)).toEqual({})
  })

  it('a list to test on whose pictures are labelled elsewhere stays unused', async () => {
    const found = await look(named(12), { 'labels.csv': labels(0, 12), 'test.csv': lines('id', numbers(4, 8).map((index) => `p${index}`)) })
    expect(counts(found)).toEqual({ train: [6, 6] })
    expect(leftOut(found)['test.csv']).toBe('This table was not used: it names pictures, but gives them no labels.')
  })

  it('a table that repeats another with a column of folds is not read a second time', async () => {
    const folds = numbers(12).map((index) => `p${index},${classOf(index)},${index % 4}`)
    const found = await look(named(12), { 'train.csv': labels(0, 12), 'train_folds.csv': lines('image_id,label,fold', folds) })
    expect(counts(found)).toEqual({ train: [6, 6] })
    expect(leftOut(found)).toEqual({ 'train_folds.csv': 'This table was not used: train.csv was.' })
  })

  it('lists with a header divide the pictures of a table too, and are not said to be of no use', async () => {
    const list = (from: number, to: number): string => lines('id', numbers(to - from, from).map((index) => `p${index}`))
    const found = await look(named(12), { 'labels.csv': labels(0, 12), 'train.csv': list(0, 8), 'test.csv': list(8, 12) })
    expect(counts(found)).toEqual({ train: [4, 4], test: [2, 2] })
    expect(leftOut(found)).toEqual({})
  })

  it('and those of class folders', async () => {
    const pictures = numbers(12).map((index) => `${classOf(index)}/p${index}.png`)
    const list = (from: number, to: number): string => lines('file', pictures.slice(from, to))
    const found = await look(pictures, { 'train.csv': list(0, 8), 'test.csv': list(8, 12) })
    expect(counts(found)).toEqual({ train: [4, 4], test: [2, 2] })
    expect(leftOut(found)).toEqual({})
  })

  it.each(['', 'splits/'])('lists of a name in each line divide the pictures of a table: %s', async (folder) => {
    const list = (from: number, to: number): string => numbers(to - from, from).map((index) => `p${index}.png`).join('\n')
    const found = await look(named(12), { 'labels.csv': labels(0, 12), [`${folder}train.txt`]: list(0, 8), [`${folder}test.txt`]: list(8, 12) })
    expect(counts(found)).toEqual({ train: [4, 4], test: [2, 2] })
    expect(said(found)).toContain('The splits are those of the lists')
  })
})

it('of a TIFF of several pages it is said that the first is read', async () => {
  const raw = { width: 24, height: 72, channels: 3, pageHeight: 24 } as const
  const pages = await sharp(Buffer.from(numbers(24 * 72 * 3).map((index) => index * 7 % 256)), { raw }).tiff().toBuffer()
  for (const path of ['a/1.tif', 'a/2.tif', 'b/1.tif']) await write(path, pages)
  await write('b/2.png', await picture())
  const found = await inspectDataset(place.library, { path: root() })
  expect(found.findings.find(({ id }) => id === 'several-pages')?.text.en).toBe('3 TIFF files have several pages, of which the first is read.')
  expect(found.sizes?.largest).toEqual([24, 24])
})
