import { spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { FakeRay, type FakeJob } from '../../src/remote/testing-ray'
import { findRay, startHead } from '../cli/shared/ray'
import { ask, digitsSpec, waitFor, waitForSamples } from './harness/api'
import { expect, test } from './harness/graft'
import { findRuntimes, projectFolder } from './harness/places'
import { shot } from './harness/screens'
import { openScreen } from './harness/steps'

/** A head that answers as Ray does, and does on this machine what its jobs say, as Ray's nodes do. */
async function startLikeRay(cacheDir: string): Promise<{ address: string, jobs: string[], stop(): Promise<void> }> {
  const ray = new FakeRay()
  const living = new Set<ReturnType<typeof spawn>>()
  ray.onJob = (job: FakeJob) => {
    job.status = 'RUNNING'
    const child = spawn('/bin/sh', ['-c', job.entrypoint], { env: { ...process.env, GRAFT_RUNTIME_DIR: findRuntimes().folder, GRAFT_CACHE_DIR: cacheDir } })
    living.add(child)
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => { job.log += part.toString() })
    job.stop.signal.addEventListener('abort', () => child.kill('SIGTERM'))
    child.on('exit', (code) => {
      living.delete(child)
      if (job.status === 'RUNNING') Object.assign(job, { status: code === 0 ? 'SUCCEEDED' : 'FAILED', exitCode: code ?? 1 })
    })
  }
  await ray.start()
  return {
    get address() { return ray.address },
    jobs: ray.submitted,
    stop: async () => {
      for (const child of living) child.kill('SIGKILL')
      await ray.stop()
    }
  }
}

const real = process.env['GRAFT_RAY'] === undefined ? undefined : findRay()
if (real === undefined) console.info('Without GRAFT_RAY the head is one that answers as Ray does; its nodes are Graft’s own all the same.')

test('a study goes to other machines: the address is tested, its curves grow in the window, and its runs come home', async ({ launchGraft, temporaryFolder }) => {
  test.skip(process.platform === 'win32', 'Jobs are for a POSIX shell.')
  // Ray starts a Python process for its head and one for each job, which beside other work takes minutes.
  const patience = real === undefined ? 1 : 5
  test.setTimeout(120_000 * patience)
  const head = real === undefined ? await startLikeRay(temporaryFolder('node')) : { ...await startHead(real), jobs: [] }
  try {
    const shared = join(temporaryFolder('shared'), 'store')
    mkdirSync(shared)
    const { page } = await launchGraft()
    await waitForSamples(page)
    await openScreen(page, 'Runs')
    await page.evaluate(() => { location.hash = '#/studies' })
    const main = page.getByRole('main')
    await main.getByRole('button', { name: /^Other machines/ }).click()
    const fields = {
      'Address of the Ray cluster': head.address, 'Shared folder': shared, 'Runs at once': '1', 'Cores of each run': '1',
      'Graft on the nodes': `"${findRuntimes().node}" "${join(projectFolder, 'bin', 'graft.cjs')}"`
    }
    for (const [name, value] of Object.entries(fields)) {
      await main.getByRole('textbox', { name, exact: true }).fill(value)
      await page.keyboard.press('Tab')
    }
    await main.getByRole('switch', { name: 'Compute studies on other machines' }).click()
    await main.getByRole('button', { name: 'Test', exact: true }).click()
    await expect(main.getByText(/^Ray 2\.\d+\.\d+: \d machines?, \d+ runs? at once/)).toBeVisible({ timeout: 60_000 * patience })
    await shot(page, 'studies-elsewhere')

    // Two seeds make a study of two runs.
    await ask(page, 'runs', 'start', { spec: digitsSpec({ epochs: 3 }), name: 'There', seeds: 2 })
    const runs = async () => (await ask(page, 'runs', 'list')).runs
    await waitFor('an epoch that was computed there', 60_000 * patience, async () => (await runs()).some(({ away, epochs }) => away !== undefined && epochs > 0))
    const live = (await runs()).find(({ away, epochs }) => away !== undefined && epochs > 0)!
    await page.evaluate((id) => { location.hash = `#/runs/${id}` }, live.id)
    await expect(page.getByRole('figure', { name: 'Loss', exact: true })).toBeVisible()
    await waitFor('both runs', 90_000 * patience, async () => (await runs()).filter(({ state }) => state === 'done').length === 2)
    for (const run of await runs()) {
      expect(run.computedOn).toMatchObject({ on: head.address, attempts: 1 })
      expect(run.away).toBeUndefined()
    }
    if (real === undefined) expect(head.jobs.filter((id) => !id.startsWith('graft-check-'))).toHaveLength(1)
  } finally {
    await head.stop()
  }
})
