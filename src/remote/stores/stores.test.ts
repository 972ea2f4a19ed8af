import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import * as fs from 'node:fs/promises'
import builtin from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { once } from 'node:events'
import { syncBuiltinESMExports } from 'node:module'
import type { AddressInfo } from 'node:net'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { toErrorValue } from '../../contract/errors'
import { openStore } from '.'
import type { Store } from './store'

/** A server of S3's protocol: PyPI's `moto[server]`, where it is on this machine. Nothing is downloaded for a test. */
const moto = [
  process.env.GRAFT_MOTO ?? '', join(process.env.GRAFT_CACHE_DIR ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'graft'), 'moto', 'bin', 'moto_server')
].find((path) => path !== '' && existsSync(path))
if (moto === undefined) console.info('Skipped: no S3 server on this machine (GRAFT_MOTO, or a virtual environment in the cache folder’s moto/).')

const variables = ['AWS_ENDPOINT_URL_S3', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_REGION'] as const
const before = Object.fromEntries(variables.map((name) => [name, process.env[name]]))
function useServer(address: string): void {
  Object.assign(process.env, { AWS_ENDPOINT_URL_S3: address, AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: 'secret', AWS_REGION: 'us-east-1' })
}
function forgetServer(): void {
  for (const name of variables) {
    const value = before[name]
    if (value === undefined) Reflect.deleteProperty(process.env, name)
    else process.env[name] = value
  }
}

let folder = ''
beforeAll(async () => { folder = await fs.mkdtemp(join(tmpdir(), 'graft-stores-')) })
afterAll(() => fs.rm(folder, { recursive: true, force: true }))

/** What every store must do. */
async function behavesAsStore(store: Store): Promise<void> {
  expect([await store.read('a/b.json'), await store.size('a/b.json'), await store.fetch('a/b.json', join(folder, 'none'))]).toEqual([undefined, undefined, false])
  await store.write('a/b.json', 'one')
  await store.write('a/b.json', 'two')
  expect(Buffer.from((await store.read('a/b.json'))!).toString()).toBe('two')
  expect(await store.size('a/b.json')).toBe(3)
  // More than one part of an upload.
  const large = Buffer.alloc((64 << 20) + 12_345, 'graft')
  const path = join(folder, 'large')
  await fs.writeFile(path, large)
  await store.send('a/large', path)
  expect(await store.size('a/large')).toBe(large.length)
  const back = join(folder, 'back')
  expect(await store.fetch('a/large', back)).toBe(true)
  expect((await fs.readFile(back)).equals(large)).toBe(true)
  expect(await Promise.all(['x', 'y', 'z'].map((content) => store.create('a/taken', content))).then((each) => each.filter(Boolean))).toHaveLength(1)
  expect(await store.create('a/taken', 'late')).toBe(false)
  expect([await store.list('a'), await store.list('nothing')]).toEqual([['b.json', 'large', 'taken'], []])
  await store.write('ab', 'beside')
  await store.remove('a')
  expect([await store.size('a/large'), await store.size('a/b.json'), await store.size('ab')]).toEqual([undefined, undefined, 6])
  await store.remove('nothing')
}

const codeOf = async (work: Promise<unknown>): Promise<string> => work.then(() => 'none', (error: unknown) => toErrorValue(error).code)

describe('a folder that all machines see', () => {
  it('keeps what is written, whole', async () => {
    await fs.mkdir(join(folder, 'shared'))
    await behavesAsStore(openStore(join(folder, 'shared')))
  })

  it('is not made where it is missing', async () => {
    const store = openStore(join(folder, 'missing'))
    expect([await codeOf(store.read('x')), await codeOf(store.write('x', 'y')), await codeOf(store.size('x'))]).toEqual(Array(3).fill('store-unreachable'))
    expect(existsSync(join(folder, 'missing'))).toBe(false)
  })

  /** Calls of the file system that are answered otherwise. */
  async function withCalls(calls: Partial<typeof builtin>, work: () => Promise<void>): Promise<void> {
    const usual = Object.fromEntries(Object.keys(calls).map((name) => [name, builtin[name as keyof typeof builtin]]))
    Object.assign(builtin, calls)
    syncBuiltinESMExports()
    try {
      await work()
    } finally {
      Object.assign(builtin, usual)
      syncBuiltinESMExports()
    }
  }
  const failing = (code: string) => () => Promise.reject(Object.assign(new Error(code), { code }))

  it('gives no name to a value that could not be written', async () => {
    await fs.mkdir(join(folder, 'full'))
    const store = openStore(join(folder, 'full'))
    const { open } = builtin
    const writeFile = (async (path: string, _content: string, options?: { flag?: string }) => {
      await (await open(path, options?.flag ?? 'w')).close()
      await failing('ENOSPC')()
    }) as typeof builtin.writeFile
    const full = (async (...wanted: Parameters<typeof open>) => Object.assign(await open(...wanted), { writeFile: failing('ENOSPC') })) as typeof open
    for (const calls of [{ writeFile }, { link: failing('EPERM'), open: full }]) {
      await withCalls(calls, async () => { expect(await codeOf(store.create('a/taken', 'one'))).toBe('store-unreachable') })
      expect([await store.size('a/taken'), await fs.readdir(join(folder, 'full', 'a'))]).toEqual([undefined, []])
    }
    expect([await store.create('a/taken', 'one'), await store.create('a/taken', 'two')]).toEqual([true, false])
    expect(await fs.readdir(join(folder, 'full', 'a'))).toEqual(['taken'])
  })

  it.each(['EPERM', 'ENOTSUP', 'EISDIR'])('keeps what is written where there are no links (%s)', async (code) => {
    await fs.mkdir(join(folder, code))
    await withCalls({ link: failing(code) }, () => behavesAsStore(openStore(join(folder, code))))
  })

  it('knows a name that it took where only the answer was lost', async () => {
    await fs.mkdir(join(folder, 'lost'))
    const store = openStore(join(folder, 'lost'))
    const { link } = builtin
    const lost: typeof link = async (...names) => {
      await link(...names)
      await failing('EEXIST')()
    }
    await withCalls({ link: lost }, async () => { expect(await store.create('taken', 'one')).toBe(true) })
    expect(await store.create('taken', 'two')).toBe(false)
  })
})

describe.skipIf(moto === undefined)('a bucket of an S3 server (needs moto_server)', () => {
  let server: ChildProcess
  afterAll(() => {
    forgetServer()
    server.kill('SIGKILL')
  })

  it('keeps what is written, whole; a bucket that is not there says so', async () => {
    const free = createServer()
    free.listen(0, '127.0.0.1')
    await once(free, 'listening')
    const { port } = free.address() as AddressInfo
    free.close()
    server = spawn(moto!, ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' })
    useServer(`http://127.0.0.1:${port}`)
    await expect.poll(() => fetch(`http://127.0.0.1:${port}/moto-api/`).then(({ ok }) => ok, () => false)).toBe(true)
    await new S3Client({ endpoint: `http://127.0.0.1:${port}`, forcePathStyle: true, region: 'us-east-1' }).send(new CreateBucketCommand({ Bucket: 'shared' }))
    await behavesAsStore(openStore('s3://shared/graft'))
    await behavesAsStore(openStore('s3://shared'))
    expect(await codeOf(openStore('s3://not-there').write('x', 'y'))).toBe('store-refused')
  })
})

describe('an S3 server that fails', () => {
  let server: Server | undefined
  afterEach(async () => {
    forgetServer()
    await new Promise((done) => { if (server) server.close(done); else done(undefined) })
    server = undefined
  })

  it.each([[403, 'store-refused'], [404, 'store-refused'], [503, 'store-unreachable']])('with %i says so', async (status, code) => {
    server = createServer((request, response) => {
      request.resume()
      response.writeHead(status, { 'content-type': 'application/xml' })
      response.end(`<Error><Code>${status === 404 ? 'NoSuchBucket' : 'Wrong'}</Code><Message>no</Message></Error>`)
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    useServer(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    expect(await codeOf(openStore('s3://bucket/x').write('key', 'value'))).toBe(code)
  })

  it('by losing its answer leaves a value to whoever wrote it', async () => {
    const values = new Map<string, Buffer>()
    let lost = 0
    server = createServer((request, response) => void (async () => {
      const parts: Buffer[] = []
      for await (const part of request as AsyncIterable<Buffer>) parts.push(part)
      const key = request.url!.split('?')[0]!
      const value = values.get(key)
      if (request.method === 'GET') return response.writeHead(value ? 200 : 404).end(value)
      if (value) return response.writeHead(412).end('<Error><Code>PreconditionFailed</Code><Message>no</Message></Error>')
      values.set(key, Buffer.concat(parts))
      lost++
      response.destroy()
    })())
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    useServer(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    const store = openStore('s3://bucket')
    expect([await store.create('taken', 'one'), await store.create('taken', 'two'), lost]).toEqual([true, false, 1])
  })

  it('by not being there says so, and can be waited for', async () => {
    useServer('http://127.0.0.1:9')
    expect(await codeOf(openStore('s3://bucket').write('key', 'value'))).toBe('store-unreachable')
  })

  it.each(['s3://', 's3://Bucket', 'http://host/x', 's3://bucket/a?b'])('is not at “%s”', (address) => {
    expect(() => openStore(address)).toThrow('neither a folder nor')
  })
})
