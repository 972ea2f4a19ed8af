import * as fs from 'node:fs/promises'
import { dirname, join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, it, vi } from 'vitest'
import { answerTable } from '../../rules/format/answer-table'
import { useWorkplace } from '../testing'
import { PictureFinder } from './formats/shared/picture-finder'
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

  it.each([['for its folder', 'sorted.csv'], ['in its folder', join('shots', 'sorted.csv')]])('%s keeps each class whole, whatever stands in its name', async (_where, at) => {
    const classes = ['apple', 'pie', 'apple pie', 'cat, black', 'cat', 'black', 'salt; pepper', '[a, b]', '猫|狗', '-cat']
    for (const name of names) await picture('shots', name)
    const table = join(place.folder, at)
    await fs.writeFile(table, answerTable(names.map((file, index) => ({ file, class: classes[index]!, confidence: 0.9 }))))
    const dataset = await importDataset(place.library, { path: join(place.folder, 'shots'), ...(at === 'sorted.csv' && { table }), validation: 0 })
    expect([...dataset.classes].sort()).toEqual([...classes].sort())
    expect(dataset.skipped.count).toBe(0)
  })

  it('of somebody else may still give several labels, and that is said', async () => {
    for (const name of names) await picture('shots', name)
    const table = join(place.folder, 'theirs.csv')
    await fs.writeFile(table, `image,labels\n${names.map((name, index) => `./${name},${index < 7 ? 'cat;dog' : 'cat'}`).join('\n')}\n`)
    await expect(importDataset(place.library, { path: join(place.folder, 'shots'), table })).rejects.toMatchObject({ code: 'several-labels' })
  })

  it('is read without looking through the folder for others', async () => {
    for (const name of names) await picture('shots', name)
    await fs.writeFile(join(place.folder, 'shots', 'budget.csv'), 'month,money\n1,2\n')
    const table = join(place.folder, 'sorted.csv')
    await fs.writeFile(table, answerTable(answers))
    const looks = vi.spyOn(PictureFinder.prototype, 'finds')
    await importDataset(place.library, { path: join(place.folder, 'shots'), table, validation: 0 })
    expect(looks).not.toHaveBeenCalled()
    // Without the table, it is looked for.
    await importDataset(place.library, { path: join(place.folder, 'shots'), validation: 0, id: 'looked' }).catch(() => undefined)
    expect(looks).toHaveBeenCalled()
    looks.mockRestore()
  })

  it('needs one folder', async () => {
    const file = await picture('shots', '1.png')
    const table = join(place.folder, 'sorted.csv')
    await fs.writeFile(table, 'file,class\n1.png,cat\n')
    await expect(importDataset(place.library, { path: file, table })).rejects.toMatchObject({ code: 'table-without-folder' })
    await expect(importDataset(place.library, { path: join(place.folder, 'shots'), only: ['1.png'], table })).rejects.toMatchObject({ code: 'table-without-folder' })
  })
})
