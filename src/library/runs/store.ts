import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import type { Damaged } from '../../contract/app'
import { GraftError } from '../../contract/errors'
import type { RunOverview } from '../../contract/run-overview'
import { runSchema, specSchema, type Metric, type Run, type Spec } from '../../contract/runs'
import type { RunMarks } from '../../contract/marks'
import { marksOf } from '../../rules/marks'
import { usualName } from '../../rules/specs/names'
import { runRef } from '../../rules/refs'
import { reads } from '../../rules/specs/reads'
import { inUse } from '../in-use'
import { isOpen, isResumable, isUnderWay, notResumable } from '../../rules/states'
import { sealed } from '../disk/checksums'
import { dataFolderGone, ensureWritable, exists, readJson, recordMissing, writeJsonDurably } from '../disk/files'
import { checkId, newId } from '../disk/ids'
import { isGone, thisProcess } from '../disk/processes'
import { discardFolder, makeTemporaryFolder, publishFolder, removeStaleFolders } from '../disk/temporary'
import type { Trash } from '../disk/trash'
import { predictionFor } from './advice'
import { RunLists } from './lists'
import { readMarks, writeMarks } from './marks'
import { MetricsFile } from './metrics'
import { claimFolder, releaseFolder } from './owner'
import { notAdoptable, processGone, runAway, runBusy, runNotFound } from './problems'

/** What answers are made of: damage to it shows. */
export const sealedFields = ['spec', 'metrics', 'chosen', 'selection', 'dataHashes', 'files', 'rescues', 'unlearned'] as const

/** Where the parts of one run lie. */
interface RunPaths {
  folder: string
  spec: string
  record: string
  marks: string
  metrics: string
  /** Folders; each exists once something was written to it. */
  checkpoint: string
  model: string
  evaluation: string
  replay: string
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
  private readonly lists: RunLists

  constructor(private readonly dataDir: string, private readonly trash: Trash) {
    this.folder = join(dataDir, 'runs')
    this.lists = new RunLists(this.folder, (id) => this.read(id))
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
      await writeJsonDurably(join(temporary, 'run.json'), sealed(run, sealedFields))
      await publishFolder(temporary, this.paths(id).folder)
    } catch (error) {
      await discardFolder(temporary)
      throw error
    }
    return run
  }

  /** Every run, newest first. A damaged record is set aside and named, and the rest opens. */
  async list(): Promise<{ runs: Run[], damaged: Damaged[] }> {
    return this.lists.whole()
  }

  /** The same, of each run what lists tell: a tenth of the time where there are thousands. */
  async overview(): Promise<{ runs: RunOverview[], damaged: Damaged[] }> {
    return this.lists.overview()
  }

  /** A text of each run, kept on disk for the next time: see `RunLists.texts`. */
  async texts(...how: Parameters<RunLists['texts']>): Promise<Map<string, string>> {
    return this.lists.texts(...how)
  }

  /** The whole records of a study's runs, newest first. */
  async ofStudy(id: string): Promise<Run[]> {
    return this.lists.some(({ study }) => study?.id === id)
  }

  /** One run; throws `run-not-found`, or `data-folder-gone` where there is nothing to look in. */
  async get(id: string): Promise<Run> {
    const { record, folder } = this.paths(id)
    try {
      return await this.read(id)
    } catch (error) {
      if (!(error instanceof GraftError) || error.code !== 'not-found') throw error
      if (await exists(folder)) throw await recordMissing(record)
      throw await exists(this.dataDir) ? runNotFound(id) : dataFolderGone(this.dataDir)
    }
  }

  private async read(id: string): Promise<Run> {
    const run = await readJson(this.paths(id).record, runSchema, sealedFields)
    const marks = await readMarks(this.paths(id).marks)
    return { ...run, id, ...(marks && { marks }) }
  }

  /** Changes what a person put on a run; the rest of the record stays, whoever works on it. */
  async mark(id: string, change: (marks: RunMarks) => RunMarks): Promise<Run> {
    return this.inTurn(id, async () => {
      const marks = change(marksOf(await this.get(id)))
      await writeMarks(this.paths(id).marks, marks)
      return this.get(id)
    })
  }

  /**
   * Reads the record, changes it and writes it durably; changes of one run within this process happen one after
   * another, so none is lost. Throws what `change` throws, and then nothing is written.
   */
  async update(id: string, change: (run: Run) => Run): Promise<Run> {
    return this.inTurn(id, async () => {
      const { marks, ...run } = runSchema.parse(change(await this.get(id)))
      await writeJsonDurably(this.paths(id).record, sealed(run, sealedFields))
      return { ...run, ...(marks && { marks }) }
    })
  }

  /**
   * Takes in a run's folder that came from elsewhere and lies under a temporary name: its record is read whole, seal and all,
   * and keeps neither owner nor checkpoint, nor where another person's machines would have had more of it. False where a run of that id is here already; the folder then stays as it is.
   * @throws GraftError `file-damaged`, `made-by-newer-version`
   */
  async adopt(temporary: string, id: string): Promise<boolean> {
    const path = join(temporary, 'run.json')
    const { owner: _owner, checkpoint: _checkpoint, away: _away, leftThere: _leftThere, ...run } = await readJson(path, runSchema, sealedFields)
    if (run.id !== id || isOpen(run)) throw notAdoptable(path)
    await writeJsonDurably(path, sealed(run, sealedFields))
    return await exists(this.paths(id).folder) ? false : publishFolder(temporary, this.paths(id).folder)
  }

  /** Its series on disk was replaced or cut: what is known of it here counts no more. */
  forgetMetrics(id: string): void {
    this.metricsFiles.delete(id)
  }

  /**
   * Makes this process the run's owner; throws `run-busy` while another living process of this machine works on it, and
   * `run-away` while another machine has it, but for whoever looks after those (`away`).
   */
  async claim(id: string, { away = false } = {}): Promise<void> {
    const { folder } = this.paths(id)
    const run = await this.get(id)
    if (run.away && isOpen(run) && !away) throw runAway(run)
    const owner = thisProcess()
    const busyWith = (isUnderWay(run) || run.away) && run.owner
    if (busyWith && busyWith.pid !== process.pid && isGone(busyWith) === false) throw runBusy(run)
    if (!await claimFolder(folder, owner)) throw runBusy(run)
    await this.update(id, (current) => ({ ...current, owner }))
  }

  /**
   * Forgets what a run did, so that it begins anew when it is next worked on: checkpoints that are damaged cannot be gone on
   * from. Its series keeps its lines, as void ones. Throws `run-busy` while another living process works on it.
   */
  async startAgain(id: string): Promise<Run> {
    const run = await this.get(id)
    if (!isResumable(run)) throw notResumable(run)
    if (run.owner && isUnderWay(run) && isGone(run.owner) === false) throw runBusy(run)
    await fs.rm(this.paths(id).checkpoint, { recursive: true, force: true })
    return this.update(id, ({ checkpoint: _checkpoint, chosen: _chosen, selection: _selection, leftThere: _leftThere, ...current }) => ({
      ...current, epochs: 0, seconds: 0
    }))
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
    const { runs } = await this.overview()
    const interrupted: Run[] = []
    for (const run of runs) {
      if (!isOpen(run) || !await this.isOrphan(run)) continue
      const orphan = await this.update(run.id, ({ owner: _owner, ...current }) => ({
        ...current, state: 'interrupted', finishedAt: new Date().toISOString(), error: processGone(current)
      })).catch((error: unknown) => {
        // On a disk that is full or read-only it is marked another time; whoever only looks is not in its way.
        if (error instanceof GraftError && ['disk-full', 'not-permitted'].includes(error.code)) return undefined
        throw error
      })
      if (orphan) interrupted.push(orphan)
    }
    return interrupted
  }

  private async isOrphan(run: RunOverview): Promise<boolean> {
    // It goes on elsewhere, whoever looks after it here.
    if (run.away) return false
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

  /** Flushes the run's series: what a checkpoint or a result stands on must not be lost when the power is. */
  async settleMetrics(id: string): Promise<void> {
    await this.metricsFile(id).settle()
  }

  /** The whole series in order, or its epochs alone, without lines that a `resumed` line made void. */
  async readMetrics(id: string, { epochsOnly = false } = {}): Promise<Metric[]> {
    if (!await exists(this.paths(id).folder)) throw runNotFound(id)
    return this.metricsFile(id).read(epochsOnly)
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
      marks: join(folder, 'marks.json'),
      metrics: join(folder, 'metrics.jsonl'),
      checkpoint: join(folder, 'checkpoint'),
      model: join(folder, 'model'),
      evaluation: join(folder, 'evaluation'),
      replay: join(folder, 'replay')
    }
  }

  /** A run that is waiting or under way in a living process and reads what is asked for; undefined where nobody does. */
  async userOf(reads: (spec: Spec) => boolean): Promise<Run | undefined> {
    const runs = await this.lists.some((run) => isOpen(run) && run.owner !== undefined && isGone(run.owner) === false)
    return runs.find(({ spec }) => reads(spec))
  }

  /** Moves runs to the trash and gives the token that brings all of them back; throws `run-busy` for a running one, `in-use` where another run learns from it. */
  async remove(ids: readonly string[]): Promise<string> {
    for (const id of ids) {
      if (!await exists(this.paths(id).folder)) throw runNotFound(id)
      const run = await this.get(id).catch(() => undefined)
      if (run?.away && isOpen(run)) throw runAway(run)
      const working = run?.owner && isUnderWay(run) && isGone(run.owner) === false
      if (run && working) throw runBusy(run)
      const user = await this.userOf((spec) => reads(spec, runRef(id)))
      if (user && !ids.includes(user.id)) throw inUse(run?.name ?? id, user)
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
