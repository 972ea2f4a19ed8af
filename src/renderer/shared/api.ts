import { toRaw } from 'vue'
import type { AppContract, GraftApi } from '../../contract/app'
import type { EventDefinition, RequestDefinition } from '../../contract/define'
import { envelopeSchema } from '../../contract/define'
import { GraftError } from '../../contract/errors'

/** `window.graft` as the preload projects it: a request answers with an envelope (`unknown` until it was read). */
export type GraftBridge = {
  [Noun in keyof AppContract]: {
    [Verb in keyof AppContract[Noun]]: AppContract[Noun][Verb] extends RequestDefinition
      ? (input?: unknown) => Promise<unknown>
      : AppContract[Noun][Verb] extends EventDefinition
        ? (listener: (payload: never) => void) => () => void
        : never
  }
} & Pick<GraftApi, 'pathForFile'>

/** Reactive proxies cannot cross the process border: the same value as plain data. */
function plain(value: unknown): unknown {
  const raw: unknown = toRaw(value)
  if (Array.isArray(raw)) return raw.map(plain)
  if (raw !== null && typeof raw === 'object' && !ArrayBuffer.isView(raw)) {
    return Object.fromEntries(Object.entries(raw).map(([key, part]) => [key, plain(part)]))
  }
  return raw
}

/** The value in an envelope; throws the `GraftError` it carries, or one that says the answer was no envelope. */
export function unwrap(answer: unknown): unknown {
  const read = envelopeSchema.safeParse(answer)
  if (!read.success) {
    throw new GraftError('bad-answer', {
      en: 'The window could not read an answer of Graft\'s main process.', zh: '窗口无法读取 Graft 主进程的应答。'
    }, {
      remedy: { en: 'Restart Graft; report it if it happens again.', zh: '请重新启动 Graft；若再次出现请报告。' },
      details: read.error.message
    })
  }
  if (!read.data.ok) throw GraftError.fromValue(read.data.error)
  return read.data.value
}

const bridge = (): Record<string, Record<string, (argument?: unknown) => unknown>> =>
  window.graft as unknown as Record<string, Record<string, (argument?: unknown) => unknown>>

function nounClient(noun: string): unknown {
  return new Proxy({}, {
    get: (_, verb: string) => (argument?: unknown): unknown => {
      const call = bridge()[noun]?.[verb]
      if (call === undefined) throw new Error(`window.graft has no ${noun}.${verb}`)
      if (typeof argument === 'function') return call(argument)
      return Promise.resolve(call(plain(argument))).then(unwrap)
    }
  })
}

/**
 * The contract as the window calls it: requests resolve to their value or reject with a `GraftError`, events return
 * the function that ends the subscription.
 */
export const api: GraftApi = new Proxy({} as GraftApi, {
  get: (_, noun: string) => noun === 'pathForFile'
    ? (file: unknown) => window.graft.pathForFile(file)
    : nounClient(noun)
})
