import * as fs from 'node:fs/promises'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { cases } from '#test/cases'
import type { Dataset } from '../../../contract/datasets'
import { datasetFolders, useWorkplace } from '../../testing'
import { importDataset } from '../import'
import { readText } from '../reading/text'
import { NotATable, parseTable } from './shared/table'
import { labelsOf } from './shared/table-labels'

const place = useWorkplace()
const folder = (): string => join(place.folder, 'pictures')
async function write(path: string, content: Uint8Array | string): Promise<string> {
  const whole = join(folder(), path)
  await fs.mkdir(dirname(whole), { recursive: true })
  await fs.writeFile(whole, content)
  return whole
}
async function writePictures(paths: readonly string[]): Promise<void> {
  const picture = await sharp({ create: { width: 4, height: 4, channels: 3, background: '#405060' } }).png().toBuffer()
  for (const path of paths) await write(path, picture)
}
const names = (count: number): string[] => Array.from({ length: count }, (_, number) => `img/${number}.png`)
const add = (path: string, options: object = {}): Promise<Dataset> => importDataset(place.library, { path, validation: 0, ...options })
const classOf = (index: number): string => index % 2 === 0 ? 'cat' : 'dog'

describe('a table of paths and labels', () => {
  it.each([
    ['a header', (rows: [string, string][]) => ['path,label', ...rows.map((row) => row.join(','))].join('\n')],
    ['no header', (rows: [string, string][]) => rows.map((row) => row.join(',')).join('\n')],
    ['the label first', (rows: [string, string][]) => ['class;file', ...rows.map(([path, label]) => `${label};${path}`)].join('\r\n')],
    ['tabs', (rows: [string, string][]) => ['Image Path\tSpecies', ...rows.map((row) => row.join('\t'))].join('\n')],
    ['quotes, a BOM and empty lines', (rows: [string, string][]) => '\ufeff"filename","category"\r\n\r\n' + rows.map((row) => row.map((cell) => `"${cell}"`).join(',')).join('\r\n') + '\r\n'],
    ['Windows\' paths', (rows: [string, string][]) => rows.map(([path, label]) => `${path.replace('/', '\\')},${label}`).join('\n')],
    ['two columns of other names', (rows: [string, string][]) => ['picture,what', ...rows.map((row) => row.join(','))].join('\n')]
  ])('with %s is read', async (_what, text) => {
    await writePictures(names(10))
    const path = await write('labels.csv', text(names(10).map((name, index) => [name, classOf(index)])))
    const dataset = await add(path)
    expect(dataset).toMatchObject({ id: 'labels', name: 'labels', classes: ['cat', 'dog'], provenance: { format: 'csv' } })
    expect(dataset.splits.train!.perClass).toEqual([4, 4])
    expect(dataset.splits.test!.perClass).toEqual([1, 1])
    expect(dataset.skipped.count).toBe(0)
  })

  it('is found in the folder that is dropped, with splits and domains in columns of their own', async () => {
    await writePictures(names(12))
    await write('all.csv', ['split,path,label,domain', ...names(12).map((name, index) =>
      `${['train', 'Train', 'test'][index % 3]},${name},${classOf(index)},${index % 4 < 2 ? 'art' : 'photo'}`)].join('\n'))
    const dataset = await add(folder())
    expect(dataset.provenance.format).toBe('csv')
    expect(dataset.domains).toEqual(['art', 'photo'])
    expect(dataset.splits).toMatchObject({ train: { count: 8, perDomain: [4, 4] }, test: { count: 4, perDomain: [2, 2] } })
  })

  it('for each split, named for it, makes the splits', async () => {
    await writePictures(names(9))
    for (const [index, split] of ['train', 'val', 'test'].entries()) {
      await write(`${split}.csv`, ['image,label', ...names(9).slice(index * 3, index * 3 + 3).map((name, at) => `${name},${classOf(at)}`)].join('\n'))
    }
    const { splits } = await add(folder())
    expect(splits).toMatchObject({ train: { count: 3 }, validation: { count: 3 }, test: { count: 3 } })
  })

  it('without labels gives an unlabelled data set', async () => {
    await writePictures(names(5))
    const dataset = await add(await write('list.csv', names(5).join('\n')))
    expect(dataset.classes).toEqual([])
    expect(dataset.splits.train!.count).toBe(5)
  })

  it('in UTF-16, as Excel writes "Unicode text", is read', async () => {
    await writePictures(names(4))
    const text = names(4).map((name, index) => `${name}\t${['猫', '狗'][index % 2]}`).join('\r\n')
    const path = await write('excel.tsv', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]))
    expect(new Set((await add(path)).classes)).toEqual(new Set(['猫', '狗']))
  })

  it('skips rows that it cannot use, by number and reason, and never leaves its folder', async () => {
    await writePictures([...names(4), '../outside.png'])
    await fs.symlink(join(place.folder, 'outside.png'), join(folder(), 'linked.png'))
    await fs.symlink(place.folder, join(folder(), 'up'))
    const path = await write('labels.csv', ['path,label,split', ...names(4).map((name, index) => `${name},${classOf(index)},train`),
      'img/9.png,cat,train', '../outside.png,cat,train', '/etc/passwd.png,cat,train', 'linked.png,cat,train', 'up/outside.png,cat,train',
      'img/0.png,dog,train', 'img/1.png,,train', 'img/2.png,cat,fold-3', ',cat,train'].join('\n'))
    const dataset = await add(path)
    expect(dataset.splits.train!.count + (dataset.splits.test?.count ?? 0)).toBe(4)
    expect(dataset.skipped.files.map((file) => `${file.path} | ${file.reason.en}`)).toEqual([
      'labels.csv, row 6: img/9.png | The file is not there.',
      'labels.csv, row 7: ../outside.png | Its path leads out of the folder of the table.',
      'labels.csv, row 8: /etc/passwd.png | Its path leads out of the folder of the table.',
      'labels.csv, row 9: linked.png | The link leads out of the folder.',
      'labels.csv, row 10: up/outside.png | Its path leads out of the folder of the table.',
      'labels.csv, row 11: img/0.png | The file is listed as “cat” and as “dog”; the first is kept.',
      'labels.csv, row 12: img/1.png | The row has no label.',
      'labels.csv, row 13: img/2.png | "fold-3" is none of train, validation and test.',
      'labels.csv, row 14:  | The row names no file.'
    ])
  })

  it('without a row that can be used says why of the first', async () => {
    await writePictures(['../outside.png'])
    await expect(add(await write('away.csv', 'path,label\n../outside.png,cat\nimg/0.png,dog'))).rejects.toMatchObject({
      code: 'no-images', value: { message: { en: 'No row can be used; away.csv, row 2: ../outside.png: Its path leads out of the folder of the table.' } }
    })
  })

  it('of JSON lines, beside its pictures in a folder for each split, is used', async () => {
    await writePictures(['train/0.png', 'train/1.png', 'train/2.png', 'train/3.png', 'test/0.png', 'test/1.png'])
    const lines = (count: number): string => Array.from({ length: count }, (_, index) => JSON.stringify({ file_name: `${index}.png`, label: classOf(index) })).join('\n')
    await write('train/metadata.jsonl', lines(4))
    await write('test/metadata.jsonl', lines(2))
    const { splits, classes, provenance } = await add(folder())
    expect(provenance.format).toBe('csv')
    expect(classes).toEqual(['cat', 'dog'])
    expect(splits).toMatchObject({ train: { perClass: [2, 2] }, test: { perClass: [1, 1] } })
  })

  it('takes the splits from the folders of its pictures where it says none, and says so', async () => {
    await writePictures([...names(6).map((name) => `train/${name}`), 'test/a.png', 'test/b.png', 'extra/c.png'])
    await write('labels.csv', ['path,label', ...names(6).map((name, index) => `train/${name},${classOf(index)}`), 'test/a.png,cat', 'test/b.png,dog'].join('\n'))
    const dataset = await add(folder())
    expect(dataset.splits).toMatchObject({ train: { count: 6 }, test: { count: 2 } })
    expect(dataset.provenance.assumed!.map(({ en }) => en)).toContain('The splits are those of the folders in which the pictures lie.')
    expect(dataset.skipped.files).toEqual([{ path: 'extra', reason: expect.objectContaining({ en: 'Its 1 image is in no table and left out: without a label.' }) as unknown }])
  })

  it('that gives other classes than the folders do is asked about, and each answer is taken', async () => {
    await writePictures(['rose/0.png', 'rose/1.png', 'tulip/2.png', 'tulip/3.png'])
    await write('colours.csv', 'path,label\nrose/0.png,red\nrose/1.png,white\ntulip/2.png,red\ntulip/3.png,white')
    await expect(add(folder())).rejects.toMatchObject({
      code: 'reading-unclear', value: { field: 'format', remedy: { en: expect.stringMatching(/--format csv .*red, white.*--format image-folder .*rose, tulip/) as unknown } }
    })
    expect((await add(folder(), { format: 'csv', id: 'table' })).classes).toEqual(['red', 'white'])
    expect((await add(folder(), { format: 'image-folder', id: 'folders' })).classes).toEqual(['rose', 'tulip'])
  })

  it('that names files of which there are several says so, and one that lists a picture under two classes names both', async () => {
    await writePictures(['x/0.png', 'y/0.png', 'x/1.png', 'x/2.png', 'x/3.png', 'y/4.png'])
    await write('labels.csv', 'file,label\n0.png,cat\n1.png,cat\n2.png,dog\n3.png,cat\n4.png,dog\n4.png,cat')
    const { skipped } = await add(folder(), { format: 'csv' })
    expect(skipped.files.map(({ path, reason }) => `${path}: ${reason.en}`)).toEqual([
      `labels.csv, row 2: 0.png: Several files have that name: ${join('x', '0.png')}, ${join('y', '0.png')}.`,
      'labels.csv, row 7: 4.png: The file is listed as “dog” and as “cat”; the first is kept.',
      'x: 1 of its images are in no table and left out: without a label.', 'y: 1 of its images are in no table and left out: without a label.'
    ])
  })

  it('of several labels in a cell never makes a class of them; one name with a comma stays one', async () => {
    await writePictures(names(6))
    const table = (labels: readonly string[]): string => ['path,label', ...labels.map((label, index) => `img/${index}.png,"${label}"`)].join('\n')
    await write('labels.csv', table(['cat', 'dog', 'cat', 'dog', 'cat,dog', 'bird|cat']))
    const dataset = await add(folder())
    expect(dataset.classes).toEqual(['cat', 'dog'])
    expect(dataset.skipped.files.map(({ reason }) => reason.en).filter((reason) => reason.startsWith('It has several labels'))).toHaveLength(2)
    await write('labels.csv', table(['tench, Tinca tinca', 'goldfish, Carassius auratus', 'tench, Tinca tinca', 'goldfish, Carassius auratus', 'cat', 'cat']))
    expect((await add(folder(), { id: 'fish' })).classes).toEqual(['cat', 'goldfish, Carassius auratus', 'tench, Tinca tinca'])
    await write('labels.csv', table(['cat|dog', 'dog|cat', 'cat', 'bird|cat', 'a;b', 'dog']))
    await expect(add(folder(), { id: 'many' })).rejects.toMatchObject({ code: 'several-labels' })
  })

  it.each([['', 'empty.csv'], ['name,age\nAda,36\nGrace,45\nAlan,41', 'people.csv'], ['\0\0\0\0', 'noise.csv']])(
    'that is none (%j) is refused by name', async (text, name) => {
      const path = await write(name, text)
      const expected = name === 'people.csv' ? 'no-images' : 'table-not-readable'
      await expect(add(path)).rejects.toMatchObject({ code: expected })
      expect(await datasetFolders(place)).toEqual([])
    })

  it('beside class folders that it does not list leaves them what they are', async () => {
    await writePictures(['cat/0.png', 'cat/1.png', 'dog/0.png', 'dog/1.png'])
    await write('sales.csv', 'name,price\nshoes,3\nhats,4')
    expect((await add(folder())).provenance.format).toBe('image-folder')
  })
})

describe('lists of pictures in other files', () => {
  const labels = (count: number): [string, string][] => names(count).map((name, index) => [name, classOf(index)])
  const coco = (several: boolean) => ({
    images: labels(10).map(([name], id) => ({ id, file_name: name })), categories: [{ id: 5, name: 'cat' }, { id: 6, name: 'dog' }],
    annotations: labels(10).flatMap(([_name, label], id) => [
      { image_id: id, category_id: label === 'cat' ? 5 : 6, bbox: [0, 0, 1, 1] }, { image_id: id, category_id: several && id < 4 ? 5 : label === 'cat' ? 5 : 6 }
    ])
  })

  it.each([
    ['a map by name', 'labels.json', () => JSON.stringify(Object.fromEntries(labels(10)))],
    ['a map by name, of objects', 'labels.json', () => JSON.stringify(Object.fromEntries(labels(10).map(([name, label]) => [name, { label, width: 4 }])))],
    ['lists by class', 'classes.json', () => JSON.stringify({ cat: labels(10).filter(([, label]) => label === 'cat').map(([name]) => name), dog: labels(10).filter(([, label]) => label === 'dog').map(([name]) => name) })],
    ['an array of objects', 'index.json', () => JSON.stringify(labels(10).map(([file, label]) => ({ label, file })))],
    ['pairs under one name', 'dataset.json', () => JSON.stringify({ labels: labels(10) })],
    ['FiftyOne\'s labels', 'labels.json', () => JSON.stringify({
      classes: ['cat', 'dog'], labels: Object.fromEntries(labels(10).map(([name, label]) => [name.replace(/\.\w+$/, ''), label === 'cat' ? 0 : 1]))
    })],
    ['COCO\'s annotations', '_annotations.coco.json', () => JSON.stringify(coco(false))],
    ['lines of a path and a class', 'labels.txt', () => labels(10).map((row) => row.join(' ')).join('\n')],
    ['lines that Excel was told the separator of', 'labels.csv', () => ['sep=;', 'file;label', ...labels(10).map((row) => row.join(';'))].join('\r\n')]
  ])('%s are read', async (_what, file, text) => {
    await writePictures(names(10))
    await write(file, text())
    const dataset = await add(folder())
    expect(dataset).toMatchObject({ classes: ['cat', 'dog'], provenance: { format: 'csv' }, skipped: { count: 0 } })
    expect(dataset.splits.train!.perClass).toEqual([4, 4])
  })

  it('COCO\'s pictures of several categories are left out by name, and a note beside class folders is no list', async () => {
    await writePictures(names(10))
    await write('_annotations.coco.json', JSON.stringify(coco(true)))
    const { skipped } = await add(folder())
    expect(skipped.files.map(({ reason }) => reason.en)).toEqual(Array<unknown>(2).fill(expect.stringMatching(/several labels/)))
    await fs.rm(folder(), { recursive: true })
    await writePictures(['cat/1.png', 'cat/2.png', 'dog/1.png', 'dog/2.png'])
    for (const file of ['labels.txt', 'train.txt', 'notes.json', 'metadata.json']) await write(file, file.endsWith('json') ? '{"title": "pets", "by": "me"}' : 'cat\ndog\n')
    expect(await add(folder(), { id: 'folders' })).toMatchObject({ classes: ['cat', 'dog'], provenance: { format: 'image-folder' }, skipped: { count: 0 } })
  })

  it('numbers of classes get the names of a list beside, and it is said', async () => {
    await writePictures(names(10))
    await write('train.csv', ['id,label', ...names(10).map((name, index) => `${name},${index % 2}`)].join('\n'))
    for (const [index, [file, text]] of [
      ['classes.txt', 'cat\ndog'], ['labels.txt', '0 cat\n1 dog'], ['label_num_to_disease_map.json', '{"0": "cat", "1": "dog"}'], ['class_to_idx.json', '{"cat": 0, "dog": 1}'], ['names.json', '["cat", "dog"]']
    ].entries()) {
      await write(file!, text!)
      const { classes, provenance } = await add(folder(), { id: `set${index}` })
      expect([file, classes]).toEqual([file, ['cat', 'dog']])
      expect(provenance.assumed?.map(({ en }) => en)).toContain(`The classes are named by ${file}.`)
      await fs.rm(join(folder(), file!))
    }
    // One that fits none of the numbers is none.
    await write('classes.txt', 'cat')
    expect((await add(folder(), { id: 'numbers' })).classes).toEqual(['0', '1'])
  })

  it('a sample of a submission is never labels, and a spreadsheet is named', async () => {
    await writePictures([...['cat/1.png', 'cat/2.png', 'dog/1.png', 'dog/2.png'], 'test/1.png', 'test/2.png'].map((name) => name.startsWith('test') ? name : `train/${name}`))
    await write('sample_submission.csv', 'id,label\n1,0\n2,0')
    await write('labels.xlsx', 'PK')
    const { skipped, classes } = await add(folder())
    expect(classes).toEqual(['cat', 'dog'])
    expect(Object.fromEntries(skipped.files.map(({ path, reason }) => [path, reason.en]))).toMatchObject({
      'sample_submission.csv': expect.stringMatching(/sample of a submission/) as unknown, 'labels.xlsx': expect.stringMatching(/save it as CSV/) as unknown
    })
  })
})

describe('the parser of tables', () => {
  it('gives rows or says that it is no table, whatever the text', () => {
    const cell = fc.oneof(fc.constantFrom('a.png', 'b/c.jpg', '..', 'path', 'label', '"', '""', '', ' ', 'train', '\ufeff'), fc.string({ maxLength: 8 }))
    const row = fc.tuple(fc.array(cell, { maxLength: 5 }), fc.constantFrom(',', ';', '\t', '|')).map(([cells, separator]) => cells.join(separator))
    const delimited = fc.tuple(fc.array(row, { maxLength: 6 }), fc.constantFrom('\n', '\r\n', '\r')).map(([rows, end]) => rows.join(end))
    const object = fc.dictionary(fc.constantFrom('file_name', 'label', 'split', '__proto__', 'x'), fc.oneof(cell, fc.jsonValue({ maxDepth: 1 })), { maxKeys: 4 })
    const line = fc.oneof({ weight: 8, arbitrary: object.map((value) => JSON.stringify(value)) }, { weight: 1, arbitrary: cell })
    const lines = fc.array(line, { minLength: 1, maxLength: 6 })
      .map((all) => all.join('\n'))
    const text = fc.oneof({ weight: 3, arbitrary: delimited }, { weight: 1, arbitrary: lines })
    let tables = 0
    fc.assert(fc.property(text, (content) => {
      try {
        const { rows, columns, header, firstRow } = parseTable(content, (value) => value === 'b/c')
        tables++
        expect(columns.path).toBeGreaterThanOrEqual(0)
        expect(new Set(Object.values(columns)).size).toBe(Object.values(columns).length)
        if (!rows.flat().every((value) => typeof value === 'string')) throw new Error('A cell is no text.')
        labelsOf({ rows, columns, header, firstRow })
      } catch (error) {
        if (!(error instanceof NotATable)) throw error
      }
    }), { numRuns: cases(10_000) })
    // Not all of it was refused.
    expect(tables).toBeGreaterThan(cases(10_000) / 20)
  })

  it('reads bytes of any kind as some text', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        parseTable(readText(bytes).text)
      } catch (error) {
        if (!(error instanceof NotATable)) throw error
      }
    }), { numRuns: cases(10_000) })
  })
})
