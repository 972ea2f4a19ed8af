import { createHash } from 'node:crypto'
import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { GraftError } from '../../contract/errors'
import { useWorkplace } from '../testing'
import { retryAfter, waitBefore } from './back-off'
import { arrivedBytes, downloadFile, type DownloadHooks, type RemoteFile } from './download'
import { closeServersAfterEach, serve, serveProxy, type Manner } from './testing-server'
import { openTransport, type Transport, type TransportOptions } from './transport'

const place = useWorkplace()
closeServersAfterEach()

// A pattern without a period that divides the lengths below: a part in the wrong place changes the hash.
const content = Buffer.from(Uint8Array.from({ length: 1_000_003 }, (_, index) => (index * 31 + (index >> 8)) % 251))
const md5 = createHash('md5').update(content).digest('hex')
const sha256 = createHash('sha256').update(content).digest('hex')
const fileAt = (...addresses: string[]): RemoteFile => ({
  name: 'data.bin', addresses: addresses.map((address) => `${address}/data.bin`), bytes: content.length, atMostBytes: 2_000_000, hash: { algorithm: 'sha256', hex: sha256 }
})
const quick = { firstMilliseconds: 1, longestMilliseconds: 4, tries: 4, triesUnreachable: 2, jitter: () => 0.5 }

let transports: Transport[] = []
afterEach(async () => {
  for (const transport of transports) await transport.close()
  transports = []
})
async function get(file: RemoteFile, hooks: Partial<DownloadHooks> = {}, options: TransportOptions = {}): Promise<string> {
  const transport = await openTransport({ env: {}, ...options })
  transports.push(transport)
  return downloadFile(file, place.folder, { transport, backOff: quick, ...hooks })
}
async function codeOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(() => undefined, (thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(GraftError)
  const { value } = error as GraftError
  expect(value.message.en).toMatch(/\.$/)
  expect(value.message.zh).toMatch(/。$/)
  return value.code
}
const partial = (): Promise<Buffer> => fs.readFile(join(place.folder, 'data.bin.part'))
const names = async (): Promise<string[]> => (await fs.readdir(place.folder)).filter((name) => name.startsWith('data.bin')).sort()

describe('a download', () => {
  it('arrives whole, is checked, and leaves nothing beside it', async () => {
    const { address, asked } = await serve(content, [{ kind: 'whole' }])
    const seen: number[] = []
    const path = await get(fileAt(address), { onBytes: (bytes) => seen.push(bytes) })
    expect(content.equals(await fs.readFile(path))).toBe(true)
    expect(await names()).toEqual(['data.bin'])
    expect(seen.at(-1)).toBe(content.length)
    await get(fileAt(address))
    expect(asked).toHaveLength(1)
  })

  it('can be checked by MD5, and needs no size beforehand', async () => {
    const { address } = await serve(content, [{ kind: 'drop', after: 500_000 }, { kind: 'whole' }])
    const { bytes: _bytes, ...file } = fileAt(address)
    const path = await get({ ...file, hash: { algorithm: 'md5', hex: md5 } })
    expect(content.equals(await fs.readFile(path))).toBe(true)
  })

  it('goes on where the connection broke, again and again, and asks for the rest only', async () => {
    const drop: Manner = { kind: 'drop', after: 320_000 }
    const { address, asked } = await serve(content, [drop, drop, drop, { kind: 'whole' }])
    const waits: number[] = []
    const path = await get(fileAt(address), { onWaiting: ({ attempt }) => waits.push(attempt) })
    expect(content.equals(await fs.readFile(path))).toBe(true)
    const starts = asked.map(({ range }) => Number(/\d+/.exec(range ?? '0')?.[0]))
    expect(starts[0]).toBe(0)
    for (let index = 1; index < starts.length; index++) expect(starts[index]).toBeGreaterThan(starts[index - 1]!)
    expect(asked[1]!.ifRange).toBe('"one"')
    // Each try brought something new: the count of failures began anew each time.
    expect(waits).toEqual([2, 2, 2])
  })

  it('gives up when tries bring nothing, and keeps what has arrived', async () => {
    const { address, asked } = await serve(content, [{ kind: 'drop', after: 400_000 }, { kind: 'drop', after: 0 }])
    expect(await codeOf(get(fileAt(address)))).toBe('download-broken-off')
    expect(asked).toHaveLength(1 + 4 - 1)
    const kept = await partial()
    expect(kept.length).toBeGreaterThan(0)
    expect(kept.equals(content.subarray(0, kept.length))).toBe(true)
    expect(await arrivedBytes({ name: 'data.bin' }, place.folder)).toBe(kept.length)
  })

  it('that a server leaves hanging is taken up again', async () => {
    const { address, asked } = await serve(content, [{ kind: 'silent', after: 300_000 }, { kind: 'whole' }])
    expect(content.equals(await fs.readFile(await get(fileAt(address), {}, { silentMilliseconds: 300 })))).toBe(true)
    expect(asked).toHaveLength(2)
  })

  it('that was cancelled is kept, and a later one goes on from it', async () => {
    const { address, asked } = await serve(content, [{ kind: 'silent', after: 600_000 }, { kind: 'whole' }])
    const cancel = new AbortController()
    const work = get(fileAt(address), { signal: cancel.signal, onBytes: (bytes) => { if (bytes >= 600_000) cancel.abort() } })
    expect(await codeOf(work)).toBe('cancelled')
    expect((await partial()).length).toBe(600_000)
    await get(fileAt(address))
    expect(asked[1]).toMatchObject({ range: 'bytes=600000-', ifRange: '"one"' })
  })

  it('that was cancelled while it waits ends at once', async () => {
    const { address } = await serve(content, [{ kind: 'status', status: 503, headers: { 'retry-after': '60' } }])
    const cancel = new AbortController()
    // The server asks for a minute, which is longer than this test may take.
    expect(await codeOf(get(fileAt(address), { signal: cancel.signal, onWaiting: () => cancel.abort() }))).toBe('cancelled')
  }, 45_000)

  it('starts anew where the file on the server has changed since', async () => {
    const old = await serve(Buffer.alloc(content.length, 7), [{ kind: 'drop', after: 500_000 }, { kind: 'drop', after: 0 }], { etag: '"old"' })
    await codeOf(get(fileAt(old.address)))
    // The same address later, with the right file: as the state says.
    const now = await serve(content, [{ kind: 'whole' }])
    await fs.writeFile(join(place.folder, 'data.bin.part.json'), JSON.stringify({ schemaVersion: 1, address: `${now.address}/data.bin`, validator: '"old"' }))
    expect(content.equals(await fs.readFile(await get(fileAt(now.address))))).toBe(true)
    expect(now.asked).toHaveLength(1)
  })

  it('starts anew where what was kept turns out to be of another file', async () => {
    await fs.writeFile(join(place.folder, 'data.bin.part'), Buffer.alloc(500_000, 7))
    const { address, asked } = await serve(content, [{ kind: 'whole' }])
    expect(content.equals(await fs.readFile(await get(fileAt(address))))).toBe(true)
    expect(asked.map(({ range }) => range)).toEqual(['bytes=500000-', undefined])
  })

  it('comes whole from a server that ignores ranges', async () => {
    const { address } = await serve(content, [{ kind: 'drop', after: 500_000 }, { kind: 'no-ranges' }])
    expect(content.equals(await fs.readFile(await get(fileAt(address))))).toBe(true)
  })

  it('ends with a server that ignores ranges and never comes to the end', async () => {
    const { address, asked } = await serve(content, [{ kind: 'no-ranges', after: 900_000 }])
    expect(await codeOf(get(fileAt(address)))).toBe('download-broken-off')
    expect(asked.length).toBeLessThanOrEqual(5)
  })

  it('does not put a part where it does not belong', async () => {
    const { address } = await serve(content, [{ kind: 'drop', after: 500_000 }, { kind: 'other-part', from: 100 }, { kind: 'whole' }])
    expect(content.equals(await fs.readFile(await get(fileAt(address))))).toBe(true)
  })

  it('with wrong bytes is tried once more and then refused, and nothing of it stays', async () => {
    const { address, asked } = await serve(content, [{ kind: 'other-bytes', fill: 3 }])
    expect(await codeOf(get(fileAt(address)))).toBe('download-wrong-content')
    expect(asked).toHaveLength(2)
    expect(await names()).toEqual([])
  })

  it('whose server claims another size is refused before it is read', async () => {
    for (const bytes of [20, content.length - 1, 5_000_000_000]) {
      const { address } = await serve(content, [{ kind: 'lies', bytes }])
      expect(await codeOf(get(fileAt(address)))).toBe('download-wrong-size')
    }
  })

  it('that would never end is cut off at the size it should have', async () => {
    const { address } = await serve(content, [{ kind: 'too-many', bytes: 3_000_000 }])
    expect(await codeOf(get(fileAt(address)))).toBe('download-wrong-size')
    expect((await partial().catch(() => Buffer.alloc(0))).length).toBe(0)
  })

  it.each([[403], [404], [410]])('that is answered with %i fails at once', async (status) => {
    const { address, asked } = await serve(content, [{ kind: 'status', status }])
    expect(await codeOf(get(fileAt(address)))).toBe('download-refused')
    expect(asked).toHaveLength(1)
  })

  it.each([[429], [500], [503]])('that is answered with %i is tried again', async (status) => {
    const { address } = await serve(content, [{ kind: 'status', status }, { kind: 'status', status }, { kind: 'whole' }])
    expect(content.equals(await fs.readFile(await get(fileAt(address))))).toBe(true)
  })

  it('waits as long as a busy server asks for', async () => {
    const { address } = await serve(content, [{ kind: 'status', status: 429, headers: { 'retry-after': '1' } }, { kind: 'whole' }])
    const waits: number[] = []
    const started = Date.now()
    await get(fileAt(address), { onWaiting: ({ seconds }) => waits.push(seconds) })
    expect(waits).toEqual([1])
    expect(Date.now() - started).toBeGreaterThan(950)
  })

  it('gives up on a server that stays busy', async () => {
    const { address, asked } = await serve(content, [{ kind: 'status', status: 503 }])
    expect(await codeOf(get(fileAt(address)))).toBe('download-busy')
    expect(asked).toHaveLength(4)
  })

  it('follows redirections, with the range', async () => {
    const there = await serve(content, [{ kind: 'whole' }])
    const here = await serve(content, [{ kind: 'redirect', to: `${there.address}/elsewhere` }])
    await fs.writeFile(join(place.folder, 'data.bin.part'), content.subarray(0, 1000))
    expect(content.equals(await fs.readFile(await get(fileAt(here.address))))).toBe(true)
    expect(there.asked[0]).toMatchObject({ path: '/elsewhere', range: 'bytes=1000-' })
  })

  it('does not follow redirections in a circle', async () => {
    const { address, asked } = await serve(content, [{ kind: 'redirect', to: '/again' }])
    expect(await codeOf(get(fileAt(address)))).toBe('download-refused')
    expect(asked.length).toBeLessThan(10)
  })

  it('comes from the next address where the first has it no more', async () => {
    const gone = await serve(content, [{ kind: 'status', status: 404 }])
    const there = await serve(content, [{ kind: 'whole' }])
    expect(content.equals(await fs.readFile(await get(fileAt(gone.address, there.address))))).toBe(true)
  })

  it('says of the first address what is wrong where none has it', async () => {
    const first = await serve(content, [{ kind: 'status', status: 403 }])
    const second = await serve(content, [{ kind: 'status', status: 404 }])
    await expect(get(fileAt(first.address, second.address))).rejects.toMatchObject({ message: expect.stringContaining(new URL(first.address).host) })
  })

  it('without a network is one sentence and what to do', async () => {
    const error = await get(fileAt('http://127.0.0.1:1')).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'no-network' })
    expect((error as GraftError).message).toBe('127.0.0.1:1 cannot be reached from this computer.')
    expect((error as GraftError).value.remedy!.en).toMatch(/download http:\/\/127\.0\.0\.1:1\/data\.bin with a browser and drop the file/)
  })

  it('that was damaged on the disk since is brought again', async () => {
    await fs.writeFile(join(place.folder, 'data.bin'), content.subarray(1))
    const { address } = await serve(content, [{ kind: 'whole' }])
    expect(content.equals(await fs.readFile(await get(fileAt(address))))).toBe(true)
  })
})

describe('a proxy', () => {
  it('is asked in the place of the server, and not where NO_PROXY names it', async () => {
    const { address } = await serve(content, [{ kind: 'drop', after: 300_000 }, { kind: 'whole' }])
    const proxy = await serveProxy()
    expect(content.equals(await fs.readFile(await get(fileAt(address), {}, { env: { HTTP_PROXY: proxy.address } })))).toBe(true)
    expect(proxy.forwarded).toEqual([`GET ${address}/data.bin`, `GET ${address}/data.bin`])

    await fs.rm(join(place.folder, 'data.bin'))
    await get(fileAt(address), {}, { env: { HTTP_PROXY: proxy.address, NO_PROXY: 'example.org,127.0.0.1' } })
    expect(proxy.forwarded).toHaveLength(2)
  })

  it('opens a tunnel for https, for which HTTP_PROXY does where there is no HTTPS_PROXY', async () => {
    const { address } = await serve(content, [{ kind: 'whole' }])
    for (const name of ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY']) {
      const proxy = await serveProxy()
      const file = fileAt(address.replace('http:', 'https:'))
      // The server speaks no TLS: what matters is that the proxy was asked for the tunnel.
      await get(file, {}, { env: { [name]: proxy.address } }).catch(() => undefined)
      expect(new Set(proxy.forwarded), name).toEqual(new Set([`CONNECT ${new URL(address).host}`]))
    }
  })

  it('that wants a password gets the one in its address, and is named where there is none', async () => {
    const { address } = await serve(content, [{ kind: 'whole' }])
    const proxy = await serveProxy({ password: 'me:secret' })
    expect(await codeOf(get(fileAt(address), {}, { env: { HTTP_PROXY: proxy.address } }))).toBe('proxy-refused')
    expect(await codeOf(get(fileAt(address.replace('http:', 'https:')), {}, { env: { HTTPS_PROXY: proxy.address } }))).toBe('proxy-refused')
    await get(fileAt(address), {}, { env: { HTTP_PROXY: proxy.address.replace('//', '//me:secret@') } })
    expect(proxy.forwarded).toEqual([`GET ${address}/data.bin`])
  })

  it('with an address that is none is refused without its password', async () => {
    const error = await get(fileAt('http://127.0.0.1:1'), {}, { env: { HTTPS_PROXY: 'socks://me:secret@host' } }).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'proxy-not-valid' })
    expect(JSON.stringify((error as GraftError).value)).not.toContain('secret')
  })
})

describe('waiting', () => {
  it('doubles, up to a limit, with its upper half at random', () => {
    const backOff = { firstMilliseconds: 1000, longestMilliseconds: 60_000, tries: 7, triesUnreachable: 4, jitter: () => 0 }
    expect([1, 2, 3, 4].map((failures) => waitBefore(failures, backOff))).toEqual([500, 1000, 2000, 4000])
    expect([1, 2, 3, 4].map((failures) => waitBefore(failures, { ...backOff, jitter: () => 1 }))).toEqual([1000, 2000, 4000, 8000])
    expect(waitBefore(20, { ...backOff, jitter: () => 1 })).toBe(60_000)
  })

  it('takes a server at its word for two minutes at most', () => {
    const backOff = { firstMilliseconds: 1000, longestMilliseconds: 60_000, tries: 7, triesUnreachable: 4, jitter: () => 0 }
    expect(waitBefore(1, backOff, 7_000)).toBe(7_000)
    expect(waitBefore(1, backOff, 86_400_000)).toBe(120_000)
    expect(retryAfter('5')).toBe(5_000)
    expect(retryAfter('Thu, 01 Jan 1970 00:00:09 GMT', 4_000)).toBe(5_000)
    expect([retryAfter(undefined), retryAfter('soon')]).toEqual([0, 0])
  })
})
