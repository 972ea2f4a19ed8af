import type { IncomingMessage } from 'node:http'

/** What a browser or a program may call this machine. */
const loopbackNames = ['localhost', '127.0.0.1', '[::1]']

/** Whether a name and port, as in a Host header, is this machine at that port. */
function isHere(authority: string, port: number): boolean {
  return loopbackNames.some((name) => authority.toLowerCase() === `${name}:${port}` || (port === 80 && authority.toLowerCase() === name))
}

/**
 * Why a request is not answered at all; undefined for one of this machine. A page elsewhere that has its own name point
 * here (DNS rebinding) sends that name as Host, and any other page its own Origin.
 */
export function foreign({ headers }: Pick<IncomingMessage, 'headers'>, port: number): 'host' | 'origin' | undefined {
  if (headers.host === undefined || !isHere(headers.host, port)) return 'host'
  const { origin } = headers
  if (origin !== undefined && !(origin.startsWith('http://') && isHere(origin.slice('http://'.length), port))) return 'origin'
  const site = headers['sec-fetch-site']
  // A link that a person follows brings a page of its own; everything else of another site is refused.
  const isVisit = headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document'
  if (site !== undefined && site !== 'same-origin' && site !== 'none' && !isVisit) return 'origin'
  return undefined
}
