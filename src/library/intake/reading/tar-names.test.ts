import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { cases } from '#test/cases'
import { useWorkplace } from '../../testing'
import { inspectDataset } from '../inspection/inspect'
import { TarNames } from './tar-names'

const place = useWorkplace()

/** A tar entry with a name of these bytes, as tar programs of old write it. */
function entry(name: Buffer, content: Uint8Array, type = '0', prefix = Buffer.alloc(0)): Buffer {
  const header = Buffer.alloc(512)
  name.copy(header, 0, 0, 100)
  header.write('0000644\0', 100)
  header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124)
  header.write('00000000000\0', 136)
  header.write('        ', 148)
  header.write(type, 156)
  header.write('ustar\x0000', 257)
  prefix.copy(header, 345)
  header.write(`${header.reduce((sum, byte) => sum + byte, 0).toString(8).padStart(6, '0')}\0 `, 148)
  return Buffer.concat([header, content, Buffer.alloc((512 - content.length % 512) % 512)])
}
const end = Buffer.alloc(1024)
/** 猫 and 狗 in GBK, キツネ and いぬ in Shift JIS, ä and ü in Windows-1252. */
const names: [string, string, string[]][] = [
  ['gbk', 'c3a8 b9b7', ['狗', '猫']], ['shift-jis', '834c8363836c 82a282ca', ['いぬ', 'キツネ']], ['western', '4be4747a6368656e 48fc6e646368656e', ['Hündchen', 'Kätzchen']]
]
const picture = (index: number, set: number): Promise<Buffer> =>
  sharp({ create: { width: 8, height: 8, channels: 3, background: { r: 50 * index, g: 90 * set, b: 7 } } }).png().toBuffer()
const pictures = (folders: readonly Buffer[]): Promise<[Buffer, Buffer][]> => Promise.all(folders.flatMap((folder, set) =>
  [0, 1, 2, 3].map(async (index): Promise<[Buffer, Buffer]> => [Buffer.concat([folder, Buffer.from(`/${index}.png`)]), await picture(index, set)])))

describe('names of a tar archive that are not UTF-8', () => {
  it.each(names)('are read in the encoding that they are words of, gzipped or not: %s', async (name, hex, classes) => {
    const folders = hex.split(' ').map((each) => Buffer.from(each, 'hex'))
    const tar = Buffer.concat([...(await pictures(folders)).map(([path, content]) => entry(path, content)), end])
    for (const [ending, bytes] of [['tar', tar], ['tar.gz', gzipSync(tar)]] as const) {
      const path = join(place.folder, `${name}.${ending}`)
      await fs.writeFile(path, bytes)
      const found = await inspectDataset(place.library, { path, ...(name === 'gbk' && { encoding: 'gb18030' }) })
      expect(found).toMatchObject({ classes, splits: { train: { perClass: [4, 4] } }, broken: { count: 0 } })
      if (name !== 'gbk') expect(found.assumed.map(({ en }) => en).join()).toMatch(/does not say how its names are written/)
    }
  })

  it('also in GNU\'s long names and in the prefix of ustar; a name in a pax header is what it says', async () => {
    const long = Buffer.concat([Buffer.from('a'.repeat(120)), Buffer.from('82a282ca', 'hex'), Buffer.from('.png\0')])
    const tar = Buffer.concat([
      entry(Buffer.from('././@LongLink'), long, 'L'), entry(long.subarray(0, 100), Buffer.from('one')),
      entry(Buffer.from('2.png'), Buffer.from('two'), '0', Buffer.from('82a282ca', 'hex')),
      entry(Buffer.from('PaxHeader'), Buffer.from('18 path=b/猫.png\n'), 'x'), entry(Buffer.from('c3a82e706e67', 'hex'), Buffer.from('three')), end
    ])
    const found: string[] = []
    const reader = new TarNames((raw) => { found.push(new TextDecoder('shift_jis').decode(raw)); return '' })
    reader.take(tar)
    expect(found).toEqual([`${'a'.repeat(120)}いぬ.png`, 'いぬ/2.png'])
  })

  it('leave every other byte as it is, however it is cut and whatever it is', () => {
    const good = [entry(Buffer.from('a/1.png'), Buffer.from('one')), entry(Buffer.from('c/2.png'), Buffer.alloc(700, 7)), end]
    const piece = fc.oneof(fc.constantFrom(...good, entry(Buffer.from('b/3.png'), Buffer.alloc(30))), fc.uint8Array({ maxLength: 1400 }).map((bytes) => Buffer.from(bytes)))
    fc.assert(fc.property(fc.array(piece, { maxLength: 5 }), fc.integer({ min: 1, max: 900 }), (pieces, step) => {
      const whole = Buffer.concat(pieces)
      const reader = new TarNames(() => 'x')
      const out: Buffer[] = []
      for (let at = 0; at < whole.length; at += step) out.push(reader.take(whole.subarray(at, at + step)))
      out.push(reader.rest())
      if (!Buffer.concat(out).equals(whole)) throw new Error('Bytes were changed.')
    }), { numRuns: cases(10_000) })
  })
})
