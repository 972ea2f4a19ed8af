import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { appContract } from '../../src/contract/app'
import { defaultsOf } from '../../src/contract/parameters'
import type { Metric, Run, RunProgress, Spec } from '../../src/contract/runs'
import { trainingParameters } from '../../src/contract/training'
import { Trash } from '../../src/library/disk/trash'
import { RunStore } from '../../src/library/runs/store'
import { eventsOf } from '../../src/main/ipc'
import { JobQueue } from '../../src/main/jobs/jobs'
import { mostSteps } from '../../src/main/jobs/progress-batch'
import { QueueFile } from '../../src/main/jobs/queue-file'
import { tellOf } from '../../src/main/jobs/telling'
import { Training } from '../../src/main/jobs/training'
import { WorkerSupervisor } from '../../src/supervision/supervisor'
import { fakeCommand } from '../../src/supervision/testing'

/* All that main does with a worker's lines, with a real process that sends 100,000 of them a second. */
const perSecond = 100_000
/** `GRAFT_FLOOD_SECONDS=600` floods for ten minutes. */
const seconds = Number(process.env['GRAFT_FLOOD_SECONDS'] ?? 2)
const total = perSecond * seconds

const spec: Spec = {
  source: { model: 'arch:seed-cnn' }, target: { dataset: 'digits', labels: 'all' }, method: { id: 'scratch', params: {} },
  training: defaultsOf(trainingParameters) as Spec['training'], device: 'auto'
}

let dataDir: string
beforeEach(async () => { dataDir = await mkdtemp(join(tmpdir(), 'graft-flood-')) })
afterEach(() => rm(dataDir, { recursive: true, force: true, maxRetries: 5 }))

it(`main stays free under ${perSecond} lines a second, and passes on as many as the window can show, in few messages`, async () => {
  const runs = new RunStore(dataDir, new Trash(dataDir))
  const run = await runs.create(spec, { name: 'flood', names: { source: 'Seed CNN', target: 'Digits', method: 'From scratch' } })
  let [lines, last, messages, disorder] = [0, 0, 0, 0]
  const refused: string[] = []
  // What crosses to the window: each message, after the check that the contract makes.
  const send = eventsOf(appContract, (channel, payload) => {
    messages += 1
    if (channel !== 'graft:runs.progress') return
    for (const metric of (payload as { progress: RunProgress, metrics: Metric[] }).metrics) {
      lines += 1
      if (metric.kind === 'step' && metric.step > last) last = metric.step
      else disorder += 1
    }
  }, (channel) => refused.push(channel))

  const line: Metric = { kind: 'step', stage: 0, epoch: 1, step: 0, seconds: 1.25, learningRate: 0.001, losses: { total: 0.6931, task: 0.6931 } }
  const progress: RunProgress & { done: number } = {
    runId: run.id, state: 'running', phase: 'training', stage: 0, stages: 1, epoch: 1, epochs: 1, step: 0, steps: total, stepInEpoch: 1, stepsPerEpoch: total,
    seconds: 1.25, done: 0
  }
  const jobs: JobQueue = new JobQueue({
    launch: (job, listeners) => Promise.resolve(new WorkerSupervisor({
      job, dataDir, cacheDir: dataDir, ...listeners,
      command: fakeCommand('floods', {
        job, result: { ...run, state: 'done' } satisfies Run as never,
        environment: { PATH: process.env['PATH'], FLOOD: JSON.stringify({ perSecond, total, line, progress }) }
      })
    })),
    onChanged: (status) => send('jobs', 'changed', status),
    onQueueChanged: () => undefined,
    ...tellOf(send)
  })
  let ended: Run | undefined
  const training = new Training({
    library: { runs }, jobs, queueFile: new QueueFile(dataDir), send, onFailure: (what) => refused.push(what), onEnded: (at) => { ended = at }
  })

  const delay = monitorEventLoopDelay({ resolution: 5 })
  const [began, used] = [performance.now(), process.cpuUsage()]
  delay.enable()
  training.enqueue(run)
  await expect.poll(() => ended, { timeout: 60_000 + 10_000 * seconds }).toBeDefined()
  delay.disable()
  const { user, system } = process.cpuUsage(used)
  const [busy, wall] = [(user + system) / 1e6, (performance.now() - began) / 1000]
  const longest = delay.percentile(99) / 1e6
  console.info(`${lines} lines in ${messages} messages within ${wall.toFixed(1)} s: ${busy.toFixed(2)} s of processor time, held up for ${longest.toFixed(0)} ms at the 99th percentile.`)

  expect(refused).toEqual([])
  // In their order, to the last one.
  expect([disorder, last]).toEqual([0, total])
  expect(lines).toBeLessThanOrEqual(messages * mostSteps)
  expect(lines).toBeGreaterThan(total / perSecond * mostSteps)
  // Seven with lines, one with the record and one with the job a second; a few more at the start and the end.
  expect(messages / wall).toBeLessThan(12)
}, 120_000 + 20_000 * seconds)
