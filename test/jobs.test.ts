import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Text } from '../src/contract/text'
import { jobKinds, jobOf } from '../src/contract/jobs'
import { isBusy } from '../src/contract/jobs/define'
import { fromWorkerSchema, toWorkerSchema } from '../src/contract/jobs/messages'
import { jobStatusSchema, progressOf } from '../src/contract/jobs/status'

const whole = ({ en, zh }: Text): boolean => en.trim() !== '' && /[\u4e00-\u9fff]/.test(zh)

describe.each(jobKinds)('the job %s', (kind) => {
  const { words, lane } = jobOf(kind)

  it('is a file here and a file of work', () => {
    expect(existsSync(join(__dirname, '..', 'src', 'contract', 'jobs', `${kind}.ts`))).toBe(true)
    expect(existsSync(join(__dirname, '..', 'src', 'worker', 'jobs', `${kind}.ts`))).toBe(true)
    expect(jobKinds.filter((other) => other === kind)).toHaveLength(1)
  })

  it('has all its words in both languages', () => {
    const texts = [
      words.running, words.process, words.afterLoss, words.failed?.('x'), words.lost?.('x'), words.unresponsive?.('x').text,
      words.unresponsive?.('x').remedy, ...Object.values(words.phases ?? {})
    ].filter((text) => text !== undefined)
    expect(texts.filter((text) => !whole(text))).toEqual([])
  })

  it('is told of from its queue to its end', () => {
    const status = { id: 'one', kind, title: 'One', state: 'queued' as const }
    expect(jobStatusSchema.parse(status)).toEqual(status)
    expect(jobStatusSchema.safeParse({ ...status, progress: { done: 'much' } }).success).toBe(false)
    const schema = fromWorkerSchema(kind)
    expect(schema.parse({ type: 'cancelled' })).toEqual({ type: 'cancelled' })
    expect(schema.safeParse({ type: 'done', result: 'well' }).success).toBe(false)
    expect(['training', 'library', 'own']).toContain(lane)
  })
})

describe('jobs', () => {
  it('are busy only where they compute, until their first progress and while something is loaded', () => {
    expect([isBusy(jobOf('train'), undefined), isBusy(jobOf('train'), { phase: 'loading', done: 0 })]).toEqual([true, true])
    expect(isBusy(jobOf('train'), { phase: 'training', done: 1 })).toBe(false)
    expect([isBusy(jobOf('predict'), undefined), isBusy(jobOf('predict'), { done: 1 })]).toEqual([true, false])
    expect(isBusy(jobOf('import-dataset'), undefined)).toBe(false)
  })

  it('tell how far they are to whoever knows their kind', () => {
    const progress = { phase: 'reading' as const, done: 3, total: 4, skipped: 1 }
    const status = jobStatusSchema.parse({ id: 'one', kind: 'import-dataset', title: 'One', state: 'running', progress })
    expect(progressOf(status, 'import-dataset', 'derive-dataset')?.skipped).toBe(1)
    expect(progressOf(status, 'predict')).toBeUndefined()
    expect(jobStatusSchema.safeParse({ ...status, progress: { ...progress, phase: 'flying' } }).success).toBe(false)
  })

  it('of a kind that nobody knows are refused', () => {
    const start = { type: 'start', dataDir: 'd', cacheDir: 'c', alone: 'leave' }
    expect(toWorkerSchema.safeParse({ ...start, job: { kind: 'train', input: {} } }).success).toBe(true)
    expect(toWorkerSchema.safeParse({ ...start, job: { kind: 'dance', input: {} } }).success).toBe(false)
  })
})
