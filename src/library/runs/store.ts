import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import type { Damaged } from '../../contract/app'
import { GraftError, systemCode, toErrorValue } from '../../contract/errors'
import { runSchema, specSchema, type Metric, type Run, type Spec } from '../../contract/runs'
import { usualName } from '../../rules/specs/names'
import { isOpen, isUnderWay } from '../../rules/states'
import { ensureWritable, exists, listFolders, readJson, setAside, writeJsonDurably } from '../disk/files'
import { checkId, newId } from '../disk/ids'
import { isGone, thisProcess } from '../disk/processes'
import { discardFolder, makeTemporaryFolder, publishFolder, removeStaleFolders } from '../disk/temporary'
import type { Trash } from '../disk/trash'
import { predictionFor } from './advice'
import { MetricsFile } from './metrics'
import { claimFolder, releaseFolder } from './owner'

/** Where the parts of one run lie. */
interface RunPaths {
  folder: string
  spec: string
  record: string
  metrics: string
  /** Folders; each exists once something was written to it. */
  checkpoint: string
  model: string
  evaluation: string
}

interface NewRun {
  name?: string
  names: Run['names']
  study?: Run['study']
}

/** Runs on disk: `<data dir>/runs/<id>/`. */
export class RunStore {
  private readonly folder: string
  /** The last write of each run, so that changes of one run follow one another. */
  private readonly queues = new Map<string, Promise<unknown>>()
  private readonly metricsFiles = new Map<string, MetricsFile>()

  constructor(private readonly dataDir: string, private readonly trash: Trash) {
    this.folder = join(dataDir, 'runs')
  }

  /** A new run in state `queued`, owned by this process until a worker claims it. */
  async create(spec: Spec, { name, names, study }: NewRun): Promise<Run> {
    await ensureWritable(this.dataDir)
    const id = newId()
    const prediction = await predictionFor(this.dataDir, spec)
    const run = runSchema.parse({
      schemaVersion: 1, id, name: name ?? usualName(names), state: 'queued',
      spec, createdAt: new Date().toISOString(), names, epochs: 0, seconds: 0, metrics: {}, versions: {}, dataHashes: {},
      owner: thisProcess(), notes: [], ...(prediction && { prediction }), ...(study && { study })
    })
    await removeStaleFolders(this.folder)
    const temporary = await makeTemporaryFolder(this.folder)
    try {
      await writeJsonDurably(join(temporary, 'spec.json'), specSchema.parse(spec))
      await fs.writeFile(join(temporary, 'metrics.jsonl'), '')
      await writeJsonDurably(join(temporary, 'run.json'), run)
      await publishFolder(temporary, this.paths(id).folder)
    } catch (error) {
      await discardFolder(temporary)
      throw error
    }
    return run
  }

  /** Every run, newest first. A damaged record is set aside and named, and the rest opens. */
  async list(): Promise<{ runs: Run[], damaged: Damaged[] }> {
    const runs: Run[] = []
    const damaged: Damaged[] = []
    for (const id of await listFolders(this.folder)) {
      const { record, folder } = this.paths(id)
      try {
        runs.push({ ...await readJson(record, runSchema), id })
      } catch (error) {
        const value = toErrorValue(error)
        if (value.code === 'file-damaged') await setAside(record)
        if (value.code === 'not-found') damaged.push({ path: folder, error: toErrorValue(await recordMissing(folder)) })
        else damaged.push({ path: record, error: value })
      }
    }
    runs.sort((a, b) => a.createdAt < b.createdAt || (a.createdAt === b.createdAt && a.id < b.id) ? 1 : -1)
    return { runs, damaged }
  }

  /** One run; throws `run-not-found`. */
  async get(id: string): Promise<Run> {
    const { record, folder } = this.paths(id)
    try {
      return { ...await readJson(record, runSchema), id }
    } catch (error) {
      if (!(error instanceof GraftError) || error.code !== 'not-found') throw error
      throw await exists(folder) ? await recordMissing(folder) : runNotFound(id)
    }
  }

  /**
   * Reads the record, changes it and writes it durably; changes of one run within this process happen one after
   * another, so none is lost. Throws what `change` throws, and then nothing is written.
   */
  async update(id: string, change: (run: Run) => Run): Promise<Run> {
    return this.inTurn(id, async () => {
      const run = runSchema.parse(change(await this.get(id)))
      await writeJsonDurably(this.paths(id).record, run)
      return run
    })
  }

  /** Makes this process the run's owner; throws `run-busy` while another living process of this machine works on it. */
  async claim(id: string): Promise<void> {
    const { folder } = this.paths(id)
    const run = await this.get(id)
    const owner = thisProcess()
    const busyWith = isUnderWay(run) && run.owner
    if (busyWith && busyWith.pid !== process.pid && isGone(busyWith) === false) throw runBusy(run)
    if (!await claimFolder(folder, owner)) throw runBusy(run)
    await this.update(id, (current) => ({ ...current, owner }))
  }

  /** Gives the run up, so that another process can claim it. Quiet when the run is gone or another's. */
  async release(id: string): Promise<void> {
    const { folder } = this.paths(id)
    if (!await exists(folder)) return
    await this.update(id, ({ owner, ...run }) => owner === undefined || owner.pid === process.pid ? run : { ...run, owner })
    await releaseFolder(folder)
  }

  /** Marks runs whose process is gone as `interrupted`, and gives those; they can be resumed. */
  async interruptOrphans(): Promise<Run[]> {
    const { runs } = await this.list()
    const interrupted: Run[] = []
    for (const run of runs) {
      if (!isOpen(run) || !await this.isOrphan(run)) continue
      interrupted.push(await this.update(run.id, ({ owner: _owner, ...current }) => ({
        ...current, state: 'interrupted', finishedAt: new Date().toISOString(), error: processGone(run)
      })))
    }
    return interrupted
  }

  private async isOrphan(run: Run): Promise<boolean> {
    if (run.owner === undefined) return true
    const gone = isGone(run.owner)
    if (gone !== undefined) return gone
    // It ran on another machine: a living one writes its series all the time.
    const silentMilliseconds = 10 * 60_000
    const { record, metrics } = this.paths(run.id)
    const times = await Promise.all([record, metrics].map((path) => fs.stat(path).then((stat) => stat.mtimeMs, () => 0)))
    return Date.now() - Math.max(...times) > silentMilliseconds
  }

  /** Adds lines to the run's series; a line that a crash tore is cut off first. */
  async appendMetrics(id: string, metrics: readonly Metric[]): Promise<void> {
    await this.metricsFile(id).append(metrics)
  }

  /** The whole series in order, without lines that a `resumed` line made void. */
  async readMetrics(id: string): Promise<Metric[]> {
    if (!await exists(this.paths(id).folder)) throw runNotFound(id)
    return this.metricsFile(id).read()
  }

  private metricsFile(id: string): MetricsFile {
    const file = this.metricsFiles.get(id) ?? new MetricsFile(this.paths(id).metrics)
    this.metricsFiles.set(id, file)
    return file
  }

  /** Where the run's parts lie; pure. Throws `id-not-valid` for what could lead out of the folder. */
  paths(id: string): RunPaths {
    const folder = join(this.folder, checkId(id))
    return {
      folder,
      spec: join(folder, 'spec.json'),
      record: join(folder, 'run.json'),
      metrics: join(folder, 'metrics.jsonl'),
      checkpoint: join(folder, 'checkpoint'),
      model: join(folder, 'model'),
      evaluation: join(folder, 'evaluation')
    }
  }

  /** Moves runs to the trash and gives the token that brings all of them back; throws `run-busy` for a running one. */
  async remove(ids: readonly string[]): Promise<string> {
    for (const id of ids) {
      if (!await exists(this.paths(id).folder)) throw runNotFound(id)
      const run = await this.get(id).catch(() => undefined)
      const working = run?.owner && isUnderWay(run) && isGone(run.owner) === false
      if (run && working) throw runBusy(run)
    }
    for (const id of ids) this.metricsFiles.delete(id)
    return this.trash.remove(ids.map((id) => join('runs', id)))
  }

  async restore(token: string): Promise<void> {
    await this.trash.restore(token)
  }

  private async inTurn<T>(id: string, work: () => Promise<T>): Promise<T> {
    const before = this.queues.get(id) ?? Promise.resolve()
    const result = before.then(work, work)
    const settled = result.catch(() => undefined)
    this.queues.set(id, settled)
    try {
      return await result
    } finally {
      if (this.queues.get(id) === settled) this.queues.delete(id)
    }
  }
}

function runNotFound(id: string): GraftError {
  return new GraftError('run-not-found', {
    en: `There is no run "${id}".`,
    zh: `没有名为“${id}”的运行。`
  }, { field: 'run', usage: true, remedy: { en: '`graft runs list` shows the runs there are.', zh: '用 `graft runs list` 查看现有运行。' } })
}

function runBusy(run: Run): GraftError {
  return new GraftError('run-busy', {
    en: `The run "${run.name}" is being worked on by another process${run.owner ? ` (${run.owner.pid})` : ''}.`,
    zh: `运行“${run.name}”正由另一个进程${run.owner ? `（${run.owner.pid}）` : ''}处理。`
  }, { remedy: { en: 'Wait until it ends, or stop it there.', zh: '请等待其结束，或在那里将其停止。' } })
}

async function recordMissing(folder: string): Promise<GraftError> {
  const files = await fs.readdir(folder).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return []
    throw error
  })
  const aside = files.find((file) => file.startsWith('run.json.damaged-'))
  return new GraftError('file-damaged', aside === undefined
    ? { en: `${folder} has no run.json.`, zh: `${folder} 中没有 run.json。` }
    : { en: `The record of ${folder} was damaged and is set aside as ${aside}.`, zh: `${folder} 的记录已损坏，已另存为 ${aside}。` }, {
    remedy: {
      en: 'Graft leaves the run out; put a whole run.json in its place, or remove the folder.',
      zh: 'Graft 已略过该运行；请放回完好的 run.json，或删除该文件夹。'
    }
  })
}

function processGone(run: Run): NonNullable<Run['error']> {
  const wasQueued = run.state === 'queued'
  return {
    code: 'process-gone',
    message: wasQueued
      ? { en: 'Graft ended before this run began.', zh: 'Graft 在此次运行开始之前就已退出。' }
      : { en: 'The process that worked on this run ended without finishing it.', zh: '处理此次运行的进程在完成之前就已退出。' },
    remedy: run.checkpoint
      ? { en: 'Resume it: it goes on from its last checkpoint.', zh: '可以继续运行：将从最后一个检查点接着进行。' }
      : { en: 'Resume it: it begins anew.', zh: '可以继续运行：将从头开始。' }
  }
}
