import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { createServer, get, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { GraftError } from '../../contract/errors'
import type { Update } from '../../contract/updates'
import { feedName, newKeys, writeFeed } from '../../../scripts/update-feed.mjs'
import { isSafeAddress, ownForm, readUpdateSource } from './source'
import { Updates, type Fetch } from './updates'
import { watchForUpdates } from './watch'

const keys = newKeys()
const name = 'graft_0.2.0_amd64.deb'
let folder: string
let server: Server
let address: string
/** What was asked for. */
let asked: string[]
/** Answers with so many bytes of a file less than it promised, and ends the connection. */
let cutShort = 0
/** Sends half of a file and then nothing more, or no answer at all; the connection stays open. */
let silent: 'no' | 'halfway' | 'at once' = 'no'
/** Connections that the other side ended before they had everything. */
let ended = 0

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'graft-updates-'))
  asked = []
  cutShort = 0
  silent = 'no'
  ended = 0
  await mkdir(join(folder, 'served'))
  server = createServer((request, response) => {
    asked.push(request.url ?? '')
    readFile(join(folder, 'served', (request.url ?? '').slice(1))).then((bytes) => {
      response.on('close', () => { if (!response.writableFinished) ended++ })
      if (silent === 'at once') return
      response.writeHead(200, { 'content-length': bytes.length })
      if (silent === 'halfway') return void response.write(bytes.subarray(0, bytes.length / 2))
      if (cutShort === 0 || request.url === `/${feedName}`) response.end(bytes)
      else response.write(bytes.subarray(0, bytes.length - cutShort), () => response.destroy())
    }, () => response.writeHead(404).end())
  })
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterEach(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => { server.close(resolve) })
  await rm(folder, { recursive: true, force: true })
})

const fetchPlainly: Fetch = (from, signal) => new Promise((resolve, reject) => {
  get(from, { signal }, (response: IncomingMessage) => {
    if (response.statusCode === 200) resolve(response)
    else reject(new Error(`status ${response.statusCode}`))
  }).on('error', reject)
})

/** Puts a release on the server. */
async function release(version: string, privateKey = keys.privateKey, content = `the package ${version}`): Promise<string> {
  const served = join(folder, 'served')
  for (const old of await readdir(served)) await rm(join(served, old))
  await writeFile(join(served, `graft_${version}_amd64.deb`), content)
  return writeFeed({ folder: served, address, version, privateKey })
}

const updatesOf = (version = '0.1.0', wanted: boolean | 'unasked' = true, form = 'linux-x64.deb'): Updates => new Updates({
  source: { feed: `${address}/${feedName}`, key: keys.publicKey }, version, form, fetch: fetchPlainly, patience: 300, dataDir: folder, cacheDir: join(folder, 'cache'),
  wanted: async () => wanted === 'unasked' ? undefined : wanted, isUsed: async () => true
})
const codeOf = (work: Promise<unknown>): Promise<string> => work.then(() => 'no error', (error: unknown) => error instanceof GraftError ? error.value.code : String(error))
const fetched = (): Promise<string[]> => readdir(join(folder, 'cache', 'updates')).catch(() => [])

describe('a look for newer versions', () => {
  it('finds a newer version, fetches its file whole, and fetches nothing twice', async () => {
    await release('0.2.0')
    const updates = updatesOf()
    expect(await updates.look()).toEqual({ version: '0.2.0', file: { name, bytes: 17 } })
    const path = await updates.download()
    expect(await readFile(path, 'utf8')).toBe('the package 0.2.0')
    expect(await updates.download()).toBe(path)
    expect(asked).toEqual([`/${feedName}`, `/${name}`])
    expect(await fetched()).toEqual([name])
  })

  it('finds nothing where this is the newest version, or the list is of the one before', async () => {
    await release('0.2.0')
    expect(await updatesOf('0.2.0').look()).toBeNull()
    expect(await updatesOf('0.3.0').look()).toBeNull()
    expect(await codeOf(updatesOf('0.3.0').download())).toBe('update-no-file')
  })

  it('tells of a newer version that has no file for this system', async () => {
    await release('0.2.0')
    const updates = updatesOf('0.1.0', true, 'darwin-arm64.zip')
    expect(await updates.look()).toEqual({ version: '0.2.0' })
    expect(await codeOf(updates.download())).toBe('update-no-file')
  })

  it('believes no list with a bad signature: by another key, or changed after it was signed', async () => {
    const file = await release('0.2.0', newKeys().privateKey)
    expect(await codeOf(updatesOf().look())).toBe('update-not-signed')
    await release('0.2.0')
    const text = await readFile(file, 'utf8')
    await writeFile(file, text.replace('0.2.0', '0.9.0'))
    expect(await codeOf(updatesOf().look())).toBe('update-not-signed')
    await writeFile(file, 'no list')
    expect(await codeOf(updatesOf().look())).toBe('update-unreadable')
    await writeFile(file, ' '.repeat(300_000))
    expect(await codeOf(updatesOf().look())).toBe('update-unreadable')
    expect(await fetched()).toEqual([])
  })

  it('takes no version that goes back behind one it was offered before', async () => {
    await release('0.3.0')
    expect(await updatesOf().look()).toMatchObject({ version: '0.3.0' })
    await release('0.2.0')
    expect(await codeOf(updatesOf().look())).toBe('update-going-back')
    await release('0.3.0')
    expect(await updatesOf().look()).toMatchObject({ version: '0.3.0' })
  })

  it('keeps no file that is shorter, longer or another than the signed list says', async () => {
    await release('0.2.0')
    const updates = updatesOf()
    await updates.look()
    const file = join(folder, 'served', name)
    const { size } = await stat(file)
    await truncate(file, size - 1)
    expect(await codeOf(updates.download())).toBe('update-damaged')
    await appendFile(file, '0 and more')
    expect(await codeOf(updates.download())).toBe('update-damaged')
    await writeFile(file, 'the package 0.2.1')
    expect(await codeOf(updates.download())).toBe('update-damaged')
    expect(await fetched()).toEqual([])
    await writeFile(file, 'the package 0.2.0')
    await updates.download()
    expect(await fetched()).toEqual([name])
  })

  it('keeps one file only: the newest, and none where its version runs', async () => {
    await release('0.2.0')
    await updatesOf().download()
    await release('0.3.0')
    await updatesOf().download()
    expect(await fetched()).toEqual(['graft_0.3.0_amd64.deb'])
    // Also where it is there already, and something was left beside it.
    await writeFile(join(folder, 'cache', 'updates', name), 'an older one')
    await updatesOf().download()
    expect(await fetched()).toEqual(['graft_0.3.0_amd64.deb'])
    expect(await updatesOf('0.3.0').look()).toBeNull()
    expect(await fetched()).toEqual([])
  })

  it('keeps nothing of a file whose connection ended halfway', async () => {
    await release('0.2.0')
    const updates = updatesOf()
    await updates.look()
    cutShort = 5
    expect(await codeOf(updates.download())).toBe('update-unreachable')
    expect(await fetched()).toEqual([])
  })

  it('waits for no connection that falls silent, before its answer or halfway, and fetches the file the next time', async () => {
    await release('0.2.0')
    const updates = updatesOf()
    silent = 'at once'
    expect(await codeOf(updates.look())).toBe('update-unreachable')
    silent = 'halfway'
    expect(await codeOf(updates.look())).toBe('update-unreachable')
    silent = 'no'
    await updates.look()
    silent = 'halfway'
    expect(await codeOf(updates.download())).toBe('update-unreachable')
    // None of them is left open.
    await vi.waitFor(() => expect(ended).toBe(3))
    expect(await fetched()).toEqual([])
    silent = 'no'
    await updates.download()
    expect(await fetched()).toEqual([name])
  })

  it('says so where nobody answers, and where this copy has no address', async () => {
    expect(await codeOf(updatesOf().look())).toBe('update-unreachable')
    const none = new Updates({
      source: null, version: '0.1.0', form: '', fetch: fetchPlainly, dataDir: folder, cacheDir: folder, wanted: async () => undefined, isUsed: async () => true
    })
    expect(await none.state()).toEqual({ address: null, ask: false })
    expect(await codeOf(none.look())).toBe('update-no-address')
  })

  it('asks the person once', async () => {
    expect(await updatesOf('0.1.0', 'unasked').state()).toMatchObject({ ask: true, address: new URL(address).host })
    expect(await updatesOf('0.1.0', false).state()).toMatchObject({ ask: false })
    expect(asked).toEqual([])
  })
})

describe('the daily look', () => {
  it('asks nobody until the person has agreed, and tells of a version once', async () => {
    vi.useFakeTimers()
    try {
      let wanted: boolean | undefined
      const told: Update[] = []
      const failures: unknown[] = []
      const look = vi.fn(async () => ({ version: '0.2.0' }))
      const stop = watchForUpdates({
        updates: { look }, wanted: async () => wanted, onFound: (update) => told.push(update), onFailure: (error) => failures.push(error)
      })
      await vi.advanceTimersByTimeAsync(60_000)
      wanted = false
      await vi.advanceTimersByTimeAsync(86_400_000)
      expect(look).not.toHaveBeenCalled()
      wanted = true
      await vi.advanceTimersByTimeAsync(3 * 86_400_000)
      expect(look).toHaveBeenCalledTimes(3)
      expect(told).toEqual([{ version: '0.2.0' }])
      look.mockRejectedValueOnce(new Error('no answer'))
      await vi.advanceTimersByTimeAsync(86_400_000)
      expect(failures).toHaveLength(1)
      stop()
      await vi.advanceTimersByTimeAsync(5 * 86_400_000)
      expect(look).toHaveBeenCalledTimes(4)
    } finally {
      vi.useRealTimers()
    }
  })
})

describe('where newer versions come from', () => {
  it('is what packaging wrote, by an address that nobody on the way can change', async () => {
    expect(await readUpdateSource(undefined)).toBeNull()
    expect(await readUpdateSource(join(folder, 'none.json'))).toBeNull()
    const file = join(folder, 'updates.json')
    await writeFile(file, JSON.stringify({ feed: 'https://example.org/graft-updates.json', key: keys.publicKey }))
    expect(await readUpdateSource(file)).toMatchObject({ feed: 'https://example.org/graft-updates.json' })
    await writeFile(file, JSON.stringify({ feed: 'http://example.org/graft-updates.json', key: keys.publicKey }))
    expect(await readUpdateSource(file)).toBeNull()
    expect([address, 'https://example.org', 'file:///etc/passwd', 'http://localhost.example.org', 'nothing'].map(isSafeAddress)).toEqual([true, true, false, false, false])
  })

  it('has the form that this copy was installed from', () => {
    const form = (platform: string, environment: NodeJS.ProcessEnv = {}, programs: string[] = []): string => (
      ownForm({ platform, arch: 'x64', environment, has: (program) => programs.includes(program) })
    )
    expect(form('linux', {}, ['/usr/bin/dpkg', '/usr/bin/rpm'])).toBe('linux-x64.deb')
    expect(form('linux', {}, ['/usr/bin/rpm'])).toBe('linux-x64.rpm')
    expect(form('linux', { APPIMAGE: '/home/ada/graft' }, ['/usr/bin/dpkg'])).toBe('linux-x64.AppImage')
    expect(form('linux')).toBe('linux-x64.tar.gz')
    expect(form('win32')).toBe('win32-x64.exe')
  })
})
