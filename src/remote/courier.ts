import * as fs from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { deliverySchema, newestSchema, type Delivery, type ParcelFile } from '../contract/parcels'
import type { Metric, RunProgress } from '../contract/runs'
import type { Library } from '../library'
import { wishToStop } from '../library/runs'
import { isShared } from '../library/sharing'
import { readValue, sendFiles, type FileToSend } from './objects'
import { keysOf } from './parcel'
import type { Store } from './stores/store'

interface CourierOptions {
  library: Library
  store: Store
  run: string
  attempt: number
  /** A newer attempt was given out: this one is of no use any more. */
  onOutdated(): void
  /** It was cancelled at home. */
  onCancelled(): void
  /** How often news are sent. */
  milliseconds?: number
}

/** A checkpoint takes at most so much of the time: the next one waits so many times as long as the last one took. */
const restAfterCheckpoint = 20

/** Carries what a run brings forth on a node to the store, while it is computed: its series, where it stands, its checkpoints, and at last its result. */
export class Courier {
  private readonly keys: ReturnType<typeof keysOf>
  private lines: Metric[] = []
  private pieces = 0
  private progress: RunProgress | undefined
  private changed = true
  private stopping = false
  private timer: NodeJS.Timeout | undefined
  /** What is under way; news follow one another. */
  private last: Promise<void> = Promise.resolve()
  private checkpointWanted = false
  private checkpointFrom = 0
  private kept: ParcelFile[] = []

  constructor(private readonly options: CourierOptions) {
    this.keys = keysOf(options.run, options.attempt)
  }

  start(): void {
    const { store, milliseconds = store.pace } = this.options
    const turn = (): void => {
      this.last = this.last.then(() => this.tell()).catch(() => undefined)
      void this.last.then(() => { if (this.timer) this.timer = setTimeout(turn, milliseconds) })
    }
    this.timer = setTimeout(turn, 0)
  }

  onProgress(progress: RunProgress): void {
    this.progress = progress
    this.changed = true
  }

  onMetrics(metrics: readonly Metric[]): void {
    this.lines.push(...metrics)
  }

  onCheckpoint(): void {
    this.checkpointWanted = true
  }

  /** Sends no more by itself, and waits for what is under way. */
  async stop(): Promise<void> {
    clearTimeout(this.timer)
    this.timer = undefined
    await this.last
  }

  /** Sends the last checkpoint, so that another attempt can go on from it. */
  async sendCheckpoint(): Promise<void> {
    const { library: { runs }, store, run } = this.options
    const { folder, checkpoint } = runs.paths(run)
    // A name of their own: the run goes on and replaces them meanwhile.
    const held = join(folder, `.sent-${process.pid}`)
    await fs.rm(held, { recursive: true, force: true })
    await fs.mkdir(held)
    try {
      const files: FileToSend[] = []
      const last = join(held, 'last.safetensors')
      await fs.link(join(checkpoint, 'last.safetensors'), last).catch(() => fs.copyFile(join(checkpoint, 'last.safetensors'), last))
      files.push({ path: last, as: 'checkpoint/last.safetensors' })
      for (const name of ['run.json', 'metrics.jsonl']) {
        await fs.copyFile(join(folder, name), join(held, name))
        files.push({ path: join(held, name), as: name })
      }
      for (const name of await fs.readdir(join(folder, 'replay')).catch(() => [])) {
        await fs.copyFile(join(folder, 'replay', name), join(held, name))
        files.push({ path: join(held, name), as: `replay/${name}` })
      }
      const sent = await sendFiles(store, this.keys.objects, files)
      await store.write(this.keys.checkpoint, JSON.stringify(this.delivery(sent)))
      const needed = new Set(sent.map(({ sha256 }) => sha256))
      for (const { sha256 } of this.kept) if (!needed.has(sha256)) await store.remove(`${this.keys.objects}/${sha256.slice(0, 2)}/${sha256}`)
      this.kept = sent
    } finally {
      await fs.rm(held, { recursive: true, force: true })
    }
  }

  /** Sends the whole run: what a person finds in its folder at home. */
  async sendResult(): Promise<void> {
    const { library: { runs }, store, run } = this.options
    await this.tellAll()
    const { folder } = runs.paths(run)
    const entries = await fs.readdir(folder, { recursive: true, withFileTypes: true })
    const files = entries.filter((entry) => entry.isFile()).map((entry) => {
      const path = join(entry.parentPath, entry.name)
      return { path, as: path.slice(folder.length + 1).split(/[\\/]/).join('/') }
    }).filter(({ as }) => as !== 'stop.json' && isShared(`runs/${run}/${as}`))
    await store.write(this.keys.result, JSON.stringify(this.delivery(await sendFiles(store, this.keys.objects, files))))
  }

  private delivery(files: ParcelFile[]): Delivery {
    return deliverySchema.parse({ schemaVersion: 1, attempt: this.options.attempt, host: hostname(), files })
  }

  private async tell(): Promise<void> {
    const { store, attempt } = this.options
    const newest = await readValue(store, this.keys.newest, newestSchema)
    if (newest && newest.attempt > attempt) return this.options.onOutdated()
    const { folder } = this.options.library.runs.paths(this.options.run)
    const stop = await store.read(this.keys.stop)
    if (stop !== undefined && Buffer.from(stop).toString('utf8') === 'now') this.options.onCancelled()
    else if (stop !== undefined && !this.stopping) {
      this.stopping = true
      await wishToStop(folder, 'after-epoch')
    }
    await this.tellAll()
    const now = performance.now()
    if (this.checkpointWanted && now >= this.checkpointFrom) {
      this.checkpointWanted = false
      await this.sendCheckpoint()
      this.checkpointFrom = performance.now() + restAfterCheckpoint * (performance.now() - now)
    }
  }

  private async tellAll(): Promise<void> {
    const { store } = this.options
    const lines = this.lines.splice(0)
    if (lines.length > 0) {
      try {
        await store.write(`${this.keys.series}/${String(this.pieces).padStart(6, '0')}.jsonl`, lines.map((line) => JSON.stringify(line)).join('\n'))
        this.pieces++
      } catch (error) {
        this.lines.unshift(...lines)
        throw error
      }
    }
    if (!this.changed) return
    this.changed = false
    await store.write(this.keys.now, JSON.stringify({ host: hostname(), at: new Date().toISOString(), ...(this.progress && { progress: this.progress }) }))
  }
}
