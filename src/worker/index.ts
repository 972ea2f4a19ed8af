import {
  fromWorkerSchema, heartbeatLimits, toWorkerSchema, type FromWorker, type Job, type JobResult, type WorkProgress
} from '../contract/engine'
import { GraftError, toErrorValue } from '../contract/errors'
import type { ImportProgress } from '../contract/datasets'
import type { DownloadProgress } from '../contract/downloads'
import type { Metric, RunProgress } from '../contract/runs'
import { openLibrary } from '../library'
import { importDataset } from '../library/intake/import'
import { deriveDataset } from '../library/intake/derive'
import { getKnownDataset } from '../library/intake/known/get'
import { inspectDataset } from '../library/intake/inspection/inspect'
import { createEngine } from '../engine'
import { forWindow } from './prediction-for-window'

/** Messages a second at most, whatever the step rate. */
const flushMilliseconds = 100

const cancel = new AbortController()
const stopAfterEpoch = new AbortController()
/** Longest side of a picture's copy for the window, in pixels: twice a tile. */
const pictureSide = 384
/** Until the first step a single native call (loading TensorFlow) may take long. */
let busy = true

function send(message: FromWorker): void {
  process.send?.(fromWorkerSchema.parse(message))
}

/** Joins progress that comes faster than it may be sent. */
class ProgressSender {
  private run: RunProgress | undefined
  private metrics: Metric[] = []
  private import: ImportProgress | undefined
  private download: DownloadProgress | undefined
  private work: WorkProgress | undefined
  private timer: NodeJS.Timeout | undefined

  add(news: { run?: RunProgress, metrics?: Metric[], import?: ImportProgress, download?: DownloadProgress, work?: WorkProgress }): void {
    if (news.run) this.run = news.run
    if (news.metrics) this.metrics.push(...news.metrics)
    if (news.import) this.import = news.import
    if (news.download) this.download = news.download
    if (news.work) this.work = news.work
    this.timer ??= setTimeout(() => this.flush(), flushMilliseconds)
  }

  flush(): void {
    clearTimeout(this.timer)
    this.timer = undefined
    if (!this.run && this.metrics.length === 0 && !this.import && !this.download && !this.work) return
    send({
      type: 'progress',
      ...(this.run && { run: this.run }),
      ...(this.metrics.length > 0 && { metrics: this.metrics }),
      ...(this.import && { import: this.import }),
      ...(this.download && { download: this.download }),
      ...(this.work && { work: this.work })
    })
    this.run = undefined
    this.metrics = []
    this.import = undefined
    this.download = undefined
    this.work = undefined
  }
}
const progress = new ProgressSender()

async function work(job: Job, dataDir: string, cacheDir: string): Promise<JobResult> {
  const library = openLibrary(dataDir)
  const engine = createEngine({ library, cacheDir })
  switch (job.kind) {
    case 'train': return {
      kind: 'train',
      run: await engine.train(job.runId, {
        signal: cancel.signal,
        stopAfterEpoch: stopAfterEpoch.signal,
        onProgress: (run) => {
          busy = run.phase === 'starting' || run.phase === 'loading'
          progress.add({ run })
        },
        onMetrics: (metrics) => progress.add({ metrics }),
        onCheckpoint: ({ epoch, step }) => send({ type: 'checkpoint', runId: job.runId, epoch, step })
      })
    }
    case 'import-dataset': {
      busy = false
      return {
        kind: 'import-dataset',
        dataset: await importDataset(library, job.options, { signal: cancel.signal, onProgress: (found) => progress.add({ import: found }) })
      }
    }
    case 'inspect-dataset': {
      busy = false
      return {
        kind: 'inspect-dataset',
        inspection: await inspectDataset(library, job.options, { signal: cancel.signal, onProgress: (found) => progress.add({ import: found }) })
      }
    }
    case 'download-dataset': {
      busy = false
      return {
        kind: 'download-dataset',
        dataset: await getKnownDataset(library, cacheDir, job.options, {
          signal: cancel.signal, onDownload: (found) => progress.add({ download: found }), onImport: (found) => progress.add({ import: found })
        })
      }
    }
    case 'derive-dataset': {
      busy = false
      return {
        kind: 'derive-dataset',
        dataset: await deriveDataset(library, job.options, { signal: cancel.signal, onProgress: (found) => progress.add({ import: found }) })
      }
    }
    case 'tell-apart': return { kind: job.kind, dropped: await engine.tellApart(job.paths) }
    case 'inspect-model':
    case 'import-model': {
      busy = false
      const hooks = { signal: cancel.signal, onProgress: (work: WorkProgress) => progress.add({ work: { done: work.done, total: work.total } }) }
      return job.kind === 'inspect-model'
        ? { kind: job.kind, inspection: await engine.inspectModel(job.options, hooks) }
        : { kind: job.kind, ...await engine.importModel(job.options, hooks) }
    }
    case 'evaluate': return {
      kind: 'evaluate', score: await engine.evaluate(job.model, job.dataset, 'auto', { signal: cancel.signal, onProgress: () => { busy = false } })
    }
    case 'predict': {
      const outcome = await engine.predict(job.model, job.images, { gradCam: true, source: true, pictures: pictureSide }, {
        signal: cancel.signal,
        onProgress: (done, total) => {
          busy = false
          progress.add({ work: { done, total } })
        }
      })
      return { kind: 'predict', outcome: { ...outcome, predictions: outcome.predictions.map(forWindow) } }
    }
    case 'export-model': {
      busy = false
      const { kind, ...request } = job
      return {
        kind, exported: await engine.exportModel(request, { signal: cancel.signal, onProgress: (done, total) => progress.add({ work: { done, total } }) })
      }
    }
    case 'doctor': return { kind: 'doctor', doctor: await engine.doctor() }
  }
}

/** The channel is a pipe: leaving before it is empty would lose the last word. */
function sendAndLeave(message: FromWorker): void {
  progress.flush()
  process.send?.(fromWorkerSchema.parse(message), () => process.exit(0))
}

async function start(job: Job, dataDir: string, cacheDir: string): Promise<void> {
  try {
    const result = await work(job, dataDir, cacheDir)
    if (result.kind === 'train' && result.run.state === 'cancelled') sendAndLeave({ type: 'cancelled' })
    else if (result.kind === 'train' && result.run.state === 'failed') {
      sendAndLeave({ type: 'error', error: result.run.error ?? toErrorValue(new Error('The run failed without a reason.')) })
    } else sendAndLeave({ type: 'done', result })
  } catch (thrown) {
    const isCancel = !(thrown instanceof GraftError) || thrown.code === 'cancelled'
    if (cancel.signal.aborted && isCancel) sendAndLeave({ type: 'cancelled' })
    else sendAndLeave({ type: 'error', error: toErrorValue(thrown) })
  }
}

if (!process.send) {
  process.stderr.write('This is Graft\'s engine worker: the application starts it. On the command line use graft.\n')
  process.exit(2)
}
// Main is gone: nobody would hear the end, and the last checkpoint is on disk.
process.on('disconnect', () => process.exit(1))
process.on('message', (message: unknown) => {
  const parsed = toWorkerSchema.parse(message)
  switch (parsed.type) {
    case 'start':
      void start(parsed.job, parsed.dataDir, parsed.cacheDir)
      break
    case 'cancel':
      cancel.abort()
      break
    case 'stop-after-epoch':
      stopAfterEpoch.abort()
      break
  }
})
send({ type: 'hello', pid: process.pid, node: process.version })
setInterval(() => send({ type: 'heartbeat', residentBytes: process.memoryUsage.rss(), busy }), heartbeatLimits.intervalMilliseconds)
