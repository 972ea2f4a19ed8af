import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { imageAddress, longestStrip, stripAddress } from '../../contract/app'
import type { AnySplit, Dataset } from '../../contract/datasets'
import { GraftError } from '../../contract/errors'
import type { DatasetReader } from '../../library/datasets/cache'
import { answerImage } from './image-protocol'
import { isStandIn, serveScheme, type SchemeAnswer } from '../shell/platform'
import { ReaderPool } from './reader-pool'
import { answerWindowFile, isWindowAddress } from './protocol'

/** Images whose numbers are their positions; of one pixel: position, 20, 30. */
function poolOf(ids: string[], capacity = 4, shape: readonly [number, number, number] = [1, 1, 3]) {
  const log: string[] = []
  const pool = new ReaderPool(async (id) => {
    if (!ids.includes(id)) throw new GraftError('dataset-not-found', { en: '', zh: '' })
    log.push(`open ${id}`)
    const reader: Partial<DatasetReader> = {
      dataset: { shape, splits: { train: { count: 3, sha256: { images: '' } } } } as unknown as Dataset,
      countOf: (split) => split === 'train' || split === 'all' ? 3 : 0,
      readImages: async (_split: AnySplit, positions: ArrayLike<number>) => {
        if (shape[0] === 1) return Uint8Array.from(Array.from(positions).flatMap((position) => [position, 20, 30]))
        const length = shape[0] * shape[1] * shape[2]
        const pixels = new Uint8Array(positions.length * length)
        Array.from(positions).forEach((position, place) => pixels.fill(position, place * length, (place + 1) * length))
        return pixels
      },
      close: async () => { log.push(`close ${id}`) }
    }
    return reader as DatasetReader
  }, capacity)
  return { pool, log }
}

/** The pixels of a BMP, after its headers: rows from bottom to top, padded to four bytes. */
const pixelsOf = (bmp: Buffer): Buffer => bmp.subarray(bmp.readUInt32LE(10))

describe('answerImage', () => {
  it('gives one image by data set, split and position', async () => {
    const { pool } = poolOf(['digits'])
    const { status, headers, body } = await answerImage(imageAddress('digits', 'train', 2), pool)
    expect([status, headers['content-type']]).toEqual([200, 'image/bmp'])
    expect([...pixelsOf(body)]).toEqual([30, 20, 2, 0])
  })

  it('gives one by its position through all splits', async () => {
    const { pool } = poolOf(['digits'])
    expect([...pixelsOf((await answerImage(imageAddress('digits', 'all', 1), pool)).body)]).toEqual([30, 20, 1, 0])
    expect((await answerImage(imageAddress('digits', 'all', 3), pool)).status).toBe(404)
  })

  it('gives several below one another, neighbours as a range', async () => {
    const address = stripAddress('digits', 'train', 1, [0, 1, 2, 0])
    expect(address).toBe('graft-image://dataset/digits/train/1/0-2,0.bmp')
    const { status, body } = await answerImage(address, poolOf(['digits']).pool)
    // Four rows of one pixel, bottom row first, padded to four bytes.
    expect([status, [...pixelsOf(body)]]).toEqual([200, [30, 20, 0, 0, 30, 20, 2, 0, 30, 20, 1, 0, 30, 20, 0, 0]])
  })

  it('gives a row of pictures that are too large to be read at once', async () => {
    const { pool } = poolOf(['large'], 4, [4096, 4096, 3])
    const { status, body } = await answerImage(stripAddress('large', 'train', 256, [0, 1, 2]), pool)
    expect([status, pixelsOf(body).length]).toEqual([200, 3 * 16 * 16 * 3])
    expect([...pixelsOf(body).subarray(0, 3)]).toEqual([2, 2, 2])
    expect([...body.subarray(-3)]).toEqual([0, 0, 0])
  })

  it.each([
    'train/1/0-3.bmp', 'train/1/2-1.bmp', 'train/0/1.bmp', 'train/1/.bmp', 'train/1/1,.bmp', 'train/1/0-1-2.bmp', 'train/257/0.bmp',
    `train/1/${Array.from({ length: longestStrip + 1 }, () => '0').join(',')}.bmp`, 'train/1/0-4000000000.bmp', 'hidden/1/0.bmp', 'train/1/../0.bmp'
  ])('answers 404 to a row of pictures %s', async (place) => {
    expect((await answerImage(`graft-image://dataset/digits/${place}`, poolOf(['digits']).pool)).status).toBe(404)
  })

  it.each([
    imageAddress('digits', 'train', 3), imageAddress('digits', 'test', 0), imageAddress('nothing', 'train', 0),
    imageAddress('digits', 'secret', 0), imageAddress('..', 'train', 0), imageAddress('%2e%2e', 'train', 0),
    'graft-image://dataset/digits/train/-1.bmp', 'graft-image://dataset/digits/train/1.5.bmp',
    'graft-image://dataset/digits/train/0.bmp?x', 'graft-image://dataset/../../etc/passwd', 'graft-image://files/etc/passwd', ''
  ])('answers 404 to %s', async (address) => {
    expect((await answerImage(address, poolOf(['digits']).pool)).status).toBe(404)
  })
})

describe('ReaderPool', () => {
  it('opens a data set once, and closes the one not used for longest', async () => {
    const { pool, log } = poolOf(['a', 'b', 'c'], 2)
    for (const id of ['a', 'b', 'a', 'c']) await pool.use(id, async () => undefined)
    expect(log).toEqual(['open a', 'open b', 'open c', 'close b'])
  })

  it('closes a data set only when nobody reads it any more', async () => {
    const { pool, log } = poolOf(['a'])
    let finish = (): void => undefined
    const reading = pool.use('a', () => new Promise<void>((resolve) => { finish = resolve }))
    await expect.poll(() => log).toEqual(['open a'])
    const closing = pool.close('a').then(() => log.push('closed'))
    await new Promise((resolve) => setImmediate(resolve))
    expect(log).toEqual(['open a'])
    finish()
    await Promise.all([reading, closing])
    expect(log).toEqual(['open a', 'close a', 'closed'])
  })

  it('tries again after a data set could not be opened', async () => {
    const ids: string[] = []
    const { pool } = poolOf(ids)
    await expect(pool.use('a', async () => 1)).rejects.toThrow()
    ids.push('a')
    expect(await pool.use('a', async () => 1)).toBe(1)
  })
})

describe('answerWindowFile', () => {
  let folder: string
  beforeAll(async () => {
    folder = join(await mkdtemp(join(tmpdir(), 'graft-window-')), 'renderer')
    await mkdir(join(folder, 'assets'), { recursive: true })
    await writeFile(join(folder, 'index.html'), '<meta nonce="__GRAFT_NONCE__"><script src="/assets/a.js"></script>')
    await writeFile(join(folder, 'assets', 'a.js'), 'let x')
    await writeFile(join(folder, '..', 'secret.json'), '{}')
  })
  afterAll(() => rm(join(folder, '..'), { recursive: true }))

  it('serves the page with a strict policy and a nonce of its own each time', async () => {
    const first = await answerWindowFile('graft-app://window/index.html', folder)
    const second = await answerWindowFile('graft-app://window/index.html', folder)
    const policy = first.headers['content-security-policy'] ?? ''
    const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? ''
    expect(nonce).toHaveLength(24)
    expect(first.body.toString()).toContain(`nonce="${nonce}"`)
    expect(second.headers['content-security-policy']).not.toBe(policy)
    expect(policy).toContain("default-src 'none'")
    expect(policy).not.toMatch(/unsafe|http|\*/)
  })

  it('serves scripts by their type', async () => {
    const { status, headers } = await answerWindowFile('graft-app://window/assets/a.js', folder)
    expect([status, headers['content-type']]).toEqual([200, 'text/javascript; charset=utf-8'])
  })

  it.each([
    '/', '/missing.js', '/../secret.json', '/%2e%2e/secret.json', '/..%2fsecret.json', '/assets/..%5c..%5csecret.json', '/%00.js'
  ])('answers 404 to %s', async (path) => {
    expect((await answerWindowFile(`graft-app://window${path}`, folder)).status).toBe(404)
  })

  it('knows the window\'s own addresses', () => {
    expect(isWindowAddress('graft-app://window/index.html#/runs')).toBe(true)
    for (const address of ['graft-app://other/index.html', 'https://window/index.html', 'file:///index.html', '', 'about:blank']) {
      expect(isWindowAddress(address)).toBe(false)
    }
  })
})

describe('serveScheme', () => {
  const answer = async (): Promise<SchemeAnswer> => ({ status: 200, headers: { 'content-type': 'text/html; charset=utf-8', 'x-own': '1' }, body: Buffer.from('hi') })

  it('answers through protocol.handle where Electron has it', async () => {
    let handler: (request: Request) => Promise<Response> = () => Promise.reject(new Error())
    serveScheme({ handle: (_scheme, given) => { handler = async (request) => given(request as never) } }, 's', answer, () => undefined)
    const response = await handler({ url: 's://x' } as Request)
    expect([response.status, await response.text(), response.headers.get('x-own')]).toEqual([200, 'hi', '1'])
  })

  it('answers through the older form where it has not, and with 500 when the handler throws', async () => {
    const answers: unknown[] = []
    const errors: unknown[] = []
    const serve = (handler: () => Promise<SchemeAnswer>) => serveScheme({
      registerBufferProtocol: (_scheme, given) => { given({ url: 's://x' } as never, (given) => answers.push(given)); return true }
    }, 's', handler, (error) => errors.push(error))
    serve(answer)
    serve(() => Promise.reject(new Error('broken')))
    await expect.poll(() => answers).toHaveLength(2)
    expect(answers).toContainEqual(expect.objectContaining({ statusCode: 200, mimeType: 'text/html', data: Buffer.from('hi') }))
    expect(answers).toContainEqual(expect.objectContaining({ statusCode: 500 }))
    expect(errors).toHaveLength(1)
  })
})

describe('isStandIn', () => {
  it('tells the shipped Electron from another one', () => {
    expect(isStandIn('45.4.1', '45.4.1')).toBe(false)
    expect(isStandIn('45.0.0', '45.4.1')).toBe(false)
    expect(isStandIn('22.3.25', '45.4.1')).toBe(true)
    expect(isStandIn(undefined, '45.4.1')).toBe(true)
  })
})
