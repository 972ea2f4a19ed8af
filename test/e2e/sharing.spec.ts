import { execFileSync } from 'node:child_process'
import { cpSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { ask } from './harness/api'
import { environmentFor, expect, test } from './harness/graft'
import { findRuntimes, projectFolder } from './harness/places'
import { shot } from './harness/screens'
import { openScreen } from './harness/steps'

test('a run is saved as a file, opened by a double click in an empty Graft, and shown by its address', async ({ launchGraft, temporaryFolder }) => {
  const before = temporaryFolder('before')
  cpSync(join(projectFolder, 'test', 'fixtures', 'data-folder-0.1'), before, { recursive: true })
  const file = join(temporaryFolder('sent'), 'sent.graft')
  let id = ''

  await test.step('a run with its controls is saved from its menu', async () => {
    const { app, page, close } = await launchGraft({ dataDir: before })
    const { runs } = await ask(page, 'runs', 'list')
    // Controls are folded under their candidate.
    const run = runs.find(({ state, metrics, study }) => state === 'done' && metrics.test && (study?.role ?? 'candidate') === 'candidate')!
    id = run.id
    await app.evaluate(({ dialog }, filePath) => { dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath }) }, file)
    await openScreen(page, 'Runs')
    const row = page.locator('tr').filter({ hasText: run.name }).first()
    await row.getByRole('button', { name: `Actions for ${run.name}` }).click()
    await page.getByRole('menuitem', { name: 'Save as a file…' }).click()
    await expect(page.getByText(/saved as sent\.graft/).last()).toBeVisible({ timeout: 60_000 })
    expect(existsSync(file)).toBe(true)
    await close()
  })

  await test.step('opened, it comes into an empty Graft and is on screen', async () => {
    const dataDir = temporaryFolder('after')
    const { page } = await launchGraft({ dataDir, opens: [file] })
    await expect(page.getByText(/came from sent\.graft/).last()).toBeVisible({ timeout: 60_000 })
    await expect(page).toHaveURL(/#\/(runs\/|compare)/)
    expect((await ask(page, 'runs', 'get', { id })).id).toBe(id)
    await shot(page, 'sharing-opened')

    await openScreen(page, 'Data')
    // What follows an address is a second start, which hands it on and ends.
    const { electron } = findRuntimes()
    execFileSync(electron, [projectFolder, `--data-dir=${dataDir}`, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), `graft://run/${id}`], {
      env: environmentFor(dataDir, join(dataDir, 'cache'), 'en'), timeout: 60_000
    })
    await expect(page).toHaveURL(new RegExp(`#/runs/${id}`))
  })
})
