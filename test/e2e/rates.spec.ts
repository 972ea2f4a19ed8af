import { waitForSamples } from './harness/api'
import { expect, test } from './harness/graft'
import { shot } from './harness/screens'

test('learning rates are tried on the pictures before anything is trained, and one click takes one', async ({ launchGraft }) => {
  test.slow()
  const { page } = await launchGraft()
  await waitForSamples(page)
  await page.getByRole('link', { name: 'Transfer' }).first().click()
  await page.getByRole('button', { name: /^Training/ }).click()
  await page.getByRole('button', { name: 'Try rates on these pictures' }).click()
  const panel = page.getByRole('region', { name: 'Learning rates tried' })
  await expect(panel.getByRole('status')).toContainText('Proposed:', { timeout: 150_000 })
  await panel.scrollIntoViewIfNeeded()
  await shot(page, 'rates-tried')
  const take = panel.getByRole('button', { name: /^Take .*, in the valley/ })
  const rate = /Take ([\d.]+)/.exec(await take.textContent() ?? '')![1]!
  await take.click()
  await expect(page.getByLabel('Learning rate', { exact: true })).toHaveValue(rate)
  await expect(page.getByText('In the middle of the valley that the loss went down')).toBeVisible()
  await shot(page, 'rates-taken')
})
