import { progressOf } from '../../src/contract/jobs/status'
import type { Run } from '../../src/contract/runs'
import { ask, digitsSpec, waitFor, waitForRun, waitForSamples } from './harness/api'
import { expect, test, type Graft } from './harness/graft'
import { numbersOf, uninterrupted, type Numbers } from './harness/reference'
import { shot } from './harness/screens'
import { evaluateIn, nextWorker, whenGone, workersOf } from './harness/worker'

/** Short, and long enough to be struck in the middle: the first checkpoint lies at the end of epoch 1. */
const spec = digitsSpec({ epochs: 6, seed: 7 }, { perClass: 150 })
let expected: Numbers

test.beforeAll(async ({ temporaryFolder }) => {
  expected = await uninterrupted(spec, { dataDir: temporaryFolder('reference'), cacheDir: temporaryFolder('reference-cache') })
})

/** Starts the run, opens its screen, and waits until it is past so many epochs and a checkpoint. */
async function startAndReach(graft: Graft, epochs: number): Promise<{ run: Run, worker: number }> {
  const { page } = graft
  await waitForSamples(page)
  const started = await ask(page, 'runs', 'start', { spec })
  await page.evaluate((id) => { location.hash = `#/runs/${id}` }, started.id)
  const worker = await nextWorker(graft, 1)
  // The job's news come with every step; the record is written from time to time only.
  await waitFor(`epoch ${epochs}`, 60_000, async () => (
    (await ask(page, 'jobs', 'list')).some((job) => job.runId === started.id && (progressOf(job, 'train')?.epoch ?? 0) >= epochs)
  ))
  return { worker, run: await waitForRun(page, started.id, 'the first checkpoint', ({ checkpoint }) => checkpoint !== undefined) }
}

/** Presses Resume and compares what comes out with the run that nobody disturbed. */
async function resumeAndCompare({ page, dataDir }: Graft, id: string): Promise<void> {
  await page.getByRole('button', { name: 'Resume' }).click()
  const done = await waitForRun(page, id, 'the end after Resume', ({ state }) => state === 'done' || state === 'failed', 90_000)
  expect(done.state).toBe('done')
  expect(numbersOf(dataDir, done)).toEqual(expected)
  await expect(page.getByText('Test accuracy')).toBeVisible()
}

/** Fills the JavaScript heap in turns, as a leak does, so that the process does not look hung before it dies. */
const leak = 'const kept = []; const more = () => { kept.push(new Array(1e7).fill(0.5)); setImmediate(more) }; more()'

interface Blow { name: string, strike(worker: number): void | Promise<void>, says: RegExp, code: string, sooner: number }

const blows: Blow[] = [
  {
    name: 'killed with kill -9', strike: (worker) => { process.kill(worker, 'SIGKILL') },
    says: /The training process was ended from outside \(signal SIGKILL\)/, code: 'worker-killed', sooner: 5_000
  },
  {
    // As a library that fails an assertion ends its process.
    name: 'that aborts in native code', strike: (worker) => { process.kill(worker, 'SIGABRT') },
    says: /The training process crashed in native code \(signal SIGABRT\)/, code: 'worker-crashed', sooner: 5_000
  },
  {
    name: 'that reaches for memory that is not its own', strike: (worker) => { process.kill(worker, 'SIGSEGV') },
    says: /The training process crashed in native code \(signal SIGSEGV\)/, code: 'worker-crashed', sooner: 5_000
  },
  {
    name: 'that hangs (SIGSTOP)', strike: (worker) => { process.kill(worker, 'SIGSTOP') },
    says: /The training process stopped answering and was ended/, code: 'worker-hung', sooner: 15_000
  },
  {
    name: 'that exits with code 0 and without being done', strike: (worker) => evaluateIn(worker, 'setTimeout(() => process.exit(0), 200)'),
    says: /The training process ended without finishing its work/, code: 'worker-ended-early', sooner: 5_000
  },
  {
    name: 'that throws', strike: (worker) => evaluateIn(worker, 'setTimeout(() => { throw new TypeError("thrown by the test") }, 200)'),
    says: /The training process crashed \(exit code 1\): TypeError: thrown by the test/, code: 'worker-crashed', sooner: 5_000
  },
  {
    name: 'that runs out of memory',
    strike: (worker) => evaluateIn(worker, leak),
    says: /The training process ran out of memory/, code: 'worker-out-of-memory', sooner: 5_000
  }
]

for (const { name, strike, says, code, sooner } of blows) {
  test(`a worker ${name}: the window says so, and Resume ends with the numbers of an undisturbed run`, async ({ launchGraft }) => {
    const graft = await launchGraft()
    const { page } = graft
    const { run, worker } = await startAndReach(graft, 2)
    const isHang = code === 'worker-hung'
    const struck = Date.now()
    await strike(worker)
    const gone = isHang ? struck : await whenGone(worker, 60_000)
    if (isHang) {
      await expect(page.getByText(/has not answered for a while/)).toBeVisible({ timeout: sooner })
      await shot(page, 'supervision-unresponsive')
    }
    await expect(page.getByRole('main').getByText(says)).toBeVisible({ timeout: sooner + 10_000 })
    const milliseconds = Date.now() - gone
    test.info().annotations.push({ type: 'said after', description: `${milliseconds} ms` })
    expect(milliseconds).toBeLessThan(sooner)

    const interrupted = await ask(page, 'runs', 'get', { id: run.id })
    expect([interrupted.state, interrupted.error?.code]).toEqual(['interrupted', code])
    expect(interrupted.checkpoint?.epoch).toBeGreaterThanOrEqual(1)
    await shot(page, `supervision-${code}`)
    await whenGone(worker, 1_000)
    await resumeAndCompare(graft, run.id)
  })
}

test('a worker that was held up and answers again: the window takes it back within 2 s, and the run ends with the numbers of an undisturbed one', async ({ launchGraft }) => {
  const graft = await launchGraft()
  const { page } = graft
  const { run, worker } = await startAndReach(graft, 2)
  process.kill(worker, 'SIGSTOP')
  const silent = page.getByText(/has not answered for a while/)
  await expect(silent).toBeVisible({ timeout: 15_000 })
  process.kill(worker, 'SIGCONT')
  await expect(silent).toBeHidden({ timeout: 2_000 })
  const done = await waitForRun(page, run.id, 'the end', ({ state }) => state === 'done' || state === 'failed', 90_000)
  expect(done.state).toBe('done')
  expect(numbersOf(graft.dataDir, done)).toEqual(expected)
})

const endsOfMain = {
  'killed with kill -9': ({ app }: Graft): void => { app.process().kill('SIGKILL') },
  // A limit of V8's own, which ends the process as the machine's would.
  'out of memory': ({ app }: Graft): void => {
    void app.evaluate((_electron, fill) => {
      const { require: load } = (process as unknown as { mainModule: { require(name: string): { setFlagsFromString(flag: string): void } } }).mainModule
      load('v8').setFlagsFromString('--max-old-space-size=200')
      setImmediate(() => { (0, eval)(fill) })
    }, leak).catch(() => undefined)
  }
}

for (const [what, strike] of Object.entries(endsOfMain)) test(`main ${what}: its worker is gone within 5 s, and the next start offers to resume`, async ({ launchGraft, temporaryFolder }) => {
  const dataDir = temporaryFolder('survives')
  const first = await launchGraft({ dataDir })
  const { run, worker } = await startAndReach(first, 2)
  const ended = new Promise<number>((resolve) => { first.app.process().once('exit', () => resolve(Date.now())) })
  // Held until main is gone, which takes seconds where its memory runs full: on a quick machine the run would be done by then.
  process.kill(worker, 'SIGSTOP')
  strike(first)
  const struck = await ended
  process.kill(worker, 'SIGCONT')
  expect(await whenGone(worker, 5_000) - struck).toBeLessThan(5_000)

  const second = await launchGraft({ dataDir })
  const { page } = second
  await expect(page.getByText(`“${run.name}” was interrupted`).first()).toBeVisible()
  await shot(page, 'supervision-next-start')
  const interrupted = await waitForRun(page, run.id, 'the record', ({ state }) => state === 'interrupted')
  expect(interrupted.error?.code).toBe('process-gone')
  await page.getByRole('button', { name: 'Show the run' }).click()
  await resumeAndCompare(second, run.id)
})

test('a run that waits in the queue waits again after the program was closed', async ({ launchGraft, temporaryFolder }) => {
  const dataDir = temporaryFolder('queue')
  const first = await launchGraft({ dataDir })
  await startAndReach(first, 1)
  const waiting = await ask(first.page, 'runs', 'start', { spec: { ...spec, training: { ...spec.training, epochs: 1 } } })
  expect((await ask(first.page, 'runs', 'get', { id: waiting.id })).state).toBe('queued')
  first.app.process().kill('SIGKILL')
  await whenGone(workersOf(first)[0]!, 5_000)

  const second = await launchGraft({ dataDir })
  await waitForRun(second.page, waiting.id, 'its turn and its end', ({ state }) => state === 'done', 120_000)
})
