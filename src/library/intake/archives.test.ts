import * as fs from 'node:fs/promises'
import { dirname, join } from 'node:path'
import sharp from 'sharp'
import { create } from 'tar'
import { describe, expect, it } from 'vitest'
import type { Dataset } from '../../contract/datasets'
import { cifarNames, cifarRecords, datasetFolders, idxFile, useWorkplace, zipFile, type ZipEntry } from '../testing'
import { readZip } from './reading/zip'
import { unpack } from './reading/unpack'
import { importDataset } from './import'

const place = useWorkplace()
const plain = (red: number): Promise<Buffer> =>
  sharp({ create: { width: 8, height: 8, channels: 3, background: { r: red, g: 0, b: 0 } } }).png().toBuffer()

/** The same files in an archive of this ending. */
async function pack(name: string, files: readonly ZipEntry[]): Promise<string> {
  const archive = join(place.folder, name)
  if (name.endsWith('.zip')) {
    await fs.writeFile(archive, zipFile(files))
    return archive
  }
  const folder = join(place.folder, 'to-pack')
  for (const { name: path, content } of files) {
    await fs.mkdir(dirname(join(folder, path)), { recursive: true })
    await fs.writeFile(join(folder, path), content)
  }
  await create({ file: archive, gzip: name.endsWith('gz'), cwd: folder }, await fs.readdir(folder))
  await fs.rm(folder, { recursive: true })
  return archive
}
const add = (path: string, options: object = {}): Promise<Dataset> => importDataset(place.library, { path, validation: 0, ...options })

const kinds: Record<string, () => Promise<ZipEntry[]>> = {
  'image-folder': async () => {
    const [dark, light] = [await plain(10), await plain(200)]
    return [...Array(6).keys()].flatMap((number) => [
      { name: `flowers/daisy/${number}.png`, content: dark }, { name: `flowers/rose/${number}.png`, content: light }
    ])
  },
  csv: async () => {
    const dark = await plain(10)
    const rows = [...Array(6).keys()].map((number) => `pictures/${number}.png,${number % 2 === 0 ? 'daisy' : 'rose'}`)
    return [
      { name: 'labels.csv', content: Buffer.from(['path,label', ...rows].join('\n')) },
      ...[...Array(6).keys()].map((number) => ({ name: `pictures/${number}.png`, content: dark }))
    ]
  },
  idx: () => Promise.resolve([
    { name: 'mnist/train-images-idx3-ubyte', content: idxFile([4, 2, 2], new Uint8Array(16)) },
    { name: 'mnist/train-labels-idx1-ubyte', content: idxFile([4], Uint8Array.from([0, 1, 0, 1])) }
  ]),
  'cifar-10': () => Promise.resolve([
    { name: 'cifar/data_batch_1.bin', content: cifarRecords([0, 1, 2, 3, 0, 1]) },
    { name: 'cifar/batches.meta.txt', content: Buffer.from(cifarNames.join('\n')) }
  ]),
  'cifar-100': () => Promise.resolve([
    { name: 'cifar/train.bin', content: cifarRecords([0, 1, 0, 1], 3) },
    { name: 'cifar/test.bin', content: cifarRecords([0, 1], 3) }
  ])
}

describe('an archive', () => {
  it.each(Object.keys(kinds).flatMap((kind) => ['zip', 'tar.gz', 'tar'].map((ending) => [kind, ending] as const)))(
    'of %s as .%s gives what the folder gives, and leaves nothing else behind', async (kind, ending) => {
      const files = await kinds[kind]!()
      const dataset = await add(await pack(`set.${ending}`, files))
      expect(dataset.provenance).toMatchObject({ format: kind, origin: `set.${ending}` })
      expect(dataset).toMatchObject({ id: 'set', name: 'set' })
      expect(await datasetFolders(place)).toEqual(['set'])
      for (const { name, content } of files) {
        const path = join(place.folder, 'plain', name)
        await fs.mkdir(dirname(path), { recursive: true })
        await fs.writeFile(path, content)
      }
      const folder = join(place.folder, 'plain')
      // An archive's one folder around all is no part of the names.
      const same = await add(join(folder, { idx: 'mnist', 'image-folder': 'flowers' }[kind] ?? ''), { id: 'plain' })
      expect(same.splits).toEqual(dataset.splits)
      expect(same.classes).toEqual(dataset.classes)
    })

  it('with broken pictures, notes and hidden files keeps the good ones and names the broken', async () => {
    const files = await kinds['image-folder']!()
    const path = await pack('set.zip', [...files,
      { name: 'flowers/rose/broken.jpg', content: Buffer.from('no picture') }, { name: 'flowers/notes.docx', content: Buffer.from('x') },
      { name: '__MACOSX/flowers/rose/._0.png', content: Buffer.from('x') }, { name: 'flowers/rose/0.png', content: Buffer.from('again') },
      { name: 'flowers/rose/link.png', content: Buffer.from('/etc/passwd'), link: true },
      { name: 'flowers/rose/secret.png', content: Buffer.from('x'), encrypted: true }
    ])
    const { skipped, splits } = await add(path)
    expect(splits.train!.count + splits.test!.count).toBe(12)
    expect(Object.fromEntries(skipped.files.map((file) => [file.path, file.reason.en]))).toEqual({
      'rose/broken.jpg': 'It is not an image that Graft can read.',
      'flowers/rose/0.png': 'Its name is taken by another, or cannot be used on this system.',
      'flowers/rose/link.png': 'It is a link; links in archives are not followed.',
      'flowers/rose/secret.png': 'It is encrypted.'
    })
  })

  it('in tar with links gives their files only', async () => {
    const folder = join(place.folder, 'to-pack')
    for (const name of ['daisy', 'rose']) {
      await fs.mkdir(join(folder, name), { recursive: true })
      for (let number = 0; number < 4; number++) await fs.writeFile(join(folder, name, `${number}.png`), await plain(9))
    }
    await fs.writeFile(join(place.folder, 'secret.png'), await plain(255))
    await fs.symlink(join(place.folder, 'secret.png'), join(folder, 'rose', 'secret.png'))
    const file = join(place.folder, 'links.tar')
    await create({ file, cwd: folder }, ['daisy', 'rose'])
    const { skipped, splits } = await add(file)
    expect(splits.train!.count + splits.test!.count).toBe(8)
    expect(skipped.files).toEqual([{ path: 'rose/secret.png', reason: expect.objectContaining({ en: expect.stringContaining('a link') }) }])
  })
})

describe('names in a zip archive', () => {
  const inBytes = async (names: readonly string[]): Promise<string> => {
    const [dark, light] = [await plain(10), await plain(200)]
    const entries = names.flatMap((name, index) => [0, 1, 2].map((number) => ({ name: `X${index}X/${number}.png`, content: index % 2 ? light : dark })))
    // Written as its program would: the name's own bytes, and no flag that says UTF-8.
    let bytes = zipFile(entries).toString('latin1')
    for (const [index, hex] of names.entries()) bytes = bytes.replaceAll(`X${index}X`, Buffer.from(hex, 'hex').toString('latin1').padEnd(3, '_').slice(0, 3))
    const binary = Buffer.from(bytes, 'latin1')
    for (const [at, flag] of [['PK\x03\x04', 6], ['PK\x01\x02', 8]] as const) {
      for (let place = binary.indexOf(at, 0, 'latin1'); place >= 0; place = binary.indexOf(at, place + 4, 'latin1')) binary.writeUInt16LE(0, place + flag)
    }
    const path = join(place.folder, 'names.zip')
    await fs.writeFile(path, binary)
    return path
  }

  it('that say no encoding are read in the one that they are words of, and it is said', async () => {
    // 猫 and 犬 in Shift JIS.
    const dataset = await add(await inBytes(['944c', '8ca2']))
    expect(dataset.classes).toEqual(['犬_', '猫_'])
    expect(dataset.provenance.assumed?.map(({ en }) => en)).toEqual([expect.stringMatching(/read as Japanese/)])
  })

  it('that can be words of two languages are asked about, and read as a person says', async () => {
    // 啊 and 爱 in GBK, 가 and 갛 in EUC-KR.
    const path = await inBytes(['b0a1', 'b0ae'])
    await expect(add(path)).rejects.toMatchObject({ code: 'reading-unclear', value: { field: 'encoding', remedy: { en: expect.stringMatching(/--encoding gb18030.*--encoding euc-kr/) as unknown } } })
    expect((await add(path, { encoding: 'gb18030', id: 'chinese' })).classes).toEqual(['啊_', '爱_'])
    expect((await add(path, { encoding: 'euc-kr', id: 'korean' })).classes).toContain('가_')
  })

  it('of which one is odd do not condemn the archive', async () => {
    const { skipped, splits } = await add(await pack('odd.zip', [...await kinds['image-folder']!(),
      { name: 'flowers/rose/../rose/9.png', content: Buffer.from('x') }, { name: 'q:9.png', content: Buffer.from('x') }
    ]))
    expect(splits.train!.count + splits.test!.count).toBe(12)
    expect(skipped.files.map(({ path, reason }) => [path, reason.en])).toEqual([
      ['flowers/rose/../rose/9.png', 'Its name cannot be used.'], ['q:9.png', 'Its name cannot be used.']
    ])
  })
})

describe('a hostile archive', () => {
  const refused = async (path: string, code: string, sentence: RegExp): Promise<void> => {
    const before = (await fs.readdir(place.folder)).sort()
    await expect(add(path)).rejects.toMatchObject({ code, value: { message: { en: expect.stringMatching(sentence) } } })
    expect(await datasetFolders(place)).toEqual([])
    expect((await fs.readdir(place.folder)).filter((name) => name !== 'data').sort()).toEqual(before.filter((name) => name !== 'data'))
  }
  const picture = { name: 'a/0.png', content: Buffer.from('x') }

  it.each(['../../escaped.png', '/tmp/escaped.png', 'C:\\escaped.png', 'a/../../escaped.png', '..\\escaped.png'])(
    'that would write to %s is refused by name, and nothing is written', async (name) => {
      const path = await pack('evil.zip', [picture, { name, content: Buffer.from('x') }])
      await refused(path, 'archive-hostile', /evil\.zip holds a path that leads out of it, .*escaped\.png/)
    })

  it('in tar that would write above itself is refused by name', async () => {
    const path = await pack('evil.tar', [picture])
    const bytes = await fs.readFile(path)
    const at = bytes.indexOf('a/0.png')
    const header = bytes.subarray(at, at + 512)
    header.fill(0, 0, 100)
    header.write('../../escaped.png', 0)
    header.fill(' ', 148, 156)
    header.write(header.reduce((sum, byte) => sum + byte, 0).toString(8).padStart(6, '0') + '\0 ', 148)
    await fs.writeFile(path, bytes)
    await refused(path, 'archive-hostile', /evil\.tar holds a path that leads out of it, \.\.\/\.\.\/escaped\.png/)
  })

  it('that unpacks to hundreds of times its size is given up', async () => {
    const path = await pack('bomb.zip', [{ name: 'a/0.png', content: Buffer.alloc(64 << 20) }])
    expect((await fs.stat(path)).size).toBeLessThan(100_000)
    await refused(path, 'archive-too-large', /bomb\.zip unpacks to more than 200 times its packed size/)
  })

  it('is looked through whole before the first of its files is written', async () => {
    // Each file alone is harmless, and the last makes it too much: none of those before it is on disk.
    const noise = Buffer.from(Array.from({ length: 60_000 }, (_, index) => index * index * 7919 % 251))
    const path = await pack('bomb.zip', [
      ...Array.from({ length: 4 }, (_, number) => ({ name: `a/${number}.png`, content: noise })), { name: 'b/last.png', content: Buffer.alloc(100 << 20) }
    ])
    const folder = join(place.folder, 'into')
    await fs.mkdir(folder)
    await expect(unpack(path, folder, { skip: () => undefined })).rejects.toMatchObject({ code: 'archive-too-large' })
    expect(await fs.readdir(folder)).toEqual([])
    await fs.rm(folder, { recursive: true })
  })

  it('whose entries share one packed stream is given up by what it claims in all', async () => {
    const entries = Array.from({ length: 100 }, (_, number) => ({ name: `a/${number}.png`, content: Buffer.alloc(400_000) }))
    const path = join(place.folder, 'overlap.zip')
    await fs.writeFile(path, zipFile(entries, { sharedData: true }))
    await refused(path, 'archive-too-large', /overlap\.zip/)
  })

  it('that lies about the size of a file is given up when the file grows beyond it', async () => {
    await refused(await pack('liar.zip', [{ name: 'a/0.png', content: Buffer.alloc(500_000, 'ab'), claims: 100 }]), 'archive-damaged', /liar\.zip is damaged/)
  })

  it('of a million entries is given up by its count alone', async () => {
    const path = join(place.folder, 'many.zip')
    // The directory's end in its 64-bit form says how many; the entries need not be there.
    const end64 = Buffer.alloc(56)
    end64.write('PK\x06\x06', 0, 'latin1')
    end64.writeBigUInt64LE(44n, 4)
    end64.writeBigUInt64LE(1_000_000n, 24)
    end64.writeBigUInt64LE(1_000_000n, 32)
    const locator = Buffer.alloc(20)
    locator.write('PK\x06\x07', 0, 'latin1')
    locator.writeBigUInt64LE(4n, 8)
    locator.writeUInt32LE(1, 16)
    const end = Buffer.alloc(22)
    end.write('PK\x05\x06', 0, 'latin1')
    end.fill(0xff, 8, 20)
    await fs.writeFile(path, Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), end64, locator, end]))
    await refused(path, 'archive-too-large', /many\.zip unpacks to more than 500,000 files/)
  })

  it.each(['zip', 'tar', 'tar.gz'])('of more entries than are allowed is given up as .%s', async (ending) => {
    const path = await pack(`many.${ending}`, Array.from({ length: 40 }, (_, number) => ({ name: `a/${number}.png`, content: Buffer.from('x') })))
    const folder = join(place.folder, 'into')
    await fs.mkdir(folder)
    await expect(unpack(path, folder, { skip: () => undefined, limits: { entries: 30, bytes: 1e9, ratio: 200 } }))
      .rejects.toMatchObject({ code: 'archive-too-large' })
  })

  it('cut off, or of noise behind its first bytes, is refused', async () => {
    const path = await pack('cut.zip', await kinds['image-folder']!())
    const whole = await fs.readFile(path)
    await fs.writeFile(path, whole.subarray(0, whole.length / 2))
    await refused(path, 'archive-truncated', /cut\.zip is cut off/)
    await fs.writeFile(path, Buffer.concat([whole.subarray(0, 60), Buffer.alloc(200, 7), whole.subarray(260)]))
    await expect(add(path)).rejects.toMatchObject({ code: 'archive-damaged' })
  })

  it('with nothing to learn from is refused', async () => {
    await refused(await pack('empty.zip', [{ name: 'readme.md', content: Buffer.from('x') }]), 'no-images', /empty\.zip holds no images/)
  })

  it('is refused by name where it is none at all', async () => {
    const path = join(place.folder, 'page.zip')
    for (const content of ['', '<html>not found</html>']) {
      await fs.writeFile(path, content)
      await refused(path, 'archive-damaged', /page\.zip is damaged and cannot be unpacked/)
    }
  })

  it('of nothing but empty files writes none of them', async () => {
    const path = await pack('hollow.zip', Array.from({ length: 40 }, (_, number) => ({ name: `a/${number}.png`, content: Buffer.alloc(0) })))
    const folder = join(place.folder, 'into')
    await fs.mkdir(folder)
    const skipped: string[] = []
    await unpack(path, folder, { skip: (file, reason) => skipped.push(`${file}: ${reason.en}`) })
    expect(await fs.readdir(folder)).toEqual([])
    expect(skipped).toHaveLength(40)
    expect(skipped[0]).toBe('a/0.png: The file is empty.')
    await refused(path, 'no-images', /hollow\.zip holds no images/)
  })

  it('can be left while it is unpacked, and leaves nothing', async () => {
    const path = await pack('set.zip', await kinds['image-folder']!())
    const cancel = new AbortController()
    const work = importDataset(place.library, { path }, {
      signal: cancel.signal, onProgress: ({ phase }) => { if (phase === 'unpacking') cancel.abort() }
    })
    await expect(work).rejects.toMatchObject({ code: 'cancelled' })
    expect(await datasetFolders(place)).toEqual([])
    const parts = readZip(path, { wanted: () => true, counts: () => true, skip: () => undefined, signal: cancel.signal })
    await expect(parts.next()).rejects.toMatchObject({ code: 'cancelled' })
  })
})
