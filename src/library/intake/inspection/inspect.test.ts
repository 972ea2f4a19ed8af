import * as fs from 'node:fs/promises'
import { dirname, join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import type { Inspection } from '../../../contract/inspections'
import { seededRandom } from '../../random'
import { datasetFolders, idxFile, sharedData, useWorkplace, writeCifar10, zipFile } from '../../testing'
import { importDataset } from '../import'
import { inspectDataset } from './inspect'
import { spread } from './spread'

const place = useWorkplace()
const folder = (): string => join(place.folder, 'pictures')

async function write(path: string, content: Uint8Array | string): Promise<void> {
  const whole = join(folder(), path)
  await fs.mkdir(dirname(whole), { recursive: true })
  await fs.writeFile(whole, content)
}
/** A picture of smooth random blobs: nothing like another seed's. */
function picture(seed: number, width = 32, height = 32): ReturnType<typeof sharp> {
  const random = seededRandom(seed)
  const coarse = Uint8Array.from({ length: 6 * 6 * 3 }, () => random() * 256)
  return sharp(coarse, { raw: { width: 6, height: 6, channels: 3 } }).resize(width, height, { kernel: 'cubic', fit: 'fill' })
}
const png = (seed: number, width?: number, height?: number): Promise<Buffer> => picture(seed, width, height).png().toBuffer()
const look = (options: object = {}): Promise<Inspection> => inspectDataset(place.library, { path: folder(), ...options })
const ids = ({ findings }: Inspection): string[] => findings.map(({ id }) => id)

async function writeSplits(): Promise<void> {
  let seed = 1
  for (const split of ['train', 'test']) {
    for (const name of ['cat', 'dog']) for (let number = 0; number < 5; number++) await write(`${split}/${name}/${number}.png`, await png(seed++))
  }
}

describe('looking at a data set before it is imported', () => {
  it('tells its kind, counts, sizes and some images of each class, and copies nothing', async () => {
    await writeSplits()
    const found = await look()
    expect(found).toMatchObject({
      origin: 'pictures', format: 'image-folder', shape: [32, 32, 3], classes: ['cat', 'dog'], total: 20, lookedAt: 20,
      splits: { train: { count: 10, perClass: [5, 5] }, test: { count: 10, perClass: [5, 5] } },
      sizes: { smallest: [32, 32], largest: [32, 32], kinds: 1, common: [{ size: [32, 32], count: 20 }] },
      broken: { count: 0 }, exact: { within: 0, across: 0 }, near: { within: 0, across: 0 }
    })
    expect(found.findings).toEqual([])
    expect(found.sheet.map(({ label }) => label)).toEqual([...new Array<number>(8).fill(0), ...new Array<number>(8).fill(1)])
    const first = await sharp(Buffer.from(found.sheet[0]!.png, 'base64')).metadata()
    expect([first.format, first.width, first.height]).toEqual(['png', 32, 32])
    expect(await datasetFolders(place)).toEqual([])
  })

  it('finds exact copies within and across splits, and pictures that only look alike', async () => {
    await writeSplits()
    await write('train/cat/again.png', await png(1))
    await write('test/dog/leaked.png', await png(2))
    await write('test/cat/saved.jpg', await picture(3, 20, 20).linear(0.85, 15).jpeg({ quality: 70 }).toBuffer())
    const found = await look()
    // cat/0 and its copy; cat/1 and the one that leaked into test as a dog; cat/2 and its smaller, paler JPEG.
    expect(found.exact).toMatchObject({ within: 2, across: 2 })
    expect(found.exact.groups[0]).toMatchObject({ count: 2, splits: expect.arrayContaining(['train', 'test']) as unknown, labelsDiffer: true })
    expect(found.exact.groups[0]!.images.map(({ name }) => name.replaceAll('\\', '/')).sort()).toEqual(['test/dog/leaked.png', 'train/cat/1.png'])
    expect(found.near).toMatchObject({ within: 0, across: 2 })
    expect(found.near.groups[0]!.images.map(({ name }) => name.replaceAll('\\', '/')).sort()).toEqual(['test/cat/saved.jpg', 'train/cat/2.png'])
    expect(ids(found)).toEqual(['duplicates-across', 'alike-across', 'labels-contradict', 'duplicates-within'])
  })

  it('names broken files with the reason, small classes, odd shapes and the test split that will be drawn', async () => {
    for (let number = 0; number < 4; number++) await write(`cat/${number}.png`, await png(number + 1))
    await write('dog/0.png', await png(20))
    await write('cat/wide.png', await png(21, 90, 30))
    await write('cat/torn.png', (await png(22, 300, 300)).subarray(0, 300))
    const found = await look()
    expect(found).toMatchObject({ total: 6, lookedAt: 6, broken: { count: 1, files: [{ path: join('cat', 'torn.png') }] } })
    expect(found.sizes).toMatchObject({ smallest: [32, 32], largest: [30, 90], kinds: 2 })
    expect(ids(found)).toEqual(['small-classes', 'no-test-pictures', 'broken', 'shapes-vary', 'test-drawn'])
    // Of classes that do not divide by five it is not just a fifth.
    expect(found.findings.at(-1)!.text).toMatchObject({ en: expect.stringContaining('about a fifth of each class') as string, zh: expect.stringContaining('约五分之一') as string })
    expect(ids(await look({ fit: 'pad' }))).not.toContain('shapes-vary')
    expect(found.findings[0]!.text.en).toBe('1 of 2 classes has one training image or none: “dog”.')
  })

  it('says what cannot be trained on: one class, or no labels', async () => {
    for (let number = 0; number < 3; number++) await write(`cat/${number}.png`, await png(number + 1))
    // One folder of pictures alone is taken as it is: one class.
    expect(ids(await look())).toContain('one-class')
    expect(ids(await inspectDataset(place.library, { path: join(folder(), 'cat') }))).toEqual(['unlabelled'])
  })

  it('looks into CIFAR, idx and archives as the import would', async () => {
    const cifar = await inspectDataset(place.library, { path: await writeCifar10(place.folder) })
    expect(cifar).toMatchObject({ format: 'cifar-10', total: 120, lookedAt: 120, splits: { train: { perClass: new Array(10).fill(10) }, test: { count: 20 } } })
    // Every record of a class is the same there.
    expect(cifar.exact.across).toBe(120)
    await writeSplits()
    const files = await Promise.all((await fs.readdir(folder(), { recursive: true })).filter((name) => name.endsWith('.png'))
      .map(async (name) => ({ name: name.replaceAll('\\', '/'), content: await fs.readFile(join(folder(), name)) })))
    const archive = join(place.folder, 'set.zip')
    await fs.writeFile(archive, zipFile(files))
    expect(await inspectDataset(place.library, { path: archive })).toMatchObject({ origin: 'set.zip', format: 'image-folder', total: 20, lookedAt: 20 })
    expect(await datasetFolders(place)).toEqual([])
  })

  it('warns of black on white where the source is white on black, and of another border', async () => {
    // A bar in the middle: of 3 × 12 in 16 × 16, and of 16 × 16 without any border.
    const digit = (ink: number, ground: number, half: number): Uint8Array => Uint8Array.from({ length: 256 }, (_, pixel) => {
      const [x, y] = [pixel % 16, Math.floor(pixel / 16)]
      return Math.abs(x - 7.5) < half && Math.abs(y - 7.5) < half ? (x + y) % 3 === 0 ? ink : ground : ground
    })
    const store = async (name: string, image: Uint8Array): Promise<string> => {
      const path = join(place.folder, name)
      await fs.mkdir(path)
      await fs.writeFile(join(path, 'train-images-idx3-ubyte'), idxFile([8, 16, 16], Buffer.concat(new Array<Uint8Array>(8).fill(image))))
      await fs.writeFile(join(path, 'train-labels-idx1-ubyte'), idxFile([8], Uint8Array.from([0, 1, 0, 1, 0, 1, 0, 1])))
      return path
    }
    await importDataset(place.library, { path: await store('white-on-black', digit(255, 0, 4)), id: 'source' })
    const found = await inspectDataset(place.library, { path: await store('black-on-white', digit(0, 255, 7)), sourceData: 'source' })
    expect(found.appearance.polarity).toBe('dark-on-light')
    expect(found.sourceAppearance!.polarity).toBe('light-on-dark')
    expect(ids(found)).toEqual(expect.arrayContaining(['polarity-differs', 'border-differs']))
    const same = await inspectDataset(place.library, { path: join(place.folder, 'white-on-black'), sourceData: 'source' })
    expect(ids(same)).not.toEqual(expect.arrayContaining(['polarity-differs']))
  })

  it('names classes that the source model does not have', async () => {
    await writeSplits()
    const model = join(place.library.dataDir, 'models', 'zoo')
    await fs.mkdir(model, { recursive: true })
    await fs.writeFile(join(model, 'graft.json'), JSON.stringify({
      ref: 'model:zoo', name: 'Zoo', architecture: 'seed-cnn', input: [32, 32, 3], normalisation: { mean: [0, 0, 0], standardDeviation: [1, 1, 1] },
      classes: ['dog', 'fox'], blocks: [], parameters: 1, createdAt: new Date().toISOString()
    }))
    const found = await look({ source: 'model:zoo' })
    expect(found.findings.map(({ text }) => text.en)).toEqual(['The classes are not those of Zoo: 1 are new to it, 1 of its own are missing.'])
    await expect(look({ source: 'model:gone' })).rejects.toMatchObject({ code: 'model-not-found' })
  })

  it('keeps to its time, tells how far it is, and ends when it is told to', async () => {
    for (let number = 0; number < 600; number++) await write(`${number % 2 === 0 ? 'a' : 'b'}/${number}.png`, await png(number % 7))
    const clock = performance.now.bind(performance)
    let late = 0
    performance.now = () => clock() + late
    try {
      const told: string[] = []
      const found = await inspectDataset(place.library, { path: folder(), seconds: 30 }, {
        onProgress: ({ phase, done }) => {
          told.push(phase)
          if (phase === 'reading' && done > 0) late = 60_000
        }
      })
      expect(new Set(told)).toEqual(new Set(['looking', 'reading', 'finishing']))
      expect(found.lookedAt).toBeLessThan(600)
      expect(found.total).toBe(600)
      expect(ids(found)).toContain('not-all')
      // Half of what was seen is of each class, though it ended early.
      expect(found.sheet.filter(({ label }) => label === 1)).toHaveLength(8)
    } finally {
      performance.now = clock
    }
    const cancel = new AbortController()
    await expect(inspectDataset(place.library, { path: folder() }, {
      signal: cancel.signal, onProgress: ({ phase }) => { if (phase === 'reading') cancel.abort() }
    })).rejects.toMatchObject({ code: 'cancelled' })
  })

  it('refuses what the import would refuse', async () => {
    await expect(inspectDataset(place.library, { path: '/nowhere/at/all' })).rejects.toMatchObject({ code: 'not-found' })
    await expect(inspectDataset(place.library, { path: place.folder, format: 'zip' })).rejects.toMatchObject({ code: 'format-unknown' })
  })

  it('visits every image once, in an order whose beginnings are spread evenly', () => {
    for (const count of [0, 1, 2, 3, 4, 10, 97, 100]) expect([...spread(count)].sort((a, b) => a - b)).toEqual([...Array(count).keys()])
    // Of the first ten of a hundred, one or two lie in each fifth… no fifth is left out.
    expect(new Set(spread(100).slice(0, 10).map((index) => Math.floor(index / 20))).size).toBe(5)
  })
})

describe('the real CIFAR-100', () => {
  const path = sharedData('cifar-100-binary')
  it.skipIf(!path)('has copies and look-alikes across its splits (needs ../shared/data)', async () => {
    const found = await inspectDataset(place.library, { path: path!, seconds: 600 })
    console.info(`CIFAR-100 part: exact ${found.exact.within} within, ${found.exact.across} across; alike ${found.near.within} within, ${found.near.across} across`)
    expect(found).toMatchObject({ format: 'cifar-100', total: 13_000, lookedAt: 13_000 })
    expect(found.near.across).toBeGreaterThan(0)
    expect(found.near.across).toBeLessThan(1300)
  }, 60_000)
})
