import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Run, Spec } from '../../contract/runs'
import { openLibrary } from '../../library'
import { fakeCommand } from '../../supervision/testing'
import { fakeContext } from '../testing/fake'
import { readJobs } from '../input/options'
import { specFromFlags } from '../input/spec'
import { TrainingPool } from './training-pool'
import { fakeCatalogue } from '../testing/fake-catalogue'

let dataDir = ''
beforeEach(() => { dataDir = mkdtempSync(join(tmpdir(), 'graft-pool-')) })
afterEach(() => rmSync(dataDir, { recursive: true }))

const spec: Spec = specFromFlags({ source: 'arch:seed-cnn', target: 'digits', method: 'scratch', set: [], training: {} }, fakeCatalogue.methods)
const made = (): Promise<Run> => openLibrary(dataDir).runs.create(spec, { names: { source: 'Seed CNN', target: 'Digits', method: 'From scratch' } })

describe('a pool of trainings', () => {
  it('trains a run once, however often it is asked for', async () => {
    const trained: string[] = []
    const pool = new TrainingPool(fakeContext(dataDir, { outcome: ({ id }) => { trained.push(id); return { state: 'done' } } }), 1)
    const [first, second] = [await made(), await made()]
    const ended = await Promise.all([pool.train(first), pool.train(second), pool.train(first)])
    expect(ended.map(({ id, state }) => [id, state])).toEqual([[first.id, 'done'], [second.id, 'done'], [first.id, 'done']])
    expect(trained).toEqual([first.id, second.id])
  })

  it('sets aside what has not begun when it is cancelled', async () => {
    const stop = new AbortController()
    const context = fakeContext(dataDir, { signal: stop.signal, outcome: () => { stop.abort(); return { state: 'cancelled' } } })
    const pool = new TrainingPool(context, 1)
    const waiting = await made()
    const ended = await Promise.all([pool.train(await made()), pool.train(waiting)])
    expect(ended.map(({ state }) => state)).toEqual(['cancelled', 'cancelled'])
    expect((await openLibrary(dataDir).runs.get(waiting.id)).owner).toBeUndefined()
  })

  it('says how the process of one of several was lost, and goes on with the others', async () => {
    const worker = fakeCommand('throw', { job: { kind: 'train', input: { runId: 'any' } } })
    const pool = new TrainingPool(fakeContext(dataDir, { worker, env: { PATH: process.env['PATH'] } }), 2)
    const ended = await Promise.all([pool.train(await made()), pool.train(await made()), pool.train(await made())])
    expect(ended.map(({ state, error }) => [state, error?.code])).toEqual(Array(3).fill(['interrupted', 'worker-crashed']))
    expect(ended[0]!.error!.message.en).toBe('The training process crashed (exit code 1): TypeError: weights is not iterable.')
    expect(ended[0]!.owner).toBeUndefined()
  })

  it('cancels the processes of those under way', async () => {
    const stop = new AbortController()
    const worker = fakeCommand('works', { job: { kind: 'train', input: { runId: 'any' } } })
    const pool = new TrainingPool(fakeContext(dataDir, { worker, signal: stop.signal, env: { PATH: process.env['PATH'] } }), 2)
    const ended = Promise.all([pool.train(await made()), pool.train(await made())])
    setTimeout(() => stop.abort(), 500)
    expect((await ended).map(({ state }) => state)).toEqual(['cancelled', 'cancelled'])
  })

  it('takes a sensible number of jobs', () => {
    expect([readJobs(), readJobs('4')]).toEqual([1, 4])
    for (const text of ['0', '17', 'two', '-1', '1.5']) expect(() => readJobs(text)).toThrow('--jobs')
  })
})
