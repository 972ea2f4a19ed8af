import type * as Undici from 'undici'
import { GraftError } from '../../contract/errors'
import type { Environment } from '../disk/folders'

export interface Answer {
  status: number
  header(name: string): string | undefined
  body: AsyncIterable<Uint8Array>
  /** Gives the connection up without reading the rest. */
  leave(): void
}

/** Asks for addresses over the network, directly or through the person's proxy. */
export interface Transport {
  get(address: string, headers: Record<string, string>, signal?: AbortSignal): Promise<Answer>
  close(): Promise<void>
}

export interface TransportOptions {
  env?: Environment
  /** Longest silence before a connection, its answer or its next bytes count as lost. */
  silentMilliseconds?: number
}

const largestRedirections = 5

/**
 * Honours HTTPS_PROXY, HTTP_PROXY (for both where the other is missing) and NO_PROXY, in capitals or not. Bytes come as
 * they are sent: nothing is unpacked on the way, for the hashes are of what lies on the server.
 */
export async function openTransport({ env = process.env, silentMilliseconds = 30_000 }: TransportOptions = {}): Promise<Transport> {
  // Loaded here: most commands never ask the network anything.
  const { default: undici } = await import('undici')
  // The types of its default leave the agent out.
  const { EnvHttpProxyAgent, request } = undici as unknown as typeof Undici
  const httpProxy = env.http_proxy || env.HTTP_PROXY || ''
  const httpsProxy = env.https_proxy || env.HTTPS_PROXY || httpProxy
  for (const proxy of [httpProxy, httpsProxy]) if (proxy !== '' && !/^https?:$/.test(protocolOf(proxy))) throw proxyNotValid(proxy)
  const agent = new EnvHttpProxyAgent({
    httpProxy, httpsProxy, noProxy: env.no_proxy || env.NO_PROXY || '',
    // Plain addresses are asked of the proxy by their full name, as other programs do; many refuse a tunnel to port 80.
    proxyTunnel: false,
    connect: { timeout: silentMilliseconds }, headersTimeout: silentMilliseconds, bodyTimeout: silentMilliseconds
  })
  async function ask(address: string, headers: Record<string, string>, signal?: AbortSignal): Promise<Answer> {
    const { statusCode, headers: answered, body } = await request(address, {
      dispatcher: agent, headers: { 'user-agent': 'Graft', 'accept-encoding': 'identity', ...headers }, ...(signal && { signal })
    })
    return {
      status: statusCode,
      header: (name) => {
        const value = answered[name]
        return Array.isArray(value) ? value[0] : value
      },
      body,
      leave: () => { body.on('error', () => undefined).destroy() }
    }
  }
  return {
    async get(address, headers, signal) {
      let at = address
      for (let redirections = 0; ; redirections++) {
        const answer = await ask(at, headers, signal)
        const next = redirections < largestRedirections ? redirectionOf(answer, at) : undefined
        if (next === undefined) return answer
        answer.leave()
        at = next
      }
    },
    close: () => agent.destroy()
  }
}

/** Where an answer sends the request on to; undefined for every other answer. What arrives is checked by its hash, wherever it lay. */
function redirectionOf(answer: Answer, from: string): string | undefined {
  const location = answer.header('location')
  if (![301, 302, 303, 307, 308].includes(answer.status) || location === undefined || !URL.canParse(location, from)) return undefined
  const next = new URL(location, from)
  return /^https?:$/.test(next.protocol) ? next.href : undefined
}

function protocolOf(address: string): string {
  try {
    return new URL(address).protocol
  } catch {
    return ''
  }
}

function proxyNotValid(proxy: string): GraftError {
  return new GraftError('proxy-not-valid', {
    en: `The proxy's address "${withoutPassword(proxy)}" cannot be used.`,
    zh: `无法使用代理地址“${withoutPassword(proxy)}”。`
  }, {
    remedy: {
      en: 'Set HTTPS_PROXY to an address like http://proxy:3128, or unset it.',
      zh: '请将 HTTPS_PROXY 设为形如 http://proxy:3128 的地址，或取消设置。'
    }
  })
}

const withoutPassword = (proxy: string): string => proxy.replace(/\/\/[^@/]*@/, '//')
