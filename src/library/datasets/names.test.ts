import * as fs from 'node:fs/promises'
import { dirname, join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { deriveDataset } from '../intake/derive'
import { importDataset } from '../intake/import'
import { useWorkplace, writeCifar10 } from '../testing'
import { splitFiles } from './cache'

const place = useWorkplace()

/** Pictures whose red level is their number, one of which is broken. */
async function writePictures(): Promise<string> {
  const folder = join(place.folder, 'pictures')
  for (let number = 0; number < 24; number++) {
    const path = join(folder, number % 2 === 0 ? 'cat' : 'dog', `${number}.png`)
    await fs.mkdir(dirname(path), { recursive: true })
    await fs.writeFile(path, await sharp({ create: { width: 2, height: 2, channels: 3, background: { r: number, g: 0, b: 0 } } }).png().toBuffer())
  }
  await fs.writeFile(join(folder, 'cat', '7.png'), 'no picture')
  return folder
}

/** Every image's file name holds its red level. */
async function check(id: string): Promise<number> {
  const reader = await place.library.datasets.open(id)
  let seen = 0
  for (const split of ['train', 'validation', 'test'] as const) {
    if (!reader.dataset.splits[split]) continue
    const names = await reader.readNames(split)
    const images = await reader.readImages(split, [...names.keys()])
    const labels = await reader.readLabels(split)
    names.forEach((name, index) => expect(name).toBe(`${reader.dataset.classes[labels[index]!]}/${images[index * 12]}.png`))
    expect(await reader.readNames(split, [names.length - 1])).toEqual([names.at(-1)])
    seen += names.length
  }
  await reader.close()
  return seen
}

describe('the pictures of a data set', () => {
  it('keep their file names through draws, broken files and a data set made of it', async () => {
    await importDataset(place.library, { path: await writePictures(), id: 'named' })
    expect(await check('named')).toBe(24)
    await deriveDataset(place.library, { from: 'named', id: 'derived', validation: 0.3 })
    expect(await check('derived')).toBe(24)
  })

  it('have none where they were no files, or were imported before names were kept, and it is said', async () => {
    await importDataset(place.library, { path: await writeCifar10(place.folder), id: 'cifar' })
    const reader = await place.library.datasets.open('cifar')
    expect(reader.hasNames('train')).toBe(false)
    await expect(reader.readNames('train')).rejects.toMatchObject({ code: 'no-names' })
    await reader.close()
    const { sha256 } = (await importDataset(place.library, { path: await writePictures(), id: 'old' })).splits.train!
    const file = join(place.library.datasets.folder, 'old', 'dataset.json')
    // A record of that time has no seal either.
    await fs.writeFile(file, (await fs.readFile(file, 'utf8'))
      .replace(new RegExp(`,\\s*"names":\\s*"${sha256.names}"`), '').replace(/,\s*"seal":\s*"\w+"/, ''))
    const old = await place.library.datasets.open('old')
    expect(old.hasNames('train')).toBe(false)
    expect((await old.readImages('train', [0])).length).toBe(12)
    await old.close()
  })

  it('whose names were changed on disk are named as damaged', async () => {
    await importDataset(place.library, { path: await writePictures(), id: 'named' })
    const path = splitFiles(join(place.library.datasets.folder, 'named'), 'train').names
    for (const text of ['[', '["one"]', '{}']) {
      await fs.writeFile(path, text)
      const reader = await place.library.datasets.open('named')
      await expect(reader.readNames('train')).rejects.toMatchObject({ code: 'dataset-damaged', value: { message: { en: expect.stringContaining('names.json') as unknown } } })
      await reader.close()
    }
  })
})
