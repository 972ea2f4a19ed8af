import * as fs from 'node:fs/promises'
import { dirname, join } from 'node:path'
import sharp, { type Sharp } from 'sharp'
import { describe, expect, it } from 'vitest'
import type { Dataset } from '../../../contract/datasets'
import { sharedData, useWorkplace } from '../../testing'
import { importDataset } from '../import'

const place = useWorkplace()
const red = { r: 255, g: 0, b: 0 }
const green = { r: 0, g: 255, b: 0 }
const blue = { r: 0, g: 0, b: 255 }

async function write(path: string, content: Uint8Array | string): Promise<void> {
  const whole = join(place.folder, 'pictures', path)
  await fs.mkdir(dirname(whole), { recursive: true })
  await fs.writeFile(whole, content)
}
const plain = (background: { r: number, g: number, b: number }, width = 8, height = 8): Promise<Buffer> =>
  sharp({ create: { width, height, channels: 3, background } }).png().toBuffer()

/** So many images in each of these folders, red in the first, green in the second, blue in the third. */
async function writeClasses(folders: readonly string[], count: number): Promise<void> {
  const colours = await Promise.all([red, green, blue].map((colour) => plain(colour)))
  for (const [index, folder] of folders.entries()) {
    for (let image = 0; image < count; image++) await write(`${folder}/${image}.png`, colours[index % 3]!)
  }
}
const add = (options: object = {}): Promise<Dataset> =>
  importDataset(place.library, { path: join(place.folder, 'pictures'), validation: 0, ...options })

async function pixelsOf(id: string, split: 'train' | 'test' = 'train', position = 0): Promise<Uint8Array> {
  const reader = await place.library.datasets.open(id)
  const image = await reader.readImages(split, [position])
  await reader.close()
  return image
}

describe('a folder of images', () => {
  it('with train, test and val is taken as it is, at the size that all images share', async () => {
    await writeClasses(['train/cat', 'train/dog', 'val/cat', 'val/dog', 'test/cat', 'test/dog'], 3)
    const dataset = await add()
    expect(dataset).toMatchObject({ shape: [8, 8, 3], classes: ['cat', 'dog'] })
    const counts = Object.fromEntries(Object.entries(dataset.splits).map(([name, split]) => [name, split!.perClass]))
    expect(counts).toEqual({ train: [3, 3], validation: [3, 3], test: [3, 3] })
    expect(dataset.provenance.test).toBeUndefined()
  })

  it('with one folder per class gives a fifth of each class for testing, and says so', async () => {
    await writeClasses(['cat', 'dog', 'train'], 10)
    const dataset = await add({ validation: 0.25 })
    expect(dataset.classes).toEqual(['cat', 'dog', 'train'])
    expect(dataset.splits.test!.perClass).toEqual([2, 2, 2])
    expect(dataset.splits.validation!.perClass).toEqual([2, 2, 2])
    expect(dataset.splits.train!.perClass).toEqual([6, 6, 6])
    expect(dataset.provenance.test).toEqual({ fraction: 0.2, seed: 1 })
    expect(dataset.provenance.validation).toEqual({ fraction: 0.25, seed: 1 })
    // The same folder gives the same splits.
    const again = await add({ id: 'again', validation: 0.25 })
    expect(again.splits).toEqual(dataset.splits)
    // Pictures and labels stay together: red cats, green dogs, blue trains.
    const reader = await place.library.datasets.open(dataset.id)
    const labels = await reader.readLabels('test')
    const images = await reader.readImages('test', [0, 1, 2, 3, 4, 5])
    await reader.close()
    labels.forEach((label, index) => expect([...images.subarray(index * 192, index * 192 + 3)].indexOf(255)).toBe(label))
  })

  it('of domains that hold the same classes keeps the domain of every image', async () => {
    await writeClasses(['art/cat', 'art/dog', 'photo/cat', 'photo/dog', 'photo/fox', 'sketch/cat', 'sketch/dog'], 5)
    const dataset = await add()
    expect(dataset).toMatchObject({ classes: ['cat', 'dog', 'fox'], domains: ['art', 'photo', 'sketch'] })
    expect(dataset.splits.train).toMatchObject({ perClass: [12, 12, 4], perDomain: [8, 12, 8] })
    expect(dataset.splits.test).toMatchObject({ perClass: [3, 3, 1], perDomain: [2, 3, 2] })
    // Told otherwise, the same folders are three classes.
    expect(await add({ id: 'classes', folders: 'classes' })).toMatchObject({ classes: ['art', 'photo', 'sketch'] })
    expect((await place.library.datasets.get('classes')).domains).toBeUndefined()
  })

  it.each([
    ['split/domain/class', ['train/art/cat', 'train/art/dog', 'train/photo/cat', 'train/photo/dog', 'test/art/cat', 'test/art/dog', 'test/photo/cat', 'test/photo/dog']],
    ['domain/split/class', ['art/train/cat', 'art/train/dog', 'photo/train/cat', 'photo/train/dog', 'art/test/cat', 'art/test/dog', 'photo/test/cat', 'photo/test/dog']]
  ])('laid out as %s keeps splits and domains', async (_layout, folders) => {
    await writeClasses(folders, 2)
    const dataset = await add()
    expect(dataset).toMatchObject({ classes: ['cat', 'dog'], domains: ['art', 'photo'] })
    for (const split of ['train', 'test'] as const) expect(dataset.splits[split]).toMatchObject({ perClass: [4, 4], perDomain: [4, 4] })
  })

  it('with the splits inside each class keeps them', async () => {
    await writeClasses(['cat/train', 'cat/test', 'dog/train', 'dog/test'], 3)
    const dataset = await add()
    expect(dataset.classes).toEqual(['cat', 'dog'])
    expect(dataset.domains).toBeUndefined()
    expect(dataset.splits).toMatchObject({ train: { perClass: [3, 3] }, test: { perClass: [3, 3] } })
  })

  it('whose classes have folders of their own inside is no set of domains', async () => {
    await writeClasses(['cat/tabby', 'cat/siamese', 'dog/poodle', 'dog/boxer'], 3)
    expect(await add()).toMatchObject({ classes: ['cat', 'dog'] })
  })

  it('given as several folders, or several pictures, of one folder leaves the others out', async () => {
    await writeClasses(['cat', 'dog', 'fox'], 4)
    await write('loose.png', await plain(red))
    await write('other.png', await plain(red))
    expect((await add({ id: 'two', only: ['dog', 'fox'] })).classes).toEqual(['dog', 'fox'])
    const flat = await add({ id: 'flat', only: ['loose.png', 'other.png'] })
    expect(flat).toMatchObject({ classes: [], splits: { train: { count: 2 } } })
    await expect(add({ only: ['../data'] })).rejects.toMatchObject({ code: 'value-not-valid' })
  })

  it('of images alone is unlabelled', async () => {
    await writeClasses(['.'], 12)
    const dataset = await add({ validation: 0.25 })
    expect(dataset.classes).toEqual([])
    expect(dataset.splits).toMatchObject({ train: { count: 9 }, validation: { count: 3 } })
    expect(dataset.splits.test).toBeUndefined()
    expect(dataset.splits.train!.sha256.labels).toBeUndefined()
  })

  it('with a folder of unlabelled images beside its classes keeps them in a split of their own', async () => {
    await writeClasses(['cat', 'dog', 'unlabelled'], 5)
    const dataset = await add()
    expect(dataset.classes).toEqual(['cat', 'dog'])
    expect(dataset.splits).toMatchObject({ unlabelled: { count: 5 }, test: { perClass: [1, 1] } })
    expect(dataset.splits.unlabelled!.sha256.labels).toBeUndefined()
    expect(dataset.splits.unlabelled!.perClass).toBeUndefined()
    expect(dataset.provenance.assumed?.[0]?.en).toMatch(/without labels, not as a class/)
  })

  it('inside one more folder, with hidden files and notes, is found', async () => {
    await writeClasses(['photos/cat', 'photos/dog'], 4)
    await write('photos/cat/.DS_Store', 'x')
    await write('photos/cat/._0.png', 'x')
    await write('photos/notes.txt', 'x')
    await write('__MACOSX/photos/cat/0.png', 'x')
    const dataset = await add()
    expect(dataset.classes).toEqual(['cat', 'dog'])
    expect(dataset.skipped.count).toBe(0)
  })

  it('sorts classes as a person counts', async () => {
    await writeClasses(['10', '9', '2'], 3)
    expect((await add()).classes).toEqual(['2', '9', '10'])
  })

  it('of different sizes is brought to 64×64, or to the size that is asked for', async () => {
    await write('a/1.png', await plain(red, 20, 10))
    await write('a/2.png', await plain(red, 30, 30))
    await write('b/1.png', await plain(green, 5, 5))
    await write('b/2.png', await plain(green, 5, 5))
    const dataset = await add()
    expect(dataset.shape).toEqual([64, 64, 3])
    expect(dataset.provenance.preparation).toBe('RGB, bilinear to 64×64 (stretched)')
    const small = await add({ id: 'small', size: [4, 6] })
    expect(small.shape).toEqual([4, 6, 3])
    expect([...(await pixelsOf('small')).subarray(0, 3)]).toEqual([255, 0, 0])
  })

  it('is cropped or padded rather than stretched where that is asked for', async () => {
    // Red, green and blue stripes, each 8 wide and 8 high.
    const stripes = await sharp({ create: { width: 24, height: 8, channels: 3, background: green } })
      .composite([{ input: await plain(red), left: 0, top: 0 }, { input: await plain(blue), left: 16, top: 0 }]).png().toBuffer()
    for (const name of ['a/1', 'a/2', 'b/1', 'b/2']) await write(`${name}.png`, stripes)
    const corner = async (fit: string): Promise<number[]> => {
      const { provenance } = await add({ id: fit, size: [8, 8], fit })
      expect(provenance.preparation).toContain({ stretch: 'stretched', crop: 'cropped', pad: 'padded' }[fit])
      return [...(await pixelsOf(fit)).subarray(0, 3)]
    }
    expect(await corner('stretch')).toEqual([255, 0, 0])
    expect(await corner('crop')).toEqual([0, 255, 0])
    expect(await corner('pad')).toEqual([0, 0, 0])
  })

  it('skips what cannot be read, counts it and says why', async () => {
    await writeClasses(['cat', 'dog'], 6)
    const jpeg = await sharp({ create: { width: 200, height: 200, channels: 3, background: red, noise: { type: 'gaussian', mean: 128, sigma: 60 } } })
      .jpeg().toBuffer()
    await write('cat/broken.jpg', jpeg.subarray(0, jpeg.length / 2))
    await write('cat/empty.png', '')
    await write('dog/text.png', 'this is not a picture')
    await write('dog/drawing.png', '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"></svg>')
    await write('dog/huge.png', hugePng(60_000, 60_000))
    await write('loose.png', await plain(red))
    await fs.mkdir(join(place.folder, 'pictures', 'nothing'))
    const dataset = await add()
    expect(dataset.classes).toEqual(['cat', 'dog'])
    expect(dataset.skipped.count).toBe(7)
    const reasons = Object.fromEntries(dataset.skipped.files.map(({ path, reason }) => [path, reason.en]))
    expect(reasons).toEqual({
      'cat/broken.jpg': 'The image is cut off or damaged.',
      'cat/empty.png': 'The file is empty.',
      'dog/text.png': 'It is not an image that Graft can read.',
      'dog/drawing.png': 'It is not an image that Graft can read.',
      'dog/huge.png': 'It claims more than 50 million pixels.',
      'loose.png': 'It lies beside the class folders, not in one.',
      nothing: 'The folder holds no images.'
    })
    expect(dataset.splits.train!.count + dataset.splits.test!.count).toBe(12)
  })

  it('never leaves itself through a link', async () => {
    await writeClasses(['cat', 'dog'], 4)
    const outside = join(place.folder, 'outside')
    await fs.mkdir(outside)
    await fs.writeFile(join(outside, 'secret.png'), await plain(blue))
    const pictures = join(place.folder, 'pictures')
    await fs.symlink(outside, join(pictures, 'bird'))
    await fs.symlink(join(outside, 'secret.png'), join(pictures, 'cat', 'secret.png'))
    await fs.symlink(join(pictures, 'cat', '0.png'), join(pictures, 'cat', 'inside.png'))
    await fs.symlink(pictures, join(pictures, 'dog', 'round'))
    await fs.symlink('nowhere', join(pictures, 'dog', 'gone.png'))
    const dataset = await add()
    expect(dataset.classes).toEqual(['cat', 'dog'])
    const skipped = dataset.skipped.files.map(({ path, reason }) => `${path}: ${reason.en}`).sort()
    expect(skipped).toContain('bird: The link leads out of the folder.')
    expect(skipped).toContain('cat/secret.png: The link leads out of the folder.')
    expect(skipped).toContain('dog/gone.png: The link leads nowhere.')
    expect(skipped).toContain('dog/round: The link leads back to a folder that it lies in.')
    const reader = await place.library.datasets.open(dataset.id)
    const all = await reader.readImages('train', Array.from({ length: dataset.splits.train!.count }, (_, index) => index))
    await reader.close()
    expect(all.some((value, index) => index % 3 === 2 && value > 0)).toBe(false)
  })

  it('whose test images have no class folders tests on a fifth of the training images, and says so', async () => {
    await writeClasses(['train/cat', 'train/dog', 'test'], 10)
    const dataset = await add()
    expect(dataset.splits.test!.perClass).toEqual([2, 2])
    expect(dataset.skipped.files).toEqual([{ path: 'test', reason: expect.objectContaining({ en: expect.stringContaining('10 images') }) }])
  })

  it.each([
    ['nothing in it', async () => fs.mkdir(join(place.folder, 'pictures')), 'no-images', 'pictures holds no images'],
    ['one class', () => writeClasses(['cat'], 4), 'one-class', 'one class, “cat”'],
    ['test images only', () => writeClasses(['test/cat', 'test/dog'], 4), 'no-images', 'no folder "train"'],
    ['nothing that can be read', () => write('cat/a.png', 'x').then(() => write('dog/b.png', 'x')), 'no-images',
      'None of the 2 images of pictures could be read; a.png']
  ])('with %s is refused', async (_what, make, code, sentence) => {
    await make()
    await expect(add()).rejects.toMatchObject({ code, value: { message: { en: expect.stringContaining(sentence) } } })
  })
})

describe('an image', () => {
  const decoded = async (content: Uint8Array, name = 'x.png'): Promise<number[]> => {
    for (const folder of ['a', 'b']) for (const copy of [1, 2]) await write(`${folder}/${copy}-${name}`, content)
    const { id, skipped } = await add({ id: `i-${Math.round(performance.now() * 1e6)}` })
    expect(skipped.count).toBe(0)
    return [...await pixelsOf(id)]
  }
  const grey = (values: number[], width: number): Sharp =>
    sharp(Uint8Array.from(values), { raw: { width, height: values.length / width, channels: 1 } })

  it('in grey, 16-bit grey and palette comes as RGB of the same level', async () => {
    expect(await decoded(await grey([0, 100, 200, 255], 2).png().toBuffer())).toEqual([0, 0, 0, 100, 100, 100, 200, 200, 200, 255, 255, 255])
    await fs.rm(join(place.folder, 'pictures'), { recursive: true })
    const wide = sharp(Uint16Array.from([0, 100, 200, 255], (level) => level * 257), { raw: { width: 2, height: 2, channels: 1 } })
    expect(await decoded(await wide.toColourspace('grey16').png().toBuffer())).toEqual([0, 0, 0, 100, 100, 100, 200, 200, 200, 255, 255, 255])
    await fs.rm(join(place.folder, 'pictures'), { recursive: true })
    expect((await decoded(await sharp(await plain({ r: 200, g: 100, b: 50 })).png({ palette: true }).toBuffer())).slice(0, 3)).toEqual([200, 100, 50])
  })

  it('with transparency lies on white', async () => {
    const half = Buffer.from([255, 0, 0, 0, 0, 0, 255, 255])
    expect(await decoded(await sharp(half, { raw: { width: 2, height: 1, channels: 4 } }).png().toBuffer())).toEqual([255, 255, 255, 0, 0, 255])
  })

  it('in CMYK comes as RGB', async () => {
    const cmyk = await sharp(await plain({ r: 250, g: 250, b: 250 }, 16, 16)).toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer()
    expect((await sharp(cmyk).metadata()).space).toBe('cmyk')
    const pixels = await decoded(cmyk, 'x.jpg')
    expect(pixels).toHaveLength(16 * 16 * 3)
    expect(Math.min(...pixels)).toBeGreaterThan(235)
  })

  it('that a camera held sideways is turned upright', async () => {
    // Stored 4 wide, 2 high, left half red; orientation 6: shown after a quarter turn clockwise, 2 wide, 4 high, top red.
    const stored = Buffer.from(Array.from({ length: 8 }, (_, pixel) => pixel % 4 < 2 ? [255, 0, 0] : [0, 0, 255]).flat())
    const image = await sharp(stored, { raw: { width: 4, height: 2, channels: 3 } }).withMetadata({ orientation: 6 }).png().toBuffer()
    for (const folder of ['a', 'b']) for (const copy of [1, 2]) await write(`${folder}/${copy}.png`, image)
    const dataset = await add()
    expect(dataset.shape).toEqual([4, 2, 3])
    const pixels = await pixelsOf(dataset.id)
    expect([...pixels.subarray(0, 6)]).toEqual([255, 0, 0, 255, 0, 0])
    expect([...pixels.subarray(18, 24)]).toEqual([0, 0, 255, 0, 0, 255])
  })

  it.each(['jpeg', 'tiff'] as const)('in CMYK as %s comes as RGB, whole', async (format) => {
    const pixels = await decoded(await sharp(await plain({ r: 30, g: 200, b: 40 }, 16, 16)).toColourspace('cmyk').toFormat(format).toBuffer(), `x.${format}`)
    expect(pixels).toHaveLength(16 * 16 * 3)
    expect(pixels[1]! - Math.max(pixels[0]!, pixels[2]!)).toBeGreaterThan(60)
  })

  it.each(['png', 'tiff'] as const)('of 16 bits a colour as %s comes with 8', async (format) => {
    const wide = sharp(Uint16Array.from([250, 120, 10, 10, 120, 250], (level) => level * 257), { raw: { width: 2, height: 1, channels: 3 } })
    const file = await wide.toColourspace('rgb16').toFormat(format, { compression: 'deflate' }).toBuffer()
    expect((await sharp(file).metadata()).depth).toBe('ushort')
    expect(await decoded(file, `x.${format}`)).toEqual([250, 120, 10, 10, 120, 250])
  })

  it('in BMP, which libvips alone does not know, is read', async () => {
    // 2×2 pixels of 24 bits: a row is six bytes and two of padding; blue, green, red.
    const header = Buffer.from('424d46000000000000003600000028000000020000000200000001001800000000001000000000000000000000000000000000000000', 'hex')
    const rows = Buffer.from([9, 8, 7, 9, 8, 7, 0, 0, 30, 20, 10, 30, 20, 10, 0, 0])
    expect(await decoded(Buffer.concat([header, rows]), 'x.bmp')).toEqual([10, 20, 30, 10, 20, 30, 7, 8, 9, 7, 8, 9])
  })

  it.each(['webp', 'gif', 'tiff', 'avif', 'jpeg'] as const)('in %s is read', async (format) => {
    const pixels = await decoded(await sharp(await plain(red, 16, 16)).toFormat(format).toBuffer(), `x.${format}`)
    expect(pixels[0]).toBeGreaterThan(240)
    expect(pixels[1]).toBeLessThan(15)
  })
})

describe('an odd image', () => {
  const halves = (first: { r: number, g: number, b: number }, second: { r: number, g: number, b: number }): Promise<Buffer> => sharp(
    Buffer.concat([first, second].map(({ r, g, b }) => Buffer.alloc(16 * 16 * 3, Buffer.from([r, g, b])))),
    { raw: { width: 16, height: 32, channels: 3, pageHeight: 16 } }
  ).gif({ loop: 0, delay: [100, 100] }).toBuffer()

  it('under another kind\'s name is read as what it is, and of an animation the first frame', async () => {
    const moving = await halves(red, blue)
    expect((await sharp(moving, { animated: true }).metadata()).pages).toBe(2)
    for (const name of ['a/1.jpg', 'a/2.png', 'b/1.webp', 'b/2.gif']) await write(name, moving)
    await write('b/3.bmp', await sharp(moving, { animated: true }).webp({ lossless: true }).toBuffer())
    const { id, skipped, shape, splits } = await add()
    expect({ skipped: skipped.count, shape }).toEqual({ skipped: 0, shape: [16, 16, 3] })
    for (let position = 0; position < splits.train!.count; position++) {
      const [r, g, b] = await pixelsOf(id, 'train', position)
      expect([r! > 250, g! < 5, b! < 5]).toEqual([true, true, true])
    }
  })

  it('that claims 60,000 × 60,000 pixels, or is cut off or no picture of its kind, is skipped with one sentence', async () => {
    await writeClasses(['cat', 'dog'], 4)
    const jpeg = await sharp({ create: { width: 64, height: 64, channels: 3, background: red } }).jpeg().toBuffer()
    const frame = jpeg.indexOf(Buffer.from([0xff, 0xc0]))
    jpeg.writeUInt16BE(60_000, frame + 5)
    jpeg.writeUInt16BE(60_000, frame + 7)
    const gif = await sharp(await plain(red)).gif().toBuffer()
    gif.writeUInt16LE(60_000, 6)
    gif.writeUInt16LE(60_000, 8)
    const bmp = Buffer.alloc(60)
    bmp.write('BM', 0, 'latin1')
    bmp.writeUInt32LE(40, 14)
    bmp.writeInt32LE(60_000, 18)
    bmp.writeInt32LE(60_000, 22)
    // Classic TIFF: width, height and one strip of it.
    const tiff = Buffer.from('49492a00080000000300000104000100000060ea00000101040001000000' + '60ea000011010400010000000800000000000000', 'hex')
    const webp = Buffer.concat([Buffer.from('RIFF\x30\0\0\0WEBPVP8X\x0a\0\0\0', 'latin1'), Buffer.from([0, 0, 0, 0, 0x5f, 0xea, 0, 0x5f, 0xea, 0]), Buffer.alloc(30)])
    const wide = 'It claims more than 50 million pixels.'
    const expected: Record<string, [Buffer, RegExp]> = {
      'cat/huge.jpg': [jpeg, /more than 100 million pixels/], 'cat/huge.gif': [gif, new RegExp(wide)], 'cat/huge.bmp': [bmp, new RegExp(wide)],
      'cat/huge.webp': [webp, new RegExp(wide)], 'cat/huge.png': [hugePng(60_000, 60_000), new RegExp(wide)],
      'cat/huge.tif': [tiff, /million pixels|cut off or damaged/],
      'dog/cut.png': [(await plain(red, 300, 300)).subarray(0, 200), /cut off or damaged/],
      'dog/cut.webp': [(await sharp(await plain(red, 300, 300)).webp().toBuffer()).subarray(0, 60), /cut off or damaged/],
      'dog/cut.avif': [(await sharp(await plain(red, 300, 300)).avif().toBuffer()).subarray(0, 200), /cut off or damaged/],
      'dog/phone.heic': [Buffer.concat([Buffer.from('\0\0\0\x18ftypheic', 'latin1'), Buffer.alloc(64)]), /HEIC pictures cannot be read/],
      'dog/page.jpg': [Buffer.from('<html>not found</html>'), /not an image/]
    }
    for (const [path, [content]] of Object.entries(expected)) await write(path, content)
    const { skipped, splits } = await add()
    expect(splits.train!.count + splits.test!.count).toBe(8)
    expect(skipped.count).toBe(Object.keys(expected).length)
    for (const { path, reason } of skipped.files) expect(`${path}: ${reason.en}`).toMatch(expected[path]![1])
    expect(process.resourceUsage().maxRSS).toBeLessThan(1.5 * 2 ** 20)
  })
})

describe('PngSuite', () => {
  const path = sharedData('pngsuite')
  it.skipIf(!path)('is read but for its corrupt files, which are listed (needs ../shared/data)', async () => {
    const files = (await fs.readdir(path!)).filter((name) => name.endsWith('.png'))
    const corrupt = files.filter((name) => name.startsWith('x'))
    const dataset = await importDataset(place.library, { path: path!, validation: 0 })
    expect(dataset.skipped.files.map((file) => file.path).sort()).toEqual(corrupt.sort())
    expect(dataset.splits.train!.count).toBe(files.length - corrupt.length)
  })
})

/** A PNG whose header claims this size and whose data is next to nothing. */
function hugePng(width: number, height: number): Buffer {
  const header = Buffer.alloc(25)
  header.writeUInt32BE(13, 0)
  header.write('IHDR', 4, 'latin1')
  header.writeUInt32BE(width, 8)
  header.writeUInt32BE(height, 12)
  header.set([8, 2, 0, 0, 0], 16)
  header.writeUInt32BE(checksum(header.subarray(4, 21)), 21)
  const data = Buffer.from('0000000049444154', 'hex')
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), header, data, Buffer.alloc(32)])
}

function checksum(bytes: Uint8Array): number {
  let remainder = 0xffffffff
  for (const byte of bytes) {
    remainder ^= byte
    for (let bit = 0; bit < 8; bit++) remainder = remainder & 1 ? remainder >>> 1 ^ 0xedb88320 : remainder >>> 1
  }
  return (remainder ^ 0xffffffff) >>> 0
}
