import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import type { z } from 'zod'
import { GraftError, systemCode } from '../contract/errors'
import { clusterProblems } from './problems'

/** What one request of a cluster may take. */
const longestSeconds = 20
/** Logs are the longest answers; the rest of such a one is of no use. */
const longestAnswer = 32 << 20

interface Request {
  method?: 'GET' | 'POST' | 'DELETE'
  body?: unknown
  headers?: Record<string, string>
  /** In place of the usual time. */
  seconds?: number
}

interface Answer {
  status: number
  text: string
}

/**
 * One request of a cluster's head, with an end to its time and its length. Not by `fetch`: that marks its requests as a
 * browser's (`sec-fetch-mode`), and Ray refuses a browser's wish to change something.
 * @throws GraftError `cluster-unreachable`, `cluster-silent`, `cluster-refused`, `cluster-failing`; other statuses are answers
 */
export async function ask(address: string, path: string, { method = 'GET', body, headers = {}, seconds = longestSeconds }: Request = {}): Promise<Answer> {
  const signal = AbortSignal.timeout(seconds * 1000)
  const url = new URL(path, `${address}/`)
  const content = body === undefined ? undefined : JSON.stringify(body)
  try {
    // Loaded with the first request: at the start of every command they would be a tenth of what it loads.
    const { request: begin } = await (url.protocol === 'https:' ? import('node:https') : import('node:http'))
    const request = begin(url, {
      method, signal, headers: { ...headers, ...(content !== undefined && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(content) }) }
    })
    request.end(content)
    const [response] = await once(request, 'response', { signal }) as [IncomingMessage]
    const text = await textOf(response)
    const status = response.statusCode ?? 0
    if (status === 401 || status === 403) throw clusterProblems.refused(address)
    if (status >= 500) throw clusterProblems.failing(address, lastLines(text))
    return { status, text }
  } catch (error) {
    if (error instanceof GraftError) throw error
    if (signal.aborted) throw clusterProblems.silent(address, seconds)
    throw clusterProblems.unreachable(address, [systemCode(error), error instanceof Error ? error.message : String(error)].filter(Boolean).join(': '))
  }
}

/** The answer's JSON by a schema. @throws GraftError `cluster-answer-unreadable` */
export function readAnswer<S extends z.ZodType>(address: string, { text }: Answer, schema: S): z.output<S> {
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch {
    throw clusterProblems.unreadable(address, lastLines(text))
  }
  const parsed = schema.safeParse(content)
  if (parsed.success) return parsed.data
  throw clusterProblems.unreadable(address, `${parsed.error.message}\n${text.slice(0, 2000)}`)
}

/** The end of a text: where a traceback says what was wrong. */
export const lastLines = (text: string): string => text.trim().split('\n').slice(-12).join('\n').slice(-4000)

async function textOf(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  let length = 0
  for await (const part of response as AsyncIterable<Buffer>) {
    parts.push(part)
    length += part.length
    if (length > longestAnswer) break
  }
  return Buffer.concat(parts).toString('utf8')
}
