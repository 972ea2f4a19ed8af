import { GraftError, toErrorValue } from '../contract/errors'
import { jobOf, type JobKind, type ParsedInputOf, type ProgressOf } from '../contract/jobs'
import { isBusy } from '../contract/jobs/define'
import { fromWorkerSchema, heartbeatLimits, toWorkerSchema, type FromWorker } from '../contract/jobs/messages'
import { works } from './jobs'
import { ProgressSender } from './progress-sender'
import type { Work } from './work'

// The process of one job: messages, heartbeat, progress, cancel. What it does stands in jobs/, a file a kind.

/** How long the work has to end by itself once whoever started this process is gone. */
const aloneMilliseconds = 60_000

const cancel = new AbortController()
const stopAfterEpoch = new AbortController()
let isNowBusy = false

function send(message: FromWorker, sent?: () => void): void {
  if (process.connected) process.send!(message, undefined, undefined, () => sent?.())
  else sent?.()
}

async function start<Kind extends JobKind>(kind: Kind, input: unknown, places: { dataDir: string, cacheDir: string }): Promise<void> {
  const definition = jobOf(kind)
  const schema = fromWorkerSchema(kind)
  const progress = new ProgressSender<Kind>((told) => send(schema.parse({ type: 'progress', ...told })))
  // The channel is a pipe: leaving before it is empty would lose the last word.
  const leave = (message: FromWorker<Kind>): void => {
    progress.flush()
    send(message, () => process.exit(0))
  }
  isNowBusy = isBusy(definition, undefined)
  try {
    const parsed = definition.input.parse(input) as ParsedInputOf<Kind>
    const work = await works[kind]() as Work<Kind>
    const result = await work(parsed, {
      ...places,
      signal: cancel.signal,
      stopAfterEpoch: stopAfterEpoch.signal,
      onProgress: (at: ProgressOf<Kind>) => {
        isNowBusy = isBusy(definition, at)
        progress.addProgress(at)
      },
      onNews: (news) => progress.addNews(news),
      onCheckpoint: (checkpoint) => send({ type: 'checkpoint', ...checkpoint })
    })
    leave(schema.parse({ type: 'done', result }))
  } catch (thrown) {
    // A training may also have been asked from another process to stop, and says so itself.
    const isCancel = thrown instanceof GraftError ? thrown.code === 'cancelled' : cancel.signal.aborted
    if (isCancel) leave({ type: 'cancelled' })
    else leave({ type: 'error', error: toErrorValue(thrown) })
  }
}

if (!process.send) {
  process.stderr.write('This is Graft\'s worker: the application starts it. On the command line use graft.\n')
  process.exit(2)
}
let alone: 'leave' | 'cancel' = 'leave'
process.on('disconnect', () => {
  // Nobody would hear the end, and the last checkpoint is on disk.
  if (alone === 'leave') process.exit(1)
  cancel.abort()
  setTimeout(() => process.exit(1), aloneMilliseconds)
})
process.on('message', (message: unknown) => {
  const parsed = toWorkerSchema.parse(message)
  switch (parsed.type) {
    case 'start': {
      const { job: { kind, input }, dataDir, cacheDir } = parsed
      alone = parsed.alone
      void start(kind, input, { dataDir, cacheDir })
      break
    }
    case 'cancel':
      cancel.abort()
      break
    case 'stop-after-epoch':
      stopAfterEpoch.abort()
      break
  }
})
send({ type: 'hello', pid: process.pid, node: process.version })
setInterval(() => send({ type: 'heartbeat', residentBytes: process.memoryUsage.rss(), busy: isNowBusy }), heartbeatLimits.intervalMilliseconds)
