import { request as ask, type IncomingHttpHeaders } from 'node:http'
import { connect } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { UnreadableImage } from '../../images/image-file'
import { MicroBatcher } from './batcher'
import { BodyProblem, largestBody, pictureIn } from './body'
import { startServer } from './server'

const summary = {
  ref: 'model:net' as const, name: 'A <net>', architecture: 'lenet', input: [28, 28, 1] as [number, number, 1], normalisation: { mean: [0.5], standardDeviation: [0.5] },
  classes: ['cat', 'dog'], blocks: [], parameters: 1, createdAt: '2026-01-01T00:00:00.000Z'
}
const answer = { classes: [{ class: 'cat', probability: 0.75 }, { class: 'dog', probability: 0.25 }], noneOfThese: false }
let server: Awaited<ReturnType<typeof startServer>> | undefined
afterEach(async () => {
  await server?.stop()
  server = undefined
})
const start = async (work: Parameters<typeof startServer>[0]['answer'] = () => Promise.resolve(answer)): Promise<string> =>
  (server = await startServer({ summary, port: 0, language: 'en', version: '1', answer: work })).address

interface Said { status: number, headers: IncomingHttpHeaders, body: string }
function send(address: string, path: string, { method = 'GET', headers = {}, body }: { method?: string, headers?: Record<string, string>, body?: Buffer } = {}): Promise<Said> {
  return new Promise((resolve, reject) => {
    const asked = ask(new URL(path, address), { method, headers, agent: false }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => { text += chunk }).on('end', () => resolve({ status: response.statusCode!, headers: response.headers, body: text }))
    })
    asked.on('error', reject).end(body)
  })
}
const predict = (address: string, headers: Record<string, string> = {}, body = Buffer.from('a picture')) => send(address, '/predict', { method: 'POST', headers, body })

describe('a served model', () => {
  it('answers about the bytes of a picture, or the file of a form', async () => {
    const seen: string[] = []
    const address = await start((bytes) => { seen.push(Buffer.from(bytes).toString()); return Promise.resolve(answer) })
    expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    const said = await predict(address, { 'Content-Type': 'image/png' })
    expect([said.status, JSON.parse(said.body)]).toEqual([200, { model: 'model:net', ...answer }])
    const form = '--b\r\nContent-Disposition: form-data; name="x"\r\n\r\n1\r\n--b\r\nContent-Disposition: form-data; name="image"; filename="a.png"\r\n\r\nin a form\r\n--b--\r\n'
    expect((await predict(address, { 'Content-Type': 'multipart/form-data; boundary=b' }, Buffer.from(form))).status).toBe(200)
    expect(seen).toEqual(['a picture', 'in a form'])
    expect(JSON.parse((await send(address, '/predict?top=1', { method: 'POST', body: Buffer.from('x') })).body)).toMatchObject({ classes: [{ class: 'cat' }] })
  })

  it('has a page that loads nothing and runs only its own script, and describes itself', async () => {
    const address = await start()
    const { headers, body } = await send(address, '/')
    const policy = String(headers['content-security-policy'])
    const nonce = /script-src 'nonce-([^']+)'/.exec(policy)![1]!
    expect(policy).toContain('default-src \'none\'')
    expect([...body.matchAll(/<(?:script|style)\b([^>]*)>/g)].map(([, attributes]) => attributes)).toEqual([` nonce="${nonce}"`, ` nonce="${nonce}"`])
    expect(body).not.toMatch(/(?:src|href)="(?!\/openapi)/)
    expect(body).toContain('A &#60;net&#62;')
    const document = JSON.parse((await send(address, '/openapi.json')).body) as { servers: unknown, paths: object }
    expect(document.servers).toEqual([{ url: address }])
    for (const path of Object.keys(document.paths)) expect((await (path === '/predict' ? predict(address) : send(address, path))).status).toBe(200)
    expect(JSON.parse((await send(address, '/health')).body)).toEqual({ status: 'ready', model: 'model:net', waiting: 0 })
  })

  it.each<[string, number, Parameters<typeof send>[2] & { path?: string }]>([
    ['another host, as after DNS rebinding', 403, { headers: { Host: 'evil.example' } }],
    ['another port of this machine', 403, { headers: { Host: '127.0.0.1:1' } }],
    ['a page of another origin', 403, { method: 'POST', headers: { Origin: 'https://evil.example' } }],
    ['a page without an origin', 403, { method: 'POST', headers: { Origin: 'null' } }],
    ['an image on a page of another site', 403, { headers: { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'no-cors', 'Sec-Fetch-Dest': 'image' } }],
    ['a path that is none', 404, { path: '/../../etc/passwd' }],
    ['a wrong method', 405, { method: 'DELETE', path: '/' }],
    ['a form that any page may send', 415, { method: 'POST', headers: { 'Content-Type': 'text/plain' }, body: Buffer.from('x') }],
    ['an empty body', 400, { method: 'POST' }],
    ['a count that is none', 400, { method: 'POST', path: '/predict?top=0', body: Buffer.from('x') }],
    ['a body that says it is too large', 413, { method: 'POST', headers: { 'Content-Length': String(largestBody + 1) }, body: Buffer.alloc(0) }]
  ])('refuses %s', async (_what, status, { path = '/predict', ...more }) => {
    const address = await start()
    const said = await send(address, path, more).catch(() => undefined)
    // A body that is refused by its header need not have come.
    const text = expect.any(String) as string
    if (said) expect([said.status, JSON.parse(said.body)]).toEqual([status, { error: { code: text, message: text } }])
    else expect(status).toBe(413)
  })

  it('answers its own page, by each of its names', async () => {
    const address = await start()
    const port = new URL(address).port
    for (const name of ['localhost', '127.0.0.1', '[::1]']) {
      expect((await predict(address, { Host: `${name}:${port}`, Origin: `http://${name}:${port}`, 'Sec-Fetch-Site': 'same-origin' })).status).toBe(200)
    }
  })

  it('says why a picture cannot be read', async () => {
    const address = await start(() => Promise.reject(new UnreadableImage({ en: 'It is cut off.', zh: '' })))
    expect(JSON.parse((await predict(address)).body)).toEqual({ error: { code: 'image-unreadable', message: 'It is cut off.' } })
  })

  it('asks to come again when too many wait, and answers those that do', async () => {
    const open: ((said: typeof answer) => void)[] = []
    const address = await start(() => new Promise((resolve) => open.push(resolve)))
    const waiting = Array.from({ length: 256 }, () => predict(address))
    await expect.poll(() => open.length).toBe(256)
    const refused = await predict(address)
    expect([refused.status, refused.headers['retry-after']]).toEqual([503, '1'])
    for (const resolve of open) resolve(answer)
    expect((await Promise.all(waiting)).every(({ status }) => status === 200)).toBe(true)
  })

  it('answers what is open before it stops, and nothing new', async () => {
    let finish: (said: typeof answer) => void = () => undefined
    const address = await start(() => new Promise((resolve) => { finish = resolve }))
    const open = predict(address)
    await expect.poll(async () => (JSON.parse((await send(address, '/health')).body) as { waiting: number }).waiting).toBe(1)
    const stopped = server!.stop()
    await expect(send(address, '/health')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    finish(answer)
    expect((await open).status).toBe(200)
    await stopped
    server = undefined
  })

  it('outlives what is no HTTP, and callers that go away', async () => {
    const address = await start()
    const port = Number(new URL(address).port)
    await new Promise<void>((resolve) => connect(port, '127.0.0.1').resume().on('error', () => resolve()).on('close', () => resolve()).end('\0\0\0 no HTTP\r\n\r\n'))
    connect(port, '127.0.0.1').resume().on('error', () => undefined).end('POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nhalf')
    expect((await predict(address)).status).toBe(200)
  })
})

describe('pictures in a body', () => {
  it.each([
    ['no boundary', 'multipart/form-data', '--b\r\n'], ['no file', 'multipart/form-data; boundary=b', '--b\r\nContent-Disposition: form-data; name="x"\r\n\r\n1\r\n--b--'],
    ['no end', 'multipart/form-data; boundary=b', '--b\r\nContent-Disposition: form-data; filename="x"\r\n\r\n1'], ['nothing', undefined, '']
  ])('of %s are none', (_what, type, body) => {
    expect(() => pictureIn(Buffer.from(body), type)).toThrow(BodyProblem)
  })
})

describe('requests that arrive together', () => {
  it('are answered in one pass, each with its own answer, at most so many', async () => {
    const batches: number[] = []
    const batcher = new MicroBatcher((batch: readonly number[]) => { batches.push(batch.length); return batch.map((value) => value * 2) }, 4)
    expect(await Promise.all([1, 2, 3, 4, 5, 6].map((value) => batcher.ask(value)))).toEqual([2, 4, 6, 8, 10, 12])
    expect(batches).toEqual([4, 2])
    const failing = new MicroBatcher((): number[] => { throw new Error('no') }, 4)
    await expect(Promise.all([failing.ask(1), failing.ask(2)])).rejects.toThrow('no')
  })
})
