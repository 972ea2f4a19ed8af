import { createHash } from 'node:crypto'
import * as fs from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { knownDatasetSchema, type DownloadProgress } from '../../../contract/downloads'
import { closeServersAfterEach, serve, type Manner } from '../../downloads/testing-server'
import { useWorkplace } from '../../testing'
import { formats } from '../formats'
import { discardDownload } from './discard'
import { getKnownDataset, type GetHooks } from './get'
import { downloadFolder, listKnown } from './list'
import { knownDatasets, type KnownEntry } from './manifest'
import { DownloadMeter } from '../../downloads/meter'

const place = useWorkplace()
closeServersAfterEach()
const cache = (): string => join(place.folder, 'cache')
const quick = { firstMilliseconds: 1, longestMilliseconds: 4, tries: 3, triesUnreachable: 2, jitter: () => 0.5 }

// An idx data set of 40 images of 64×64, large enough to be cut in the middle; noise packs badly.
const noise = (length: number): Buffer => {
  const bytes = Buffer.alloc(length)
  for (let index = 0, state = 1; index < length; index++) {
    state = Math.imul(state, 1_103_515_245) + 12_345 >>> 0
    bytes[index] = state >>> 16
  }
  return bytes
}
const int = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}
const images = gzipSync(Buffer.concat([int(0x803), int(40), int(64), int(64), noise(40 * 4096)]))
const labels = gzipSync(Buffer.concat([int(0x801), int(40), Buffer.from(Array.from({ length: 40 }, (_, index) => index % 2))]))
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

function entryAt(imagesAddress: string, labelsAddress: string): KnownEntry {
  return {
    id: 'two', title: 'Two', summary: { en: 'Two.', zh: '二。' }, shape: [64, 64, 1], classes: 2, classNames: ['cat', 'dog'],
    images: { train: 40, test: 0 }, licence: { en: 'Free', zh: '自由' }, citation: 'Nobody 2000', page: 'http://127.0.0.1/', format: 'idx', reads: 'folder',
    files: [
      { name: 'train-images-idx3-ubyte.gz', addresses: [`${imagesAddress}/i`], bytes: images.length, hash: { algorithm: 'sha256', hex: sha256(images) } },
      { name: 'train-labels-idx1-ubyte.gz', addresses: [`${labelsAddress}/l`], bytes: labels.length, hash: { algorithm: 'sha256', hex: sha256(labels) } }
    ]
  }
}
async function entryServed(manners: readonly Manner[], labelManners: readonly Manner[] = [{ kind: 'whole' }]): Promise<KnownEntry> {
  return entryAt((await serve(images, manners)).address, (await serve(labels, labelManners)).address)
}
const get = (entry: KnownEntry, hooks: GetHooks = {}) =>
  getKnownDataset(place.library, cache(), { known: 'two' }, { entries: [entry], transport: { env: {} }, backOff: quick, ...hooks })

/** Resolves once so many bytes of a download lie on the disk. */
async function arrived(entry: KnownEntry, bytes: number): Promise<void> {
  for (;;) {
    const [known] = await listKnown(place.library, cache(), [entry])
    if (known!.partialBytes >= bytes) return
    await new Promise((done) => setTimeout(done, 10))
  }
}

describe('getting a known data set', () => {
  it('downloads, imports with its licence and class names, and leaves no file in the cache', async () => {
    const seen: DownloadProgress[] = []
    const dataset = await get(await entryServed([{ kind: 'drop', after: 60_000 }, { kind: 'whole' }]), { onDownload: (progress) => seen.push(progress) })
    expect(dataset).toMatchObject({
      id: 'two', name: 'Two', classes: ['cat', 'dog'],
      provenance: { known: 'two', licence: 'Free', attribution: 'Nobody 2000', format: 'idx' }
    })
    expect(await fs.readdir(join(cache(), 'downloads'))).toEqual([])
    expect(seen.at(-1)).toMatchObject({ fileNumber: 2, files: 2, done: images.length + labels.length, total: images.length + labels.length })
    expect(seen.some(({ waiting }) => waiting?.reason.en.includes('lost'))).toBe(true)
    expect(await listKnown(place.library, cache(), [await entryServed([])])).toMatchObject([{ id: 'two', installed: ['two'], partialBytes: 0 }])
  })

  it('goes on after a cancel, and says meanwhile how much is there', async () => {
    const cancel = new AbortController()
    const first = await entryServed([{ kind: 'silent', after: 80_000 }])
    const work = expect(get(first, { signal: cancel.signal })).rejects.toMatchObject({ code: 'cancelled' })
    await arrived(first, 80_000)
    cancel.abort()
    await work
    expect(await listKnown(place.library, cache(), [first])).toMatchObject([{ installed: [], partialBytes: 80_000 }])
    const server = await serve(images, [{ kind: 'whole' }])
    await get(entryAt(server.address, (await serve(labels, [{ kind: 'whole' }])).address))
    expect(server.asked[0]!.range).toBe('bytes=80000-')
  })

  it('keeps the files when the import fails, so that nothing is downloaded twice', async () => {
    const entry = await entryServed([{ kind: 'whole' }])
    await expect(get({ ...entry, format: 'cifar-10' })).rejects.toMatchObject({ code: expect.any(String) })
    expect((await fs.readdir(downloadFolder(cache(), 'two'))).sort()).toEqual(['train-images-idx3-ubyte.gz', 'train-labels-idx1-ubyte.gz'])
    expect(await place.library.datasets.has('two')).toBe(false)
    await get(entryAt('http://127.0.0.1:1', 'http://127.0.0.1:1'))
    expect(await place.library.datasets.has('two')).toBe(true)
  })

  it('is refused while another process downloads the same, and not by a lock that a dead one left', async () => {
    const entry = await entryServed([{ kind: 'silent', after: 10 }, { kind: 'whole' }])
    const cancel = new AbortController()
    const first = expect(get(entry, { signal: cancel.signal })).rejects.toMatchObject({ code: 'cancelled' })
    await arrived(entry, 10)
    await expect(get(entry)).rejects.toMatchObject({ code: 'download-running' })
    cancel.abort()
    await first
    await fs.writeFile(`${downloadFolder(cache(), 'two')}.lock`, JSON.stringify({ pid: 2 ** 22 + 1, host: hostname(), startedAt: new Date().toISOString() }))
    await get(entry)
  })

  it('is refused before a byte is asked for where the disk has no room', async () => {
    const server = await serve(images, [{ kind: 'whole' }])
    const entry = { ...entryAt(server.address, server.address), images: { train: 1e15, test: 0 } }
    await expect(get(entry)).rejects.toMatchObject({ code: 'disk-full' })
    expect(server.asked).toEqual([])
  })

  it('is refused where the id is taken, and for one that is not known', async () => {
    const entry = await entryServed([{ kind: 'whole' }])
    await get(entry)
    await expect(get(entry)).rejects.toMatchObject({ code: 'dataset-exists' })
    await expect(getKnownDataset(place.library, cache(), { known: 'image-net' })).rejects.toMatchObject({ code: 'known-dataset-unknown' })
  })

  it('frees what was left when that is asked for', async () => {
    const folder = downloadFolder(cache(), 'mnist')
    await fs.mkdir(folder, { recursive: true })
    await fs.writeFile(join(folder, 'train-images-idx3-ubyte.gz.part'), Buffer.alloc(1000))
    expect((await listKnown(place.library, cache())).find(({ id }) => id === 'mnist')!.partialBytes).toBe(1000)
    await discardDownload(cache(), 'mnist')
    expect(await fs.readdir(join(cache(), 'downloads'))).toEqual([])
  })
})

describe('the known data sets', () => {
  it('each have a reader, a licence, hashes of the right length and addresses that end in the file', async () => {
    for (const known of await listKnown(place.library, cache())) knownDatasetSchema.parse(known)
    for (const { format, files, classNames, classes } of knownDatasets) {
      expect(formats.map(({ id }) => id)).toContain(format)
      if (classNames) expect(classNames).toHaveLength(classes)
      for (const { name, hash, addresses, bytes, aboutBytes } of files) {
        expect(hash.hex).toMatch(hash.algorithm === 'md5' ? /^[0-9a-f]{32}$/ : /^[0-9a-f]{64}$/)
        for (const address of addresses) expect(new URL(address).pathname.endsWith(`/${name}`)).toBe(true)
        expect((bytes ?? aboutBytes)! > 1000).toBe(true)
      }
    }
    expect(new Set(knownDatasets.map(({ id }) => id)).size).toBe(6)
  })
})

describe('the progress of a download', () => {
  it('counts all files, with the speed of the last seconds, and none while it waits', () => {
    let now = 0
    const told: DownloadProgress[] = []
    const file = (name: string, bytes: number) => ({ name, bytes, addresses: [], hash: { algorithm: 'md5' as const, hex: '' } })
    const meter = new DownloadMeter([file('a', 1000), file('b', 3000)], (progress) => told.push(progress), () => now)
    meter.begin(0)
    now = 1000
    meter.bytes(500, 1000)
    // 500 bytes in a second, 3,500 still to come.
    expect(told.at(-1)).toEqual({ phase: 'downloading', file: 'a', fileNumber: 1, files: 2, done: 500, total: 4000, bytesPerSecond: 500, secondsLeft: 7 })
    meter.waiting({ seconds: 3, attempt: 2, reason: { en: 'x', zh: 'x' } })
    expect(told.at(-1)).toEqual({ phase: 'downloading', file: 'a', fileNumber: 1, files: 2, done: 500, total: 4000, waiting: { seconds: 3, attempt: 2, reason: { en: 'x', zh: 'x' } } })
    meter.begin(1)
    now = 2000
    meter.bytes(0, 3000)
    now = 4000
    meter.bytes(2000, 3000)
    expect(told.at(-1)).toMatchObject({ file: 'b', fileNumber: 2, done: 3000 })
    expect(told.at(-1)!.waiting).toBeUndefined()
  })
})
