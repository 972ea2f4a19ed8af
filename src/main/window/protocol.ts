import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import type { SchemeAnswer } from '../shell/platform'

export const windowScheme = 'graft-app'
const origin = `${windowScheme}://window`
export const windowAddress = `${origin}/index.html`

/** Stands in the page where the nonce of its policy belongs. */
const noncePlaceholder = '__GRAFT_NONCE__'

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8', '.svg': 'image/svg+xml', '.png': 'image/png', '.ico': 'image/x-icon',
  '.woff2': 'font/woff2', '.wasm': 'application/wasm', '.map': 'application/json'
}

/** What the window may load: its own files, and pictures of data sets. No evaluated code, no remote content. */
const contentSecurityPolicy = (nonce: string): string => [
  "default-src 'none'", "script-src 'self'", `style-src 'self' 'nonce-${nonce}'`, "img-src 'self' graft-image: data: blob:",
  "font-src 'self'", "connect-src 'self'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"
].join('; ')

/** True for an address of the window's own pages. */
export function isWindowAddress(address: string): boolean {
  try {
    const { protocol, host } = new URL(address)
    return protocol === `${windowScheme}:` && host === 'window'
  } catch {
    return false
  }
}

/** The window's files from their folder; anything else, and every path that leads out of it, is 404. */
export async function answerWindowFile(url: string, folder: string): Promise<SchemeAnswer> {
  const parts = partsOf(url)
  const type = parts && types[extname(parts.at(-1) ?? '')]
  const content = parts && type ? await readFile(join(folder, ...parts)).catch(() => undefined) : undefined
  if (!content || !type) return { status: 404, headers: { 'content-type': 'text/plain' }, body: Buffer.from('not found') }
  const headers: Record<string, string> = {
    'content-type': type, 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer', 'cache-control': 'no-cache'
  }
  if (!type.startsWith('text/html')) return { status: 200, headers, body: content }
  const nonce = randomBytes(16).toString('base64')
  return {
    status: 200,
    headers: { ...headers, 'content-security-policy': contentSecurityPolicy(nonce) },
    body: Buffer.from(content.toString('utf8').replaceAll(noncePlaceholder, nonce))
  }
}

/** The path's names; undefined where one of them is not a plain file name. */
function partsOf(url: string): string[] | undefined {
  if (!isWindowAddress(url)) return undefined
  try {
    const parts = new URL(url).pathname.split('/').filter((part) => part !== '').map(decodeURIComponent)
    return parts.length > 0 && parts.every((part) => /^[\w-][\w.-]*$/.test(part)) ? parts : undefined
  } catch {
    return undefined
  }
}
