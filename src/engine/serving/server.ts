import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ClassScore } from '../../contract/predictions'
import { toErrorValue } from '../../contract/errors'
import type { ModelSummary } from '../../contract/models'
import type { Language, Text } from '../../contract/text'
import { UnreadableImage } from '../../images/image-file'
import { bodyOf, BodyProblem, largestBody, pictureIn } from './body'
import { foreign } from './guard'
import { openApi } from './openapi'
import { pagePolicy, testPage } from './page'

interface ServerOptions {
  summary: ModelSummary
  port: number
  language: Language
  version: string
  /** What the model says of a picture file's bytes. @throws UnreadableImage */
  answer(bytes: Uint8Array): Promise<{ classes: ClassScore[], noneOfThese?: boolean, unlike?: boolean }>
}

/** Requests that may wait at once, and bytes of theirs: what is more is asked to come again. */
const mostWaiting = 256
const mostBytes = 256 << 20
/** How long open requests have once the service is to stop. */
const stopMilliseconds = 10_000

const messages: Record<string, Text> = {
  'host': { en: 'Only requests to localhost are answered.', zh: '只回答发往 localhost 的请求。' },
  'origin': { en: 'Pages of other origins are not answered.', zh: '不回答其他来源的网页。' },
  'not-found': { en: 'There is nothing here; see /openapi.json.', zh: '此处没有内容；参见 /openapi.json。' },
  'method-not-allowed': { en: 'Not by this method; see /openapi.json.', zh: '不支持此方法；参见 /openapi.json。' },
  'body-too-large': { en: `The picture is larger than ${largestBody >> 20} MiB.`, zh: `图片超过 ${largestBody >> 20} MiB。` },
  'content-type-not-taken': { en: 'Send the bytes of a picture as image/… or a form with a file.', zh: '请以 image/… 发送图片字节，或发送含文件的表单。' },
  'no-picture': { en: 'There is no picture in the request.', zh: '请求中没有图片。' },
  'top-not-valid': { en: '“top” takes a whole number from 1.', zh: '“top”应为大于等于 1 的整数。' },
  'busy': { en: 'Too many requests at once; try again.', zh: '同时请求过多，请稍后重试。' },
  'stopping': { en: 'The service is stopping.', zh: '服务正在停止。' }
}

/** A server on the loopback address that answers about pictures; `stop` answers what is open first. */
export async function startServer(options: ServerOptions): Promise<{ address: string, stop(): Promise<void> }> {
  let port = options.port
  let waiting = 0
  let heldBytes = 0
  let stopping = false
  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      // Whoever asked has gone.
      if (response.headersSent || response.destroyed) response.destroy()
      else refuse(response, 500, toErrorValue(error).code, toErrorValue(error).message)
    })
  })
  server.headersTimeout = 10_000
  server.requestTimeout = 30_000
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host: '127.0.0.1', port, exclusive: true }, resolve)
  })
  port = (server.address() as AddressInfo).port
  const address = `http://127.0.0.1:${port}`
  const document = JSON.stringify(openApi(options.summary, address, options.version))

  const refuse = (response: ServerResponse, status: number, code: string, message = messages[code]!, headers: Record<string, string> = {}): void =>
    send(response, status, JSON.stringify({ error: { code, message: message[options.language] } }), { ...json, ...headers })

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const stranger = foreign(request, port)
    if (stranger) return refuse(response, 403, stranger)
    if (stopping) return refuse(response, 503, 'stopping', undefined, { 'Connection': 'close', 'Retry-After': '1' })
    const url = new URL(request.url ?? '/', address)
    const isRead = request.method === 'GET' || request.method === 'HEAD'
    if (url.pathname === '/predict') return request.method === 'POST' ? predict(request, response, url) : refuse(response, 405, 'method-not-allowed', undefined, { Allow: 'POST' })
    if (!['/', '/health', '/openapi.json'].includes(url.pathname)) return refuse(response, 404, 'not-found')
    if (!isRead) return refuse(response, 405, 'method-not-allowed', undefined, { Allow: 'GET, HEAD' })
    if (url.pathname === '/openapi.json') return send(response, 200, document, json)
    if (url.pathname === '/health') return send(response, 200, JSON.stringify({ status: 'ready', model: options.summary.ref, waiting }), json)
    const nonce = randomBytes(16).toString('base64')
    return send(response, 200, testPage(options.summary.name, options.language, nonce), {
      'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': pagePolicy(nonce)
    })
  }

  async function predict(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const top = url.searchParams.get('top')
    if (top !== null && !/^[1-9]\d{0,5}$/.test(top)) return refuse(response, 400, 'top-not-valid')
    const announced = Math.min(largestBody, Number(request.headers['content-length'] ?? largestBody) || 0)
    if (waiting >= mostWaiting || heldBytes + announced > mostBytes) return refuse(response, 503, 'busy', undefined, { 'Connection': 'close', 'Retry-After': '1' })
    waiting++
    heldBytes += announced
    try {
      const { classes, noneOfThese, unlike } = await options.answer(pictureIn(await bodyOf(request), request.headers['content-type']))
      send(response, 200, JSON.stringify({
        model: options.summary.ref, classes: top === null ? classes : classes.slice(0, Number(top)),
        ...(noneOfThese !== undefined && { noneOfThese }), ...(unlike !== undefined && { unlike })
      }), json)
    } catch (error) {
      // What was not read of a body is not waited for.
      if (error instanceof BodyProblem) refuse(response, error.status, error.code, undefined, { Connection: 'close' })
      else if (error instanceof UnreadableImage) refuse(response, 400, 'image-unreadable', error.reason)
      else throw error
    } finally {
      waiting--
      heldBytes -= announced
    }
  }

  return {
    address,
    stop: async () => {
      stopping = true
      const closed = new Promise<void>((resolve) => { server.close(() => resolve()) })
      server.closeIdleConnections()
      const impatient = setTimeout(() => server.closeAllConnections(), stopMilliseconds)
      await closed
      clearTimeout(impatient)
    }
  }
}

const json = { 'Content-Type': 'application/json; charset=utf-8' }

function send(response: ServerResponse, status: number, body: string, headers: Record<string, string>): void {
  response.writeHead(status, {
    'Content-Length': Buffer.byteLength(body), 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff', 'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Resource-Policy': 'same-origin', 'Cross-Origin-Opener-Policy': 'same-origin', 'X-Frame-Options': 'DENY', ...headers
  })
  response.end(body)
}
