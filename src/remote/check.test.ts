import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { NodeReport } from '../contract/workers'
import { checkWorkers, lookForProbe, reportMark } from './check'
import { FakeRay, type FakeJob } from './testing-ray'
import { openStore } from './stores'
import { filesIn } from './testing'

let ray: FakeRay
let shared = ''
beforeEach(async () => {
  shared = await fs.mkdtemp(join(tmpdir(), 'graft-check-'))
  ray = new FakeRay()
  await ray.start()
})
afterEach(async () => {
  await ray.stop()
  await fs.rm(shared, { recursive: true, force: true })
})

const here = { kind: 'cpu' as const, library: 'TensorFlow 2.16.1', device: 'A processor', threads: 2 }
const report: NodeReport = {
  graft: '1.2.3', host: 'x', platform: 'linux x64', library: here.library, device: here.device, backend: 'cpu', threads: 2, store: 'seen', freeDiskBytes: 1e9, freeMemoryBytes: 1e9
}
const check = (seconds = 20) => checkWorkers({
  place: { on: ray.address, store: shared, cores: 2, program: 'node graft.cjs' }, here, version: '1.2.3', signal: new AbortController().signal, seconds
})
/** A node answers what it found, with this changed. */
const answer = async (job: FakeJob, change: Partial<NodeReport> = {}): Promise<void> => {
  const token = /--token (\S+)/.exec(job.entrypoint)![1]!
  const found = await lookForProbe(openStore(shared), token)
  Object.assign(job, { status: 'SUCCEEDED', exitCode: 0, log: `Ray says hello\n${reportMark}${JSON.stringify({ ...report, store: found, ...change })}\n` })
}

it('a cluster where nothing is missing has room for so many runs, and the folder is left as it was', async () => {
  ray.onJob = (job) => void answer(job)
  const found = await check()
  expect(found).toMatchObject({ engine: 'Ray 2.60.0', slots: 4, notes: [] })
  expect(found.nodes.map(({ host, problems, report: its }) => [host, problems.length, its?.store])).toEqual([['host-one', 0, 'seen'], ['host-two', 0, 'seen']])
  for (const { entrypoint } of ray.jobs.values()) expect(entrypoint).toMatch(/^exec node graft\.cjs workers report --threads 2 --from \S+ --token \S+$/)
  expect(await filesIn(shared)).toEqual([])
})

it('what is missing is said of each node, and what computes other last digits', async () => {
  ray.onJob = (job) => {
    if (ray.submitted.length === 1) Object.assign(job, { status: 'FAILED', exitCode: 127, log: 'sh: 1: node: not found' })
    else void answer(job, { graft: '1.0.0', store: 'not-seen', library: 'TensorFlow 2.21.0' })
  }
  const { nodes, slots, notes } = await check()
  expect(slots).toBe(0)
  expect(nodes.map(({ problems }) => problems.map(({ code }) => code)).sort()).toEqual([['no-graft-on-node'], ['other-version', 'store-not-seen']])
  expect(notes.map(({ en }) => en)).toEqual([expect.stringContaining('TensorFlow 2.21.0')])
})

it('a node that does not answer in time says so, and its job is stopped', async () => {
  ray.onJob = (job) => { if (ray.submitted.length === 1) void answer(job) }
  const { nodes, slots } = await check(0.6)
  expect(nodes.flatMap(({ problems }) => problems.map(({ code }) => code))).toEqual(['node-silent'])
  expect(slots).toBe(2)
  expect([...ray.jobs.values()].map(({ status }) => status).sort()).toEqual(['STOPPED', 'SUCCEEDED'])
})

it('a folder that is not there is told before anything is asked of a node', async () => {
  shared = join(shared, 'not-mounted')
  await expect(check()).rejects.toMatchObject({ code: 'store-unreachable' })
  expect(ray.submitted).toEqual([])
  shared = join(shared, '..')
})
