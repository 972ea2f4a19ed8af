import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ask, digitsSpec, waitForRun, waitForSamples } from './harness/api'
import { expect, test } from './harness/graft'
import { shot } from './harness/screens'
import { openScreen } from './harness/steps'

test('two runs are held against each other down to the single picture; a deletion is taken back by its keys', async ({ launchGraft, temporaryFolder }) => {
  test.slow()
  const { app, page } = await launchGraft()
  await waitForSamples(page)
  const ids: string[] = []
  for (const [name, epochs] of [['Quick', 1], ['Thorough', 4]] as const) {
    const spec = digitsSpec({ epochs, learningRate: 0.03 })
    const { id } = await ask(page, 'runs', 'start', { spec: { ...spec, target: { dataset: 'digits', labels: 'all' } }, name: `${name} digits` })
    await waitForRun(page, id, 'its end', ({ state }) => state === 'done', 90_000)
    ids.push(id)
  }
  await page.evaluate((address) => { location.hash = address }, `#/compare?ids=${ids.join(',')}`)
  const fixed = page.getByRole('button', { name: /^Fixed/ })
  await expect(fixed).toBeEnabled()
  await expect(page.getByRole('figure', { name: 'Difference of the confusions' })).toBeVisible()
  await expect(page.getByRole('figure', { name: 'Reliability diagram' })).toBeVisible()
  await shot(page, 'compare-flips')
  // A long page: its sections are a press of the keyboard away, and those that were closed open.
  const line = page.getByRole('navigation', { name: 'Sections of this page' })
  const classes = page.getByRole('heading', { name: 'Class by class' }).getByRole('button')
  await expect(classes).toHaveAttribute('aria-expanded', 'false')
  await line.getByRole('button', { name: 'Classes' }).focus()
  await page.keyboard.press('Enter')
  await expect(classes).toHaveAttribute('aria-expanded', 'true')
  await expect(line.locator('[aria-current]')).toHaveText('Classes')
  await expect(classes).toBeInViewport()
  await expect(line).toBeInViewport()
  await shot(page, 'compare-sections')
  await fixed.click()
  const dialog = page.getByRole('dialog', { name: 'Fixed' })
  await expect(dialog).toContainText('Surest answers of “Thorough” first.')
  await dialog.getByRole('gridcell').first().click()
  const viewer = page.getByRole('dialog').last()
  await expect(viewer.getByRole('figure', { name: 'Thorough says' })).toContainText('✓')
  await expect(viewer.getByRole('figure', { name: 'Quick says' })).toContainText('✕')
  await viewer.getByRole('button', { name: 'Where each looked' }).click()
  await expect(viewer.locator('canvas.heat')).toHaveCount(2, { timeout: 60_000 })
  await shot(page, 'compare-flip-looked')
  await page.keyboard.press('Escape')
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toHaveCount(0)

  // What changed inside, and where each of them puts the pictures.
  await page.getByRole('button', { name: 'Compare layers' }).click()
  await expect(page.getByRole('table', { name: /^Linear CKA of the layers/ })).toBeVisible({ timeout: 60_000 })
  await shot(page, 'compare-layers')
  await page.getByRole('button', { name: 'Lay out the map' }).click()
  const map = page.locator('canvas.map')
  await expect(map).toHaveAttribute('aria-label', /^1.000 points of .*: 0 \d+, /, { timeout: 60_000 })
  await page.getByRole('group', { name: 'Colour by' }).getByText('Error', { exact: true }).click()
  await expect(map).toHaveAttribute('aria-label', /right \d+, wrong \d+/)
  // Only what is on the screen scrolls, never the window under it.
  expect(await page.evaluate(() => [document.documentElement.scrollTop, document.body.scrollTop])).toEqual([0, 0])
  await shot(page, 'compare-map')

  // It gets a name and a note, a place in the list, and leaves as a PDF.
  await page.getByRole('textbox', { name: 'Name of this comparison' }).fill('Longer is better')
  await page.getByRole('button', { name: 'Keep this comparison' }).click()
  await page.getByRole('textbox', { name: 'A note' }).fill('Four epochs against one.')
  const pdf = join(temporaryFolder('pdf'), 'comparison.pdf')
  await app.evaluate(({ dialog: shown }, filePath) => { shown.showSaveDialog = () => Promise.resolve({ canceled: false, filePath }) as never }, pdf)
  await page.getByRole('button', { name: 'PDF', exact: true }).click()
  await expect.poll(() => existsSync(pdf) && readFileSync(pdf).length > 5_000, { timeout: 30_000 }).toBe(true)
  expect(readFileSync(pdf).subarray(0, 5).toString()).toBe('%PDF-')
  const list = page.getByRole('list', { name: 'Kept comparisons' })
  await expect(list).toContainText('Four epochs against one.')
  await shot(page, 'compare-kept')

  await openScreen(page, 'Runs')
  const row = page.getByRole('row', { name: /Thorough digits/ })
  await row.focus()
  await page.keyboard.press('Delete')
  await expect(row).toHaveCount(0)
  await page.keyboard.press('Control+z')
  await expect(row).toHaveCount(1)
  // Select all marks rows at most, never the interface as text.
  await page.locator('main').focus()
  await page.keyboard.press('Control+a')
  expect(await page.evaluate(() => getSelection()?.toString() ?? '')).toBe('')

  await page.keyboard.press('Control+k')
  await page.getByRole('dialog').getByRole('textbox').fill('中文')
  await page.getByRole('option', { name: /简体中文/ }).click()
  await expect(page.locator('html')).toHaveAttribute('lang', /^zh/)
})
