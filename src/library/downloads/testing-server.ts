import { once } from 'node:events'
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { pipeline } from 'node:stream'
import { afterEach } from 'vitest'

// For tests: a server on this computer that serves one file badly, and a proxy before it.

export interface Asked { path: string, range: string | undefined, ifRange: string | undefined, host: string | undefined }

/** How a request is answered; the last of a list answers all that follow. */
export type Manner =
  | { kind: 'whole' }
  /** Breaks the connection off after so many bytes of the body. */
  | { kind: 'drop', after: number }
  /** Stops sending after so many bytes and says nothing more. */
  | { kind: 'silent', after: number }
  /** Sends the whole, whatever part was asked for. */
  | { kind: 'no-ranges', after?: number }
  | { kind: 'other-bytes', fill: number }
  /** Claims another length than the file has. */
  | { kind: 'lies', bytes: number }
  /** Sends more than the file has, without a length. */
  | { kind: 'too-many', bytes: number }
  | { kind: 'status', status: number, headers?: Record<string, string> }
  /** A part that was not asked for. */
  | { kind: 'other-part', from: number }
  | { kind: 'redirect', to: string }

const running: { server: Server, sockets: Set<Socket> }[] = []

async function listen(server: Server): Promise<string> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  running.push({ server, sockets })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Ends all servers after each test of a file. */
export function closeServersAfterEach(): void {
  afterEach(async () => {
    for (const { server, sockets } of running.splice(0)) {
      for (const socket of sockets) socket.destroy()
      await new Promise((done) => server.close(done))
    }
  })
}

/** Serves `content` at every path; each request in turn is answered in the next manner. */
export async function serve(content: Buffer, manners: readonly Manner[], { etag = '"one"' }: { etag?: string } = {}): Promise<{ address: string, asked: Asked[] }> {
  const asked: Asked[] = []
  const server = createServer((incoming, outgoing) => {
    const manner = manners[Math.min(asked.length, manners.length - 1)]!
    asked.push({
      path: incoming.url ?? '', range: incoming.headers.range, ifRange: incoming.headers['if-range'] as string | undefined, host: incoming.headers.host
    })
    answer(manner, content, etag, incoming, outgoing)
  })
  return { address: await listen(server), asked }
}

function answer(manner: Manner, content: Buffer, etag: string, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const asked = /^bytes=(\d+)-$/.exec(incoming.headers.range ?? '')
  const changed = incoming.headers['if-range'] !== undefined && incoming.headers['if-range'] !== etag
  const from = asked && !changed && manner.kind !== 'no-ranges' ? Number(asked[1]) : 0
  const send = (body: Buffer, after: number | undefined, silent = false): void => {
    const headers = { etag, 'content-length': body.length - from }
    if (from > 0) outgoing.writeHead(206, { ...headers, 'content-range': `bytes ${from}-${body.length - 1}/${body.length}` })
    else outgoing.writeHead(200, headers)
    if (after === undefined) outgoing.end(body.subarray(from))
    else outgoing.write(body.subarray(from, from + after), () => { if (!silent) outgoing.socket?.end() })
  }
  switch (manner.kind) {
    case 'whole': return send(content, undefined)
    case 'drop': return send(content, manner.after)
    case 'silent': return send(content, manner.after, true)
    case 'no-ranges': return send(content, manner.after)
    case 'other-bytes': return send(Buffer.alloc(content.length, manner.fill), undefined)
    case 'lies':
      outgoing.writeHead(200, { 'content-length': manner.bytes })
      outgoing.write(content.subarray(0, Math.min(content.length, manner.bytes)))
      return
    case 'too-many':
      outgoing.writeHead(200)
      outgoing.end(Buffer.alloc(manner.bytes, 1))
      return
    case 'status':
      outgoing.writeHead(manner.status, manner.headers ?? {})
      outgoing.end('no')
      return
    case 'other-part':
      outgoing.writeHead(206, { 'content-range': `bytes ${manner.from}-${content.length - 1}/${content.length}` })
      outgoing.end(content.subarray(manner.from))
      return
    case 'redirect':
      outgoing.writeHead(302, { location: manner.to })
      outgoing.end()
  }
}

/** A proxy that forwards plain requests and opens tunnels; `password` as `user:word` where it wants one. */
export async function serveProxy({ password }: { password?: string } = {}): Promise<{ address: string, forwarded: string[] }> {
  const forwarded: string[] = []
  const allows = (incoming: IncomingMessage): boolean => password === undefined ||
    incoming.headers['proxy-authorization'] === `Basic ${Buffer.from(password).toString('base64')}`
  const server = createServer((incoming, outgoing) => {
    if (!allows(incoming)) {
      outgoing.writeHead(407, { 'proxy-authenticate': 'Basic' }).end()
      return
    }
    forwarded.push(`${incoming.method} ${incoming.url}`)
    const onwards = request(incoming.url ?? '', { headers: incoming.headers }, (answered) => {
      outgoing.writeHead(answered.statusCode ?? 502, answered.headers)
      pipeline(answered, outgoing, () => outgoing.destroy())
    })
    onwards.on('error', () => outgoing.destroy()).end()
  })
  server.on('connect', (incoming, client) => {
    if (!allows(incoming)) {
      client.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n')
      return
    }
    forwarded.push(`CONNECT ${incoming.url}`)
    const [host, port] = (incoming.url ?? '').split(':')
    const onwards = connect(Number(port), host, () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n')
      onwards.pipe(client)
      client.pipe(onwards)
    })
    onwards.on('error', () => client.destroy())
    client.on('error', () => onwards.destroy())
  })
  return { address: await listen(server), forwarded }
}
