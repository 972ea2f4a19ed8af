import fc from 'fast-check'
import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { deflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { cases } from '#test/cases'
import { GraftError } from '../../../contract/errors'
import { importDataset } from '../import'
import { useWorkplace } from '../../testing'
import { listMatlabArrays, parseArray } from './shared/matlab'
import { fromColumns, svhn } from './svhn'

const place = useWorkplace()

// "MAT-File Format", chapter 1: header of 128 bytes, then elements of tag, data and padding to 8 bytes.
const header = Buffer.concat([Buffer.from('MATLAB 5.0 MAT-file, a test'.padEnd(124)), Buffer.from([0, 1, 0x49, 0x4d])])
function element(type: number, data: Buffer): Buffer {
  const tag = Buffer.alloc(8)
  tag.writeUInt32LE(type, 0)
  tag.writeUInt32LE(data.length, 4)
  const padding = type === 15 ? 0 : (8 - data.length % 8) % 8
  return Buffer.concat([tag, data, Buffer.alloc(padding)])
}
function smallElement(type: number, data: Buffer): Buffer {
  const packed = Buffer.alloc(8)
  packed.writeUInt16LE(type, 0)
  packed.writeUInt16LE(data.length, 2)
  data.copy(packed, 4)
  return packed
}
function int32s(values: readonly number[]): Buffer {
  const data = Buffer.alloc(values.length * 4)
  values.forEach((value, index) => data.writeInt32LE(value, index * 4))
  return data
}
/** An array of class uint8 (9), its numbers stored as uint8 (2), or of class double (6) as doubles (9). */
function array(name: string, dimensions: readonly number[], data: Buffer, { kind = 9, type = 2 } = {}): Buffer {
  const flags = Buffer.alloc(8)
  flags.writeUInt32LE(kind, 0)
  return element(14, Buffer.concat([
    element(6, flags), element(5, int32s(dimensions)),
    name.length <= 4 ? smallElement(1, Buffer.from(name)) : element(1, Buffer.from(name)), element(type, data)
  ]))
}
const compressed = (part: Buffer): Buffer => element(15, deflateSync(part))

/** A zlib stream of so many stored blocks (RFC 1950 and 1951): each byte lies in the file as it is. */
function stored(data: Buffer, blocks: number): Buffer {
  const parts = [Buffer.from([0x78, 0x01])]
  const length = Math.ceil(data.length / blocks)
  for (let block = 0; block < blocks; block++) {
    const content = data.subarray(block * length, (block + 1) * length)
    const head = Buffer.from([block === blocks - 1 ? 1 : 0, 0, 0, 0, 0])
    head.writeUInt16LE(content.length, 1)
    head.writeUInt16LE(content.length ^ 0xffff, 3)
    parts.push(Buffer.concat([head, content]))
  }
  // Adler-32, which zlib writes at the end of any stream of the same data.
  return Buffer.concat([...parts, deflateSync(data).subarray(-4)])
}

/** Images whose pixel at (row, column, channel) of image `i` is `row + 2 · column + 64 · channel + i`. */
function pixels(count: number): Buffer {
  const data = Buffer.alloc(count * 3072)
  let at = 0
  for (let image = 0; image < count; image++) {
    for (let channel = 0; channel < 3; channel++) {
      for (let column = 0; column < 32; column++) for (let row = 0; row < 32; row++) data[at++] = (row + 2 * column + 64 * channel + image) & 255
    }
  }
  return data
}
function file(labels: readonly number[], pack = compressed, { images = labels.length } = {}): Buffer {
  return Buffer.concat([header, pack(array('X', [32, 32, 3, images], pixels(images))), pack(array('y', [labels.length, 1], Buffer.from(labels)))])
}
async function write(name: string, content: Buffer): Promise<string> {
  const folder = join(place.folder, 'svhn-files')
  await fs.mkdir(folder, { recursive: true })
  await fs.writeFile(join(folder, name), content)
  return folder
}

describe('SVHN', () => {
  it('is read from compressed MATLAB files, with 10 as the digit 0', async () => {
    await write('train_32x32.mat', file([1, 10, 3, 9, 10, 2]))
    await write('extra_32x32.mat', Buffer.from('not looked at'))
    const folder = await write('test_32x32.mat', file([5, 10]))
    expect(await svhn.detect(folder)).toBe(true)
    const dataset = await importDataset(place.library, { path: folder, id: 's', validation: 0 })
    expect(dataset).toMatchObject({
      shape: [32, 32, 3], classes: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'], provenance: { format: 'svhn' },
      splits: { train: { count: 6 }, test: { count: 2 } }, skipped: { count: 1, files: [{ path: 'extra_32x32.mat' }] }
    })
    const reader = await place.library.datasets.open('s')
    expect([...await reader.readLabels('train')]).toEqual([1, 0, 3, 9, 0, 2])
    const image = await reader.readImages('train', [4])
    // Row 3, column 5, green: 3 + 2 · 5 + 64 + 4 = 81.
    expect(image[(3 * 32 + 5) * 3 + 1]).toBe(81)
    await reader.close()
  })

  it('is read from uncompressed files, with labels as doubles', async () => {
    const doubles = Buffer.alloc(16)
    doubles.writeDoubleLE(10, 0)
    doubles.writeDoubleLE(7, 8)
    const folder = await write('train_32x32.mat', Buffer.concat([
      header, array('remark', [1, 4], Buffer.from('text'), { kind: 4 }), array('y', [2, 1], doubles, { kind: 6, type: 9 }), array('X', [32, 32, 3, 2], pixels(2))
    ]))
    await importDataset(place.library, { path: join(folder, 'train_32x32.mat'), id: 's', validation: 0 })
    const reader = await place.library.datasets.open('s')
    expect([...await reader.readLabels('train')]).toEqual([0, 7])
    await reader.close()
  })

  it('puts MATLAB’s columns into rows', () => {
    // Two rows, three columns, one channel: columns (1 2) (3 4) (5 6) are rows (1 3 5) (2 4 6).
    expect([...fromColumns(Uint8Array.of(1, 2, 3, 4, 5, 6), [2, 3, 1])]).toEqual([1, 3, 5, 2, 4, 6])
  })

  it.each([
    ['labels that are no digits', file([1, 11, 2]), 'label-out-of-range'],
    ['fewer labels than images', file([1, 2], compressed, { images: 3 }), 'labels-do-not-match'],
    ['no images', Buffer.concat([header, compressed(array('y', [2, 1], Buffer.from([1, 2])))]), 'format-mismatch'],
    ['images of another size', Buffer.concat([header, compressed(array('X', [8, 8, 3, 1], Buffer.alloc(192))), compressed(array('y', [1, 1], Buffer.from([1])))]), 'format-mismatch'],
    ['sizes that do not fit', Buffer.concat([header, array('X', [32, 32, 3, 9], pixels(1))]), 'archive-damaged'],
    ['sizes below nothing', Buffer.concat([header, array('X', [-1, -1, 3, 1], Buffer.alloc(3))]), 'archive-damaged'],
    ['a length beyond its end', Buffer.concat([header, element(14, Buffer.alloc(16)).fill(0xff, 4, 8)]), 'archive-truncated'],
    ['a compressed part that is none', Buffer.concat([header, element(15, Buffer.alloc(64, 7))]), 'archive-damaged']
  ])('with %s is refused', async (_, content, code) => {
    const folder = await write('train_32x32.mat', content)
    await expect(importDataset(place.library, { path: folder, id: 's', format: 'svhn' })).rejects.toMatchObject({ code })
  })

  it('that is cut off anywhere is refused and leaves nothing', async () => {
    const whole = file([1, 2, 3, 4])
    for (const length of [130, 200, 1000, whole.length - 40, whole.length - 1]) {
      const folder = await write('train_32x32.mat', whole.subarray(0, length))
      await expect(importDataset(place.library, { path: folder, id: 's', format: 'svhn' })).rejects.toMatchObject({ code: expect.stringMatching(/^archive-/) })
      expect(await place.library.datasets.has('s')).toBe(false)
    }
  })

  it('of which a single pixel changed on the way is refused, though it unpacks: its checksum tells', async () => {
    // The checksum lies by itself in the second piece of 256 KiB that is read of the element: 2 + 5 · 806 + 64 + 3072 · 84 = 262144.
    const whole = file(Array.from({ length: 84 }, (_, index) => index % 10 + 1), (part) => element(15, stored(part, 806)))
    await importDataset(place.library, { path: await write('train_32x32.mat', whole), id: 'whole', validation: 0 })
    const changed = Buffer.from(whole)
    changed[100_000]! ^= 1
    const folder = await write('train_32x32.mat', changed)
    await expect(importDataset(place.library, { path: folder, id: 's' })).rejects.toMatchObject({ code: 'archive-damaged' })
  })

  it('whose compressed array is longer than its header says is refused', async () => {
    const longer = (part: Buffer): Buffer => element(15, deflateSync(Buffer.concat([part, Buffer.alloc(1 << 20)])))
    const folder = await write('train_32x32.mat', file([1, 2], longer))
    await expect(importDataset(place.library, { path: folder, id: 's' })).rejects.toMatchObject({ code: 'archive-damaged' })
  })

  it('does not believe a compressed array that could not fit into its bytes', async () => {
    const huge = Buffer.from(array('X', [32, 32, 3, 1], pixels(1)))
    const folder = await write('train_32x32.mat', Buffer.concat([header, compressed(huge)]))
    const [found] = await listMatlabArrays(join(folder, 'train_32x32.mat'))
    expect(found).toMatchObject({ name: 'X', dimensions: [32, 32, 3, 1], bytes: 3072 })
    const start = huge.subarray(8)
    // The sizes say 1,000,000 images in an element of 50 bytes.
    const claimed = Buffer.from(start)
    claimed.writeInt32LE(1_000_000, 16 + 8 + 12)
    claimed.writeUInt32LE(3072 * 1_000_000, 16 + 24 + 8 + 4)
    expect(() => parseArray(claimed, { from: 0, bytes: 50, compressed: true }, 'x.mat')).toThrow(/damaged/)
  })

  it('meets any header of an array with an answer or a sentence', () => {
    const valid = array('X', [32, 32, 3, 1], Buffer.alloc(16)).subarray(8)
    fc.assert(fc.property(
      fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.tuple(fc.nat(valid.length - 1), fc.uint8Array({ minLength: 1, maxLength: 8 })).map(([at, bytes]) => {
        const changed = Buffer.from(valid)
        changed.set(bytes.subarray(0, changed.length - at), at)
        return changed
      })),
      (bytes) => {
        try {
          const found = parseArray(Buffer.from(bytes), { from: 0, bytes: 100, compressed: false }, 'x.mat')
          if (found) expect(found.dataFrom + found.bytes).toBeLessThanOrEqual(100)
        } catch (error) {
          expect(error).toBeInstanceOf(GraftError)
        }
      }
    ), { numRuns: cases(10_000) })
  })
})
