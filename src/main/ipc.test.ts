import { describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { appContract } from '../contract/app'
import { channelOf, event, request, type Envelope, type Handlers } from '../contract/define'
import { GraftError } from '../contract/errors'
import { eventsOf, serveContract } from './ipc'

const contract = {
  plants: {
    water: request(z.strictObject({ id: z.string(), litres: z.number().max(2).default(1) }), z.string()),
    list: request(z.void(), z.array(z.string())),
    grown: event(z.object({ id: z.string() }))
  }
}

function serve(handlers: Partial<Handlers<typeof contract>['plants']> = {}) {
  const channels = new Map<string, (sender: string, input: unknown) => Promise<Envelope>>()
  const failures: string[] = []
  const water = vi.fn(({ id, litres }: { id: string, litres: number }) => `${id} ${litres}`)
  serveContract(contract, { plants: { water, list: () => ['fig'], ...handlers } }, {
    host: { handle: (channel, listener) => channels.set(channel, listener) },
    isOwn: (sender: string) => sender === 'own',
    onFailure: (channel, { code }) => failures.push(`${channel} ${code}`)
  })
  const ask = (verb: string, input?: unknown, sender = 'own') => channels.get(channelOf('plants', verb))?.(sender, input)
  return { channels, failures, water, ask }
}

describe('serveContract', () => {
  it('answers a request with its value, defaults filled in', async () => {
    const { ask } = serve()
    expect(await ask('water', { id: 'fig' })).toEqual({ ok: true, value: 'fig 1' })
    expect(await ask('list')).toEqual({ ok: true, value: ['fig'] })
  })

  it('refuses a foreign sender before anything is done', async () => {
    const { ask, water, failures } = serve()
    expect(await ask('water', { id: 'fig' }, 'other page')).toMatchObject({ ok: false, error: { code: 'sender-refused' } })
    expect(water).not.toHaveBeenCalled()
    expect(failures).toEqual(['graft:plants.water sender-refused'])
  })

  it('refuses a payload that does not fit, naming the field', async () => {
    const { ask, water } = serve()
    expect(await ask('water', { id: 'fig', litres: 3, colour: 1 })).toMatchObject({
      ok: false, error: { field: 'litres', message: { en: 'litres must be at most 2.' }, details: 'colour is not known here.' }
    })
    expect(await ask('water', 'fig')).toMatchObject({ ok: false, error: { code: 'invalid-value' } })
    expect(await ask('list', { all: true })).toMatchObject({ ok: false })
    expect(water).not.toHaveBeenCalled()
  })

  it('sends what a handler throws as an error value', async () => {
    const known = new GraftError('dry', { en: 'The well is dry.', zh: '井干了。' }, { field: 'litres' })
    const { ask } = serve({ water: () => Promise.reject(known), list: () => { throw new TypeError('no list') } })
    expect(await ask('water', { id: 'fig' })).toEqual({ ok: false, error: known.value })
    expect(await ask('list')).toMatchObject({ ok: false, error: { code: 'unexpected', message: { en: expect.stringContaining('no list') } } })
  })

  it('has a channel for each request and for nothing else', () => {
    expect([...serve().channels.keys()]).toEqual(['graft:plants.water', 'graft:plants.list'])
  })

  it('will not start with a request that nobody answers', () => {
    const missing = undefined as unknown as Handlers<typeof contract>['plants']['list']
    expect(() => serve({ list: missing })).toThrow('plants.list has no handler')
  })
})

describe('eventsOf', () => {
  it('sends what fits, stripped to its schema, and nothing else', () => {
    const sent: unknown[] = []
    const refused: string[] = []
    const send = eventsOf(contract, (...message) => sent.push(message), (channel) => refused.push(channel))
    send('plants', 'grown', { id: 'fig', ...{ secret: 1 } })
    send('plants', 'grown', { id: 7 as unknown as string })
    expect(sent).toEqual([['graft:plants.grown', { id: 'fig' }]])
    expect(refused).toEqual(['graft:plants.grown'])
  })

  it('knows the events of the real contract', () => {
    const sent: string[] = []
    const send = eventsOf(appContract, (channel) => sent.push(channel), () => undefined)
    send('app', 'command', 'find')
    expect(sent).toEqual(['graft:app.command'])
  })
})
