import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { appContract } from '../../src/contract/app'
import type { Definition, Envelope } from '../../src/contract/define'
import { channelOf } from '../../src/contract/define'
import { serveContract } from '../../src/main/ipc'

/*
 * The border between the window and main, over the whole contract: a channel that is added is tried here on arrival, with
 * messages made from its own schema.
 */

type Json = Record<string, unknown>

/** A message that a schema takes, made from its description; every optional field is there. */
function sampleOf(schema: Json): unknown {
  if (Array.isArray(schema['anyOf'])) return sampleOf((schema['anyOf'] as Json[])[0]!)
  if (Array.isArray(schema['oneOf'])) return sampleOf((schema['oneOf'] as Json[])[0]!)
  if (Array.isArray(schema['allOf'])) return sampleOf((schema['allOf'] as Json[])[0]!)
  // The only thing in the contract that JSON has no word for.
  if (schema['format'] === 'bytes') return Uint8Array.of(1)
  if ('const' in schema) return schema['const']
  if (Array.isArray(schema['enum'])) return schema['enum'][0]
  switch (schema['type']) {
    case 'object': return Object.fromEntries(Object.entries((schema['properties'] ?? {}) as Record<string, Json>).map(([key, value]) => [key, sampleOf(value)]))
    case 'array': {
      const items = (schema['prefixItems'] as Json[] | undefined)?.map(sampleOf)
      return items ?? Array.from({ length: Number(schema['minItems'] ?? 1) }, () => sampleOf(schema['items'] as Json))
    }
    case 'string': return typeof schema['pattern'] === 'string'
      ? fc.sample(fc.stringMatching(new RegExp(schema['pattern'])), { numRuns: 20, seed: 7 }).find((text) => text.length > 2) ?? 'a'
      : 'a'.repeat(Math.max(3, Number(schema['minLength'] ?? 0)))
    case 'integer': return Math.max(1, Number(schema['minimum'] ?? 1))
    // Between its bounds, which may be close together.
    case 'number': return (Number(schema['minimum'] ?? schema['exclusiveMinimum'] ?? 0) + Math.min(1, Number(schema['maximum'] ?? 1))) / 2
    case 'boolean': return true
    default: return 'anything'
  }
}

const requests = Object.entries(appContract).flatMap(([noun, verbs]) => Object.entries(verbs as Record<string, Definition>)
  .flatMap(([verb, definition]) => definition.kind === 'request' ? [{ noun, verb, name: `${noun}.${verb}`, input: definition.input }] : []))

/** What a channel takes, or undefined where it takes nothing. */
function messageFor({ input }: { input: z.ZodType }): unknown {
  if (input instanceof z.ZodVoid) return undefined
  return sampleOf(z.toJSONSchema(input, {
    io: 'input', unrepresentable: 'any', override: ({ zodSchema, jsonSchema }) => { if (zodSchema._zod.def.type === 'custom') jsonSchema.format = 'bytes' }
  }) as Json)
}

const handled = vi.fn(() => null)
const channels = new Map<string, (sender: string, input: unknown) => Promise<Envelope>>()
serveContract(appContract, new Proxy({}, { get: () => new Proxy({}, { get: () => handled }) }) as never, {
  host: { handle: (channel, listener) => channels.set(channel, listener) }, isOwn: () => true, onFailure: () => undefined
})
const ask = ({ noun, verb }: { noun: string, verb: string }, input: unknown): Promise<Envelope> => channels.get(channelOf(noun, verb))!('own', input)

/** Every place in a message, as a function that gives the message with something else there. */
function places(value: unknown, rebuild: (value: unknown) => unknown = (same) => same): { value: unknown, put(other: unknown): unknown }[] {
  const here = { value, put: rebuild }
  if (Array.isArray(value)) {
    return [here, ...value.flatMap((entry, index) => places(entry, (other) => rebuild(value.map((each, at): unknown => at === index ? other : each))))]
  }
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return [here]
  return [here, ...Object.entries(value).flatMap(([key, entry]) => places(entry, (other) => rebuild({ ...value, [key]: other })))]
}

const refusals = async (channel: { noun: string, verb: string }, inputs: readonly unknown[]): Promise<void> => {
  for (const input of inputs) {
    handled.mockClear()
    const answer = await ask(channel, input)
    expect(answer.ok, JSON.stringify(input)?.slice(0, 300)).toBe(false)
    expect(handled).not.toHaveBeenCalled()
  }
}

describe.each(requests)('$name', (channel) => {
  const message = messageFor(channel)

  it('takes what its schema says', async () => {
    const answer = await ask(channel, message)
    expect(answer, JSON.stringify(message)).toEqual({ ok: true, value: null })
  })

  it('refuses a field that it does not know, wherever it stands', async () => {
    if (message === undefined) return refusals(channel, [{ extraField: true }, 'text', 0])
    const isFields = ({ value }: { value: unknown }) => typeof value === 'object' && value !== null && !Array.isArray(value)
    // Records hold whatever keys a method has; what stands in them is checked by the method.
    const inputs = places(message).filter(isFields).filter(({ value }) => Object.keys(value as object).length > 0)
      .map(({ value, put }) => put({ ...value as object, extraField: true }))
    await refusals(channel, inputs)
  })

  it('refuses a text, a list or a number beyond all measure, at once', async () => {
    const long = 'a'.repeat(100_000_000)
    const began = process.cpuUsage()
    const inputs = places(message).flatMap(({ value, put }) => {
      if (typeof value === 'string') return channel.name === 'app.saveFile' ? [] : [put(long)]
      if (typeof value === 'number') return [put(1e300), put(Number.NaN), put(Infinity)]
      if (Array.isArray(value)) return [put(new Array(1_000_001).fill(value[0] ?? 'a'))]
      return []
    })
    for (const input of inputs) expect(await ask(channel, input)).toMatchObject({ ok: false })
    expect(process.cpuUsage(began).user / 1e6).toBeLessThan(5)
  })
})

it('a message that is nested without end is refused', async () => {
  const nested: unknown[] = []
  let inner: unknown = 'x'
  for (let depth = 0; depth < 500; depth++) inner = [inner]
  nested.push({ id: inner }, inner)
  await refusals({ noun: 'datasets', verb: 'remove' }, nested)
})
