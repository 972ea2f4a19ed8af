import { expect, it } from 'vitest'
import type { JobStatus } from '../contract/jobs/status'
import type { Run } from '../contract/runs'
import { queueTime } from './queue'
import { spec } from './specs/testing'

const run = (id: string, change: Partial<Run>): Run => ({ id, name: id, state: 'queued', seconds: 0, spec: spec(), ...change } as Run)
const job = (runId: string, state: JobStatus['state'], progress?: object): JobStatus =>
  ({ id: `job-${runId}`, kind: 'train', title: runId, runId, state, ...(progress && { progress }) } as JobStatus)
const other = spec({ method: { id: 'scratch', params: {} }, target: { dataset: 'elsewhere', labels: 'all' } })

it('adds up what works and what waits, as long as the same settings took before, whatever the seed', () => {
  const seeded = spec({ training: { ...spec().training, seed: 9 } })
  const runs = [run('before', { state: 'done', seconds: 100 }), run('now', { state: 'running', spec: other }), run('next', { spec: seeded })]
  expect(queueTime([job('now', 'running', { done: 1, secondsLeft: 30, seconds: 10 }), job('next', 'queued')], runs)).toEqual({ seconds: 130, unknown: 0 })
})

it('takes a repetition of the running one to be as long as that in all', () => {
  const runs = [run('now', { state: 'running', spec: other }), run('next', { spec: other })]
  expect(queueTime([job('now', 'running', { done: 1, secondsLeft: 30, seconds: 10 }), job('next', 'queued')], runs)).toEqual({ seconds: 70, unknown: 0 })
})

it('counts what nothing is known of, and leaves out what waits in other queues', () => {
  const runs = [run('now', { state: 'running' }), run('next', { spec: other })]
  const importing = { id: 'i', kind: 'import-dataset', title: 'i', state: 'queued' } as JobStatus
  expect(queueTime([job('now', 'running'), job('next', 'queued'), importing], runs)).toEqual({ seconds: 0, unknown: 2 })
})
