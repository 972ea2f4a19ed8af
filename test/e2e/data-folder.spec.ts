import { existsSync, readdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { progressOf } from '../../src/contract/jobs/status'
import { ask, digitsSpec, waitFor, waitForRun, waitForSamples } from './harness/api'
import { dataFolderIn, expect, test } from './harness/graft'
import { shot } from './harness/screens'
import { openScreen } from './harness/steps'

test('the data folder is moved to another disk: copied whole, and used by the next start', async ({ launchGraft, temporaryFolder }) => {
  const [applicationData, disk] = [temporaryFolder('home'), temporaryFolder('disk')]
  const first = await launchGraft({ applicationData })
  const { page } = first
  await waitForSamples(page)
  // What comes with Graft is brought in first: nothing moves under it.
  await waitFor('quiet', 60_000, async () => (await ask(page, 'jobs', 'list')).every(({ state }) => ['done', 'failed', 'cancelled'].includes(state)))
  await first.app.evaluate(({ app, dialog }, path) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [path] }) as never
    // The test starts the program itself; that it is asked to is what counts.
    const asked = globalThis as { relaunched?: boolean }
    app.relaunch = () => { asked.relaunched = true }
    const exit = app.exit.bind(app)
    app.exit = () => { app.exit = exit }
  }, disk)

  await openScreen(page, 'Settings')
  await page.getByRole('button', { name: 'Move…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Move the data' })
  await expect(dialog).toContainText(`are copied to ${disk}`)
  await shot(page, 'settings-move')
  await dialog.getByRole('button', { name: 'Copy and restart' }).click()
  await expect(dialog).toContainText('Graft starts again', { timeout: 60_000 })
  expect(await first.app.evaluate(() => (globalThis as { relaunched?: boolean }).relaunched)).toBe(true)
  expect(readdirSync(disk)).toEqual(expect.arrayContaining(['datasets', 'models']))
  await first.close()

  const second = await launchGraft({ applicationData })
  expect((await ask(second.page, 'app', 'info')).dataDir).toBe(disk)
  expect((await ask(second.page, 'datasets', 'list')).datasets.length).toBeGreaterThanOrEqual(2)
  await openScreen(second.page, 'Settings')
  await expect(second.page.getByText(`the data lay in ${dataFolderIn(applicationData)}`)).toBeVisible()
  expect(existsSync(join(dataFolderIn(applicationData), 'datasets'))).toBe(true)
})

test('the data folder is renamed in mid-run: the window says so within 5 s, the run and what waits wait, and go on when it is back', async ({ launchGraft, temporaryFolder }) => {
  test.setTimeout(240_000)
  const dataDir = join(temporaryFolder('stick'), 'data')
  const graft = await launchGraft({ dataDir })
  const { page } = graft
  await waitForSamples(page)
  const first = await ask(page, 'runs', 'start', { spec: digitsSpec({ epochs: 5, seed: 3 }, { perClass: 150 }) })
  const second = await ask(page, 'runs', 'start', { spec: digitsSpec({ epochs: 1, seed: 4 }, { perClass: 150 }) })
  await waitForRun(page, first.id, 'a checkpoint', ({ checkpoint }) => checkpoint !== undefined)
  const jobOf = async (id: string) => (await ask(page, 'jobs', 'list')).find(({ runId }) => runId === id)

  renameSync(dataDir, `${dataDir}-away`)
  await expect(page.getByText(/The data folder .* is not there/).first()).toBeVisible({ timeout: 5_000 })
  // The run that was being trained stands still, and the second one does not race past it.
  await waitFor('the pause', 20_000, async () => {
    const job = await jobOf(first.id)
    return job !== undefined && progressOf(job, 'train')?.state === 'paused'
  })
  expect((await jobOf(second.id))?.state).toBe('queued')
  expect(existsSync(dataDir)).toBe(false)

  renameSync(`${dataDir}-away`, dataDir)
  await expect(page.getByText(/The data folder is back/).first()).toBeVisible({ timeout: 5_000 })
  for (const { id } of [first, second]) {
    const ended = await waitForRun(page, id, 'its end', ({ state }) => state === 'done' || state === 'failed', 90_000)
    expect(ended.state).toBe('done')
  }
  // What failed meanwhile was said; nothing of it is a fault of the page.
  graft.faults.splice(0)
})
