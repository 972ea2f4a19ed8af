import * as fs from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Metric, Run, Spec } from '../contract/runs'
import { trainingSettingsSchema } from '../contract/training'
import { openLibrary, type Library } from '../library'
import { DatasetWriter } from '../library/datasets/writer'
import { sha256Of } from '../library/disk'
import { FakeRay, type FakeJob } from './testing-ray'
import { carryOutAll } from './node'
import { openStore } from './stores'

// For tests: what a cluster's nodes compute.

/** The epochs of the fake training; each is a checkpoint. */
export const fakeEpochs = 4

/** What a test does within the fake training. */
interface Watching {
  onEpoch?(epoch: number, run: string, signal: AbortSignal): Promise<void>
  /** How often news are sent. */
  milliseconds?: number
}

/** A training that computes nothing: every number follows from the seed. */
export async function fakeTraining(
  library: Library, id: string, hooks: Parameters<Parameters<typeof carryOutAll>[0]['train']>[2], more: Watching = {}
): Promise<Run> {
  await library.runs.claim(id)
  const { checkpoint, evaluation, model } = library.runs.paths(id)
  const last = join(checkpoint, 'last.safetensors')
  const from = Number(await fs.readFile(last, 'utf8').catch(() => '0'))
  const { spec: { training: { seed } }, spec: { target } } = await library.runs.get(id)
  // What it reads must be there.
  const reader = await library.datasets.open(target.dataset)
  await reader.close()
  const tell = async (metric: Metric): Promise<void> => {
    await library.runs.appendMetrics(id, [metric])
    hooks.onMetrics([metric])
  }
  if (from > 0) await tell({ kind: 'resumed', stage: 0, epoch: from, step: from, seconds: from })
  for (let epoch = from; epoch < fakeEpochs; epoch++) {
    if (hooks.signal.aborted) return library.runs.update(id, (run) => ({ ...run, state: 'cancelled' }))
    await more.onEpoch?.(epoch, id, hooks.signal)
    await tell({ kind: 'epoch', stage: 0, epoch: epoch + 1, step: epoch + 1, seconds: epoch, train: { loss: 1 / (seed + epoch) } })
    hooks.onProgress({
      runId: id, state: 'running', phase: 'training', stage: 0, stages: 1, epoch, epochs: fakeEpochs, step: epoch + 1, steps: fakeEpochs, stepInEpoch: 1,
      stepsPerEpoch: 1, seconds: epoch
    })
    await fs.mkdir(checkpoint, { recursive: true })
    await fs.writeFile(last, String(epoch + 1))
    const savedAt = new Date().toISOString()
    await library.runs.update(id, (run) => ({ ...run, epochs: epoch + 1, checkpoint: { epoch: epoch + 1, step: epoch + 1, savedAt } }))
    hooks.onCheckpoint()
  }
  const answers = Buffer.alloc(40, seed)
  for (const [folder, name, bytes] of [[evaluation, 'test.predictions.i32', answers], [model, 'graft.json', Buffer.from('{}')]] as const) {
    await fs.mkdir(folder, { recursive: true })
    await fs.writeFile(join(folder, name), bytes)
  }
  await library.runs.release(id)
  return library.runs.update(id, (run) => ({
    ...run, state: 'done', epochs: fakeEpochs, metrics: { test: { accuracy: 0.5 + seed / 100, loss: 1, n: 4, perClass: [] } },
    files: { 'evaluation/test.predictions.i32': sha256Of(answers) },
    backend: { kind: 'cpu', library: 'TensorFlow 2.16.1', device: 'A processor', threads: 2 }
  }))
}

/** Lets a job do what its command says, on a node with this cache. */
export async function doJob(job: FakeJob, cacheDir: string, more: Watching = {}): Promise<void> {
  const [, run, from, attempt, queue] = /--spec runs\/(\S+)\/parcel\.json --from (\S+) --attempt (\d+)(?:.* --queue (\w+))?/.exec(job.entrypoint)!
  job.status = 'RUNNING'
  const store = openStore(from!)
  try {
    const end = await carryOutAll({
      store, run: run!, attempt: Number(attempt), queue, cacheDir, signal: job.stop.signal, milliseconds: more.milliseconds ?? 5,
      train: (library, id, hooks) => fakeTraining(library, id, hooks, more)
    })
    if (job.status === 'RUNNING') Object.assign(job, { status: end === 'cancelled' ? 'STOPPED' : 'SUCCEEDED', exitCode: 0 })
  } catch (error) {
    if (job.status === 'RUNNING') Object.assign(job, { status: 'FAILED', exitCode: 1, log: error instanceof Error ? error.message : '' })
  }
}

export const remoteSpec = (seed: number): Spec => ({
  source: { model: 'arch:seed-cnn' }, target: { dataset: 'digits', labels: 'all' }, method: { id: 'scratch', params: {} },
  training: { ...trainingSettingsSchema.parse({}), seed }, device: 'auto'
})

/** A home with a small data set, a folder that both sides see, a node's cache, and a cluster. */
export async function remotePlace(folder: string) {
  const home = openLibrary(join(folder, 'home'))
  const writer = await DatasetWriter.create(home.datasets.folder, 'digits', [1, 1, 1])
  for (const split of ['train', 'test'] as const) await writer.append({ split, images: new Uint8Array(4), labels: Int32Array.of(0, 1, 0, 1) })
  await writer.finish({ name: 'Digits', classes: ['even', 'odd'], validation: 0, test: 0, seed: 1, provenance: { format: 'idx', origin: 'digits' } })
  const shared = join(folder, 'shared')
  await fs.mkdir(shared)
  const ray = new FakeRay()
  await ray.start()
  return { home, shared, ray, cacheDir: join(folder, 'node') }
}

/** Runs of a study that are to be computed there. */
export async function awayRuns(home: Library, on: string, shared: string, count: number, slots?: number): Promise<string[]> {
  const ids: string[] = []
  for (let seed = 1; seed <= count; seed++) {
    const { id } = await home.runs.create(remoteSpec(seed), {
      names: { source: 'Seed CNN', target: 'Digits', method: 'From scratch' }, name: `seed ${seed}`, study: { id: 'grid', role: 'candidate' }
    })
    await home.runs.update(id, ({ owner: _owner, ...run }) => ({
      ...run, away: { place: { on, store: shared, cores: 1, ...(slots !== undefined && { slots }) }, attempt: 0 }
    }))
    ids.push(id)
  }
  return ids
}

/** All files below a folder. */
export async function filesIn(folder: string): Promise<string[]> {
  const entries = await fs.readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name).slice(dirname(folder).length + 1))
}
