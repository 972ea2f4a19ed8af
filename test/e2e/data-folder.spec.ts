import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { ask, waitFor, waitForSamples } from './harness/api'
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
