import type { z } from 'zod'
import { channelOf, type Contract, type Envelope, type EventDefinition, type Handlers } from '../contract/define'
import { toErrorValue, type ErrorValue } from '../contract/errors'
import { problemsOf } from '../contract/problems'
import { tooLarge, unknownField } from './border'

/** The part of Electron's `ipcMain` that serves requests. */
interface RequestHost<Sender> {
  handle(channel: string, listener: (sender: Sender, input: unknown) => Promise<Envelope>): void
}

interface ServeOptions<Sender> {
  host: RequestHost<Sender>
  /** True for the main frame of the application's own window at the application's own address. */
  isOwn(sender: Sender): boolean
  onFailure(channel: string, error: ErrorValue): void
}

const refusedSender: ErrorValue = {
  code: 'sender-refused',
  message: { en: 'Only Graft\'s own window may ask this.', zh: '只有 Graft 自己的窗口可以发出此请求。' }
}

/**
 * Gives every request of the contract a channel: checks the sender and the payload (its size, its schema, that it holds
 * nothing beyond it), runs the handler and wraps its answer. Nothing else has a channel, and nothing is thrown across the border.
 */
export function serveContract<C extends Contract, Sender>(
  contract: C, handlers: Handlers<C>, { host, isOwn, onFailure }: ServeOptions<Sender>
): void {
  const functions = handlers as unknown as Record<string, Record<string, (input: unknown) => unknown>>
  for (const [noun, verbs] of Object.entries(contract)) {
    for (const [verb, definition] of Object.entries(verbs)) {
      if (definition.kind !== 'request') continue
      const channel = channelOf(noun, verb)
      const handler = functions[noun]?.[verb]
      if (!handler) throw new Error(`${noun}.${verb} has no handler`)
      const fail = (error: ErrorValue): Envelope => {
        onFailure(channel, error)
        return { ok: false, error }
      }
      host.handle(channel, async (sender, input) => {
        if (!isOwn(sender)) return fail(refusedSender)
        const problem = tooLarge(input, definition.longestText)
        if (problem) return fail(problem)
        const parsed = definition.input.safeParse(input)
        if (!parsed.success) return fail(refusedPayload(parsed.error))
        const stranger = unknownField(input, parsed.data)
        if (stranger) return fail(stranger)
        try {
          return { ok: true, value: await handler(parsed.data) }
        } catch (error) {
          return fail(toErrorValue(error))
        }
      })
    }
  }
}

/** The first thing that does not fit, by its field; the others as details. */
function refusedPayload(error: z.ZodError): ErrorValue {
  const [first, ...others] = problemsOf(error)
  const details = others.map(({ message }) => message.en).join('\n')
  return { ...(first ?? toErrorValue(error)), ...(details !== '' && { details }) }
}

type EventsOf<C extends Contract, Noun extends keyof C> =
  { [Verb in keyof C[Noun]]: C[Noun][Verb] extends EventDefinition ? Verb : never }[keyof C[Noun]] & string
type PayloadOf<Definition> = Definition extends EventDefinition<infer Payload> ? z.input<Payload> : never

/** Sends one event of the contract to the window. */
export type SendEvent<C extends Contract> = <Noun extends keyof C & string, Verb extends EventsOf<C, Noun>>(
  noun: Noun, verb: Verb, payload: PayloadOf<C[Noun][Verb]>
) => void

/** The contract's events as one typed function. What does not fit its schema is not sent, and `onRefused` hears of it. */
export function eventsOf<C extends Contract>(
  contract: C, send: (channel: string, payload: unknown) => void, onRefused: (channel: string, error: z.ZodError) => void
): SendEvent<C> {
  return (noun, verb, payload) => {
    const definition = contract[noun]?.[verb]
    const channel = channelOf(noun, verb)
    if (definition?.kind !== 'event') throw new Error(`${noun}.${verb} is no event`)
    const parsed = definition.payload.safeParse(payload)
    if (parsed.success) send(channel, parsed.data)
    else onRefused(channel, parsed.error)
  }
}
