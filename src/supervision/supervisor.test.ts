import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Job } from '../contract/jobs'
import { WorkerSupervisor, type SupervisionLimits, type SupervisorOptions, type WorkerEnd } from './supervisor'
import { fakeCommand, fakeDoctor, fakeWorker } from './testing'

const limits: SupervisionLimits = {
  helloMilliseconds: 10_000, silentMilliseconds: 800, busyMilliseconds: 10_000, unresponsiveMilliseconds: 300,
  cancelMilliseconds: 200, terminateMilliseconds: 200, tickMilliseconds: 20, starts: 2
}

const examination: Job<'doctor'> = { kind: 'doctor', input: {} }
const training: Job<'train'> = { kind: 'train', input: { runId: 'one' } }

// The processes are real, the supervisor's clock is not: it stands until a test lets it run, however busy the machine.
beforeEach(() => { vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'] }) })
afterEach(() => { vi.useRealTimers() })

/** An examination, unless the words of another kind are wanted. */
function supervise(behaviour: string, options: Partial<SupervisorOptions> = {}) {
  return new WorkerSupervisor({
    command: fakeCommand(behaviour, { job: examination, result: fakeDoctor }),
    job: examination, dataDir: '/data', cacheDir: '/cache', ...options, limits: { ...limits, ...options.limits }
  })
}

/** Starts it, and resolves once its work has begun and it has said what it says of itself. */
async function begun(behaviour: string, options: Partial<SupervisorOptions> = {}) {
  let sayBegun = (): void => undefined
  const work = new Promise<void>((resolve) => { sayBegun = resolve })
  const supervisor = supervise(behaviour, { ...options, onCheckpoint: sayBegun })
  const end = supervisor.run()
  await Promise.race([work, end])
  return { supervisor, end }
}
/** For what is not about silence: this clock runs faster than a real worker's heart beats. */
const deaf = { helloMilliseconds: Infinity, silentMilliseconds: Infinity }

/** Starts it, does something once its work has begun, and gives its end. */
async function endAfter(
  behaviour: string, act: (pid: number, supervisor: WorkerSupervisor) => void, options: Partial<SupervisorOptions> = {},
  wait: (end: Promise<WorkerEnd>) => Promise<WorkerEnd> = (end) => end
): Promise<WorkerEnd> {
  const { supervisor, end } = await begun(behaviour, options)
  act(supervisor.pid ?? -1, supervisor)
  return wait(end)
}
/** The same, and then lets the clock run. */
const endInTimeAfter = (...[behaviour, act, options]: Parameters<typeof endAfter>) => endAfter(behaviour, act, options, passingTime)

/** Lets the clock run, a tick at a time, until the worker has ended. */
async function passingTime(end: Promise<WorkerEnd>): Promise<WorkerEnd> {
  let ended = false
  void end.then(() => { ended = true })
  while (!ended) await vi.advanceTimersByTimeAsync(limits.tickMilliseconds)
  return end
}

/** The message that a worker started with, as it tells it. */
async function given(behaviour: string, options: Partial<SupervisorOptions> = {}): Promise<unknown> {
  const end = await supervise(behaviour, options).run() as WorkerEnd<'doctor'>
  return end.kind === 'done' && JSON.parse(end.result.versions['given'] ?? '')
}

const lost = (code: string) => ({ kind: 'lost', error: { code } })

describe('WorkerSupervisor', () => {
  it('gives the result of a worker that says done', async () => {
    expect(await supervise('done').run()).toEqual({ kind: 'done', result: fakeDoctor })
  })

  it('gives a worker its job, the folders, and what to do when it is alone', async () => {
    expect(await given('echoes')).toEqual({ type: 'start', job: examination, dataDir: '/data', cacheDir: '/cache', alone: 'leave' })
    expect(await given('echoes', { alone: 'cancel' })).toMatchObject({ alone: 'cancel' })
  })

  it('gives a worker the environment it is told to, and no more', async () => {
    const end = await supervise('echoes').run() as WorkerEnd<'doctor'>
    const names = end.kind === 'done' ? end.result.versions['environment'] : ''
    expect(names?.split(' ').filter((name) => !name.startsWith('NODE_CHANNEL'))).toEqual(['PATH'])
  })

  it('counts work as done when the process crashes after saying so, and when it does not leave', async () => {
    expect(await supervise('done-then-crash').run()).toMatchObject({ kind: 'done' })
    expect(await passingTime(supervise('done-but-stays', { limits: deaf }).run())).toMatchObject({ kind: 'done' })
  })

  it('does not take an exit with code 0 for done', async () => {
    const end = await supervise('exit-without-done', { job: training }).run()
    expect(end).toMatchObject(lost('worker-ended-early'))
    expect(end.kind === 'lost' && end.error.message.en).toBe('The training process ended without finishing its work.')
  })

  it('does not take a done that cannot be read for done', async () => {
    expect(await passingTime(supervise('malformed-done', { limits: deaf }).run())).toMatchObject(lost('worker-bad-message'))
  })

  it('passes on what the worker says went wrong', async () => {
    expect(await supervise('error').run()).toMatchObject({ kind: 'failed', error: { code: 'disk-full' } })
  })

  it('tells an uncaught throw, with the error and its stack', async () => {
    const end = await supervise('throw', { job: training }).run()
    expect(end).toMatchObject(lost('worker-crashed'))
    if (end.kind !== 'lost') return
    expect(end.error.message.en).toBe('The training process crashed (exit code 1): TypeError: weights is not iterable.')
    expect(end.error.details).toContain('fake-worker.cjs')
    expect(end.error.remedy?.en).toContain('Resume')
  })

  it('recognises that memory ran out', async () => {
    const end = await supervise('out-of-memory').run()
    expect(end).toMatchObject(lost('worker-out-of-memory'))
    expect(end.kind === 'lost' && end.error.remedy?.en).toContain('smaller batch')
  })

  it.skipIf(process.platform === 'win32').each(['SIGABRT', 'SIGSEGV', 'SIGBUS'] as const)('%s is a crash of its own, and not said to come from outside', async (signal) => {
    const end = await endAfter('works', (pid) => process.kill(pid, signal))
    expect(end).toMatchObject(lost('worker-crashed'))
    expect(end.kind === 'lost' && end.error.message.en).toContain(`crashed in native code (signal ${signal})`)
  })

  it('tells kill -9 at once', async () => {
    const end = await endAfter('works', (pid) => process.kill(pid, 'SIGKILL'))
    expect(end).toMatchObject(lost('worker-killed'))
    expect(end.kind === 'lost' && end.error.message.en).toContain('SIGKILL')
  })

  it('ends a stopped process, after saying that it does not answer', async () => {
    const answers: boolean[] = []
    const end = await endInTimeAfter('works', (pid) => process.kill(pid, 'SIGSTOP'), { onResponsive: (responsive) => answers.push(responsive) })
    expect(end).toMatchObject(lost('worker-hung'))
    expect(answers).toEqual([false])
  })

  it('ends a worker whose heartbeat stops though its process lives', async () => {
    expect(await endInTimeAfter('silent', () => undefined)).toMatchObject(lost('worker-hung'))
  })

  it('lets a worker that said it is busy be silent for longer', async () => {
    const answers: boolean[] = []
    const { supervisor, end } = await begun('busy', { onResponsive: (responsive) => answers.push(responsive) })
    await vi.advanceTimersByTimeAsync(2_000)
    expect(answers).toEqual([])
    supervisor.stopAfterEpoch()
    expect(await end).toMatchObject({ kind: 'done' })
  })

  it('takes back that a worker does not answer when it answers again', async () => {
    const answers: boolean[] = []
    const { supervisor, end } = await begun('silent', { onResponsive: (responsive) => answers.push(responsive) })
    await vi.advanceTimersByTimeAsync(limits.silentMilliseconds + 2 * limits.tickMilliseconds)
    expect(answers).toEqual([false])
    supervisor.stopAfterEpoch()
    expect(await end).toMatchObject({ kind: 'done' })
    expect(answers).toEqual([false, true])
  })

  it('starts a worker again that dies before its hello, but not for ever', async () => {
    const lines: string[] = []
    const end = await supervise('dies-before-hello', { onLog: (line) => lines.push(line) }).run()
    expect(end).toMatchObject(lost('worker-crashed'))
    expect(lines.filter((line) => line.includes('started again'))).toHaveLength(1)
  })

  it('gives up on a worker that never says hello', async () => {
    expect(await passingTime(supervise('no-hello', { limits: { helloMilliseconds: 150 } }).run())).toMatchObject(lost('worker-silent'))
  })

  it('says that the program is missing', async () => {
    const command = { executable: '/nowhere/node', arguments: [], environment: {} }
    const end = await supervise('', { command }).run()
    expect(end).toMatchObject(lost('worker-not-started'))
    expect(end.kind === 'lost' && end.error.details).toContain('/nowhere/node')
  })

  it('cancels a worker that listens', async () => {
    expect(await endAfter('works', (_, supervisor) => supervisor.cancel())).toEqual({ kind: 'cancelled' })
  })

  it('ends a worker that does not listen to the wish to cancel', async () => {
    const end = await endInTimeAfter('ignores-cancel', (_, supervisor) => supervisor.cancel(), { limits: deaf })
    expect(end).toMatchObject({ kind: 'cancelled', error: { code: 'worker-killed' } })
  })

  it('ends a stopped process that is to be cancelled', async () => {
    const end = await endInTimeAfter('works', (pid, supervisor) => {
      process.kill(pid, 'SIGSTOP')
      supervisor.cancel()
    }, { limits: deaf })
    expect(end).toMatchObject({ kind: 'cancelled' })
  })

  it('passes on the wish to stop after this epoch', async () => {
    expect(await endAfter('works', (_, supervisor) => supervisor.stopAfterEpoch())).toMatchObject({ kind: 'done' })
  })

  it('leaves no worker behind when main is killed', async () => {
    const main = fork(fileURLToPath(new URL('../../test/fixtures/fake-main.cjs', import.meta.url)), [fakeWorker], {
      execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc']
    }) as ChildProcess
    const [worker] = await once(main, 'message') as [number]
    expect(isAlive(worker)).toBe(true)
    main.kill('SIGKILL')
    await expect.poll(() => isAlive(worker)).toBe(false)
  })
})

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
