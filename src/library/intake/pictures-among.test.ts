import * as fs from 'node:fs/promises'
import { dirname, join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { answerTable } from '../../rules/format/answer-table'
import { useWorkplace } from '../testing'
import { importDataset } from './import'
import { below, picturesAmong } from './pictures-among'

const place = useWorkplace()
async function picture(...path: string[]): Promise<string> {
  const whole = join(place.folder, ...path)
  await fs.mkdir(dirname(whole), { recursive: true })
  await sharp({ create: { width: 4, height: 4, channels: 3, background: '#405060' } }).png().toFile(whole)
  return whole
}

describe('pictures among files and folders', () => {
  it('are those of folders in the order in which a person counts, and files whatever they are called', async () => {
    const loose = await picture('loose.dat')
    for (const name of ['10.png', '9.png', 'inner/1.png']) await picture('shots', name)
    await fs.writeFile(join(place.folder, 'shots', 'notes.txt'), 'no picture')
    await fs.writeFile(join(place.folder, 'shots', 'raw.dng'), 'no picture that is read')
    const { folder, paths, skipped } = await picturesAmong([join(place.folder, 'shots'), loose, loose])
    expect(folder).toBe(place.folder)
    expect(paths.map((path) => below(folder, path))).toEqual(['shots/9.png', 'shots/10.png', 'shots/inner/1.png', 'loose.dat'])
    expect(skipped.map(({ path }) => below(folder, path))).toEqual(['shots/raw.dng'])
    expect((await picturesAmong([join(place.folder, 'shots')])).folder).toBe(join(place.folder, 'shots'))
  })

  it('say so where there are none', async () => {
    await fs.mkdir(join(place.folder, 'empty'))
    await expect(picturesAmong([join(place.folder, 'empty')])).rejects.toMatchObject({ code: 'no-images' })
    await expect(picturesAmong([join(place.folder, 'gone')])).rejects.toMatchObject({ code: 'not-found' })
  })
})

describe('a table that does not lie in the folder of its pictures', () => {
  const names = Array.from({ length: 10 }, (_, index) => `${index % 2 === 0 ? '=' : ''}${index}.png`)
  const answers = names.map((file, index) => ({ file, class: index < 5 ? '-cat' : 'dog', confidence: 0.9 }))

  it('makes a data set of a model\'s answers as they were corrected', async () => {
    for (const name of names) await picture('shots', name)
    const table = join(place.folder, 'sorted.csv')
    const made = new Map<string, string | null>([[names[0]!, 'dog'], [names[1]!, null]])
    await fs.writeFile(table, answerTable(answers, (file) => made.get(file)))
    const dataset = await importDataset(place.library, { path: join(place.folder, 'shots'), table, id: 'corrected', validation: 0 })
    expect(dataset).toMatchObject({ name: 'shots', classes: ['-cat', 'dog'], provenance: { format: 'csv', origin: 'shots' } })
    const { train, test } = dataset.splits
    expect(train!.perClass!.map((count, index) => count + test!.perClass![index]!)).toEqual([3, 6])
    expect(dataset.skipped.files).toEqual([{ path: `sorted.csv, row 3: ${names[1]!}`, reason: expect.objectContaining({ en: 'The row has no label.' }) as unknown }])
    // The folder alone would give another data set.
    expect(dataset.provenance.from).toBeUndefined()
  })

  it('needs one folder', async () => {
    const file = await picture('shots', '1.png')
    const table = join(place.folder, 'sorted.csv')
    await fs.writeFile(table, 'file,class\n1.png,cat\n')
    await expect(importDataset(place.library, { path: file, table })).rejects.toMatchObject({ code: 'table-without-folder' })
    await expect(importDataset(place.library, { path: join(place.folder, 'shots'), only: ['1.png'], table })).rejects.toMatchObject({ code: 'table-without-folder' })
  })
})
