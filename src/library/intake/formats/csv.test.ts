import * as fs from 'node:fs/promises'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import type { Dataset } from '../../../contract/datasets'
import { datasetFolders, useWorkplace } from '../../testing'
import { importDataset } from '../import'
import { NotATable, parseTable, tableText } from './shared/table'

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
      'img/0.png,dog,train', 'img/1.png,,train', 'img/2.png,cat,dev', ',cat,train'].join('\n'))
    const dataset = await add(path)
    expect(dataset.splits.train!.count + (dataset.splits.test?.count ?? 0)).toBe(4)
    expect(dataset.skipped.files.map((file) => `${file.path} | ${file.reason.en}`)).toEqual([
      'labels.csv, row 6: img/9.png | The file is not there.',
      'labels.csv, row 7: ../outside.png | Its path leads out of the folder of the table.',
      'labels.csv, row 8: /etc/passwd.png | Its path leads out of the folder of the table.',
      'labels.csv, row 9: linked.png | The link leads out of the folder.',
      'labels.csv, row 10: up/outside.png | Its path leads out of the folder of the table.',
      'labels.csv, row 11: img/0.png | The file is listed twice.',
      'labels.csv, row 12: img/1.png | The row has no label.',
      'labels.csv, row 13: img/2.png | "dev" is none of train, validation and test.',
      'labels.csv, row 14:  | The row names no file.'
    ])
  })

  it('without a row that can be used says why of the first', async () => {
    await writePictures(['../outside.png'])
    await expect(add(await write('away.csv', 'path,label\n../outside.png,cat\nimg/0.png,dog'))).rejects.toMatchObject({
      code: 'no-images', value: { message: { en: 'No row can be used; away.csv, row 2: ../outside.png: Its path leads out of the folder of the table.' } }
    })
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

describe('the parser of tables', () => {
  it('gives rows or says that it is no table, whatever the text', () => {
    const cell = fc.oneof(fc.constantFrom('a.png', 'b/c.jpg', '..', 'path', 'label', '"', '""', '', ' ', 'train', '\ufeff'), fc.string({ maxLength: 8 }))
    const row = fc.tuple(fc.array(cell, { maxLength: 5 }), fc.constantFrom(',', ';', '\t', '|')).map(([cells, separator]) => cells.join(separator))
    const text = fc.tuple(fc.array(row, { maxLength: 6 }), fc.constantFrom('\n', '\r\n', '\r')).map(([rows, end]) => rows.join(end))
    let tables = 0
    fc.assert(fc.property(text, (content) => {
      try {
        const { rows, columns } = parseTable(content)
        tables++
        expect(columns.path).toBeGreaterThanOrEqual(0)
        expect(new Set(Object.values(columns)).size).toBe(Object.values(columns).length)
        for (const cells of rows) for (const value of cells) expect(typeof value).toBe('string')
      } catch (error) {
        if (!(error instanceof NotATable)) throw error
      }
    }), { numRuns: 10_000 })
    // Not all of it was refused.
    expect(tables).toBeGreaterThan(1000)
  })

  it('reads bytes of any kind as some text', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        parseTable(tableText(bytes))
      } catch (error) {
        if (!(error instanceof NotATable)) throw error
      }
    }), { numRuns: 10_000 })
  })
})
