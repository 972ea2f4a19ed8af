import { z } from 'zod'
import { errorValueSchema } from './errors'

/** A question from the window with one answer. */
export interface RequestDefinition<Input extends z.ZodType = z.ZodType, Output extends z.ZodType = z.ZodType> {
  kind: 'request'
  input: Input
  output: Output
  /** Characters that one text of the input may have, where that is more than main takes otherwise. */
  longestText?: number
}

/** News that main sends to the window unasked. */
export interface EventDefinition<Payload extends z.ZodType = z.ZodType> {
  kind: 'event'
  payload: Payload
}

export type Definition = RequestDefinition | EventDefinition
/** A contract: verbs and events by noun. Handlers, the preload's surface and test doubles are projections of it. */
export type Contract = Record<string, Record<string, Definition>>

export function request<Input extends z.ZodType, Output extends z.ZodType>(
  input: Input, output: Output, options: Pick<RequestDefinition, 'longestText'> = {}
): RequestDefinition<Input, Output> {
  return { kind: 'request', input, output, ...options }
}

export function event<Payload extends z.ZodType>(payload: Payload): EventDefinition<Payload> {
  return { kind: 'event', payload }
}

/** An answer on the wire: a value or an error, never a thrown exception. */
export const envelopeSchema = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), value: z.unknown() }),
  z.object({ ok: z.literal(false), error: errorValueSchema })
])
export type Envelope = z.infer<typeof envelopeSchema>

/** The wire's name of a verb or event, e.g. `graft:runs.start`. */
export const channelOf = (noun: string, verb: string): string => `graft:${noun}.${verb}`

/** What main must implement: one function a request. */
export type Handlers<C extends Contract> = {
  [Noun in keyof C]: {
    [Verb in keyof C[Noun] as C[Noun][Verb] extends RequestDefinition ? Verb : never]:
    C[Noun][Verb] extends RequestDefinition<infer Input, infer Output>
      ? (input: z.output<Input>) => Promise<z.input<Output>> | z.input<Output>
      : never
  }
}

/** What the window sees: a promise a request, a subscription an event (which returns its own end). */
export type Client<C extends Contract> = {
  [Noun in keyof C]: {
    [Verb in keyof C[Noun]]: C[Noun][Verb] extends RequestDefinition<infer Input, infer Output>
      ? (input: z.input<Input>) => Promise<z.output<Output>>
      : C[Noun][Verb] extends EventDefinition<infer Payload>
        ? (listener: (payload: z.output<Payload>) => void) => () => void
        : never
  }
}
