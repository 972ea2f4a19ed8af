import { ask, digitsSpec, waitForRun, waitForSamples } from './harness/api'
import { expect, test } from './harness/graft'
import { shot } from './harness/screens'
import { openScreen } from './harness/steps'

test('two runs are held against each other down to the single picture; a deletion is taken back by its keys', async ({ launchGraft }) => {
  test.slow()
  const { page } = await launchGraft()
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
