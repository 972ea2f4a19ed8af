import { metricSchema, type Metric, type Run, type RunProgress } from '../contract/runs'
import { deliverySchema, failureSchema, nowSchema, type Taken } from '../contract/parcels'
import type { ErrorValue } from '../contract/errors'
import type { Library } from '../library'
import { bringHome, clearMetrics } from '../library/runs'
import { eachFile, fetchFile, readValue } from './objects'
import { whoTook } from './offers'
import { keysOf } from './parcel'
import type { Store } from './stores/store'
import { join } from 'node:path'

/** What was heard of a run since the last look. */
interface Heard {
  progress?: RunProgress
  lines: Metric[]
}

/** A run that is away, as far as it can be followed through the store: where it stands, its series, and its result. */
export class WatchedRun {
  /** When it was last heard of, by this machine's clock. */
  heardAt = -Infinity
  /** Since when it is watched. */
  readonly since = performance.now()
  /** When the cluster was last asked about it. */
  askedAt = -Infinity
  /** When its node was told that it is cancelled. */
  cancelledAt: number | undefined
  private taken: { attempt: number, by: Taken } | undefined
  private nobodys: { attempt: number, since: number } | undefined
  private attempt = -1
  private piece = 0
  private at: string | undefined

  constructor(private readonly library: Library, readonly store: Store, readonly id: string) {}

  /** Reads on in what its node has sent of this attempt, and of those before. */
  async hear(attempt: number): Promise<Heard> {
    if (this.attempt === -1) {
      // What an earlier process read is read once more, so that no line is there twice. Attempt 0 is what was trained here.
      await clearMetrics(this.library, this.id)
      this.attempt = 0
    }
    const lines: Metric[] = []
    for (; ; this.attempt++, this.piece = 0) {
      lines.push(...await this.readPieces(this.attempt))
      if (this.attempt >= attempt) break
    }
    if (lines.length > 0) await this.library.runs.appendMetrics(this.id, lines)
    const now = await readValue(this.store, keysOf(this.id, attempt).now, nowSchema)
    const isNew = now !== undefined && now.at !== this.at
    if (isNew) {
      this.at = now.at
      this.heardAt = performance.now()
    }
    return { lines, ...(isNew && now.progress && { progress: now.progress }) }
  }

  /** Which job has this attempt; undefined where none has begun with it, or where what says so cannot be read. */
  async takenBy(attempt: number): Promise<Taken | undefined> {
    if (this.taken?.attempt !== attempt) {
      const by = await whoTook(this.store, { run: this.id, attempt })
      this.taken = by === undefined || by === 'unreadable' ? undefined : { attempt, by }
      const isNobodys = by === 'unreadable' || by?.job === ''
      this.nobodys = !isNobodys ? undefined : this.nobodys?.attempt === attempt ? this.nobodys : { attempt, since: performance.now() }
    }
    return this.taken?.by
  }

  /**
   * Since when this attempt was seen to be taken by nobody who could end it: what says who has it cannot be read, or home took
   * it itself and was ended before it gave out the next. Undefined where it is not so, as far as was seen.
   */
  nobodysSince(attempt: number): number | undefined {
    return this.nobodys?.attempt === attempt ? this.nobodys.since : undefined
  }

  /** The job that has this attempt, as far as that was seen. */
  jobSeen(attempt: number): string | undefined {
    return this.taken?.attempt === attempt ? this.taken.by.job : undefined
  }

  /** Whether this attempt was cancelled, and has sent its last checkpoint. */
  async hasCancelled(attempt: number): Promise<boolean> {
    return await this.store.size(keysOf(this.id, attempt).cancelled) !== undefined
  }

  /** What a node made of it, taken in; undefined while there is no result. Then the store is freed of it. */
  async takeResult(on: string): Promise<Run | undefined> {
    const keys = keysOf(this.id)
    const delivery = await readValue(this.store, keys.result, deliverySchema)
    if (!delivery) return undefined
    const { attempt, host, files } = delivery
    const run = await bringHome(this.library, this.id, { on, host, attempts: attempt }, async (folder) => {
      await eachFile(files, (file) => fetchFile(this.store, keys.objects, file, join(folder, ...file.path.split('/'))))
    })
    await this.store.remove(keys.all).catch(() => undefined)
    return run
  }

  /** Why an attempt brought nothing, as its node left it. */
  async failure(attempt: number): Promise<ErrorValue | undefined> {
    return (await readValue(this.store, keysOf(this.id, attempt).failure, failureSchema))?.error
  }

  private async readPieces(attempt: number): Promise<Metric[]> {
    const lines: Metric[] = []
    const { series } = keysOf(this.id, attempt)
    for (; ; this.piece++) {
      const bytes = await this.store.read(`${series}/${String(this.piece).padStart(6, '0')}.jsonl`)
      if (bytes === undefined) return lines
      for (const line of Buffer.from(bytes).toString('utf8').split('\n')) {
        const metric = metricSchema.safeParse(jsonOf(line)).data
        if (metric) lines.push(metric)
      }
    }
  }
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
