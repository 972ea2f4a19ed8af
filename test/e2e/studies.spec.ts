import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ask, waitFor, waitForSamples } from './harness/api'
import { expect, test } from './harness/graft'
import { shot } from './harness/screens'
import { openScreen, setEpochs } from './harness/steps'

test('a study over label budgets is started beside Start, looked at as a whole, and saved as a list', async ({ launchGraft, temporaryFolder }) => {
  test.slow()
  const { app, page } = await launchGraft()
  await waitForSamples(page)
  await page.evaluate(() => { location.hash = '#/transfer?target=digits' })
  const main = page.getByRole('main')
  await setEpochs(page, 1)
  await main.getByRole('button', { name: 'Vary…' }).click()
  await main.getByRole('textbox', { name: 'Labels per class' }).fill('5, some')
  await expect(main.getByRole('button', { name: 'Start', exact: true })).toBeDisabled()
  await main.getByRole('textbox', { name: 'Labels per class' }).fill('5, 20')
  await expect(main.getByText(/^2 runs · how long it takes is not known yet/)).toBeVisible()
  await shot(page, 'transfer-vary')
  await main.getByRole('button', { name: 'Start', exact: true }).click()
  await expect(page).toHaveURL(/#\/studies/)
  await waitFor('both runs', 90_000, async () => (await ask(page, 'runs', 'list')).runs.filter(({ state }) => state === 'done').length === 2)
  await expect(page.getByRole('figure', { name: 'Accuracy against labels' })).toBeVisible()
  await shot(page, 'studies-labels')

  // With controls this time: they stand under their candidate.
  const [run] = (await ask(page, 'runs', 'list')).runs
  await ask(page, 'runs', 'start', {
    spec: { ...run!.spec, source: { model: `run:${run!.id}` }, method: { id: 'fine-tuning', params: {} } }, name: 'Tuned', twins: true
  })
  await openScreen(page, 'Runs')
  const candidate = page.getByRole('row', { name: /Tuned/ })
  await expect(candidate).toContainText(/\d control runs/)
  await expect(page.getByRole('row', { name: /Supervised on the target/ })).toHaveCount(0)
  await candidate.focus()
  await page.keyboard.press('ArrowRight')
  await expect(page.getByRole('row', { name: /Supervised on the target/ })).toBeVisible()
  await shot(page, 'runs-unfolded')
  const file = join(temporaryFolder('list'), 'runs.csv')
  await app.evaluate(({ dialog }, filePath) => { dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath }) as never }, file)
  await page.getByRole('button', { name: 'Table (CSV)' }).click()
  await expect(page.getByText('Saved as runs.csv.', { exact: true })).toBeVisible()
  expect(readFileSync(file, 'utf8')).toContain(',candidate,')
})
