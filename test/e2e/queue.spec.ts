import { ask, digitsSpec, waitFor, waitForRun, waitForSamples } from './harness/api'
import { expect, test } from './harness/graft'
import { shot } from './harness/screens'
import { openScreen } from './harness/steps'

test('the queue is put in order and ended by hand; runs are pinned, tagged and shown by the columns one wants', async ({ launchGraft }) => {
  const { page } = await launchGraft()
  await waitForSamples(page)
  const spec = digitsSpec({ epochs: 50 })
  const first = await ask(page, 'runs', 'start', { spec, name: 'Long one' })
  await waitForRun(page, first.id, 'its start', ({ state }) => state === 'running')
  await ask(page, 'runs', 'start', { spec: { ...spec, training: { ...spec.training, seed: 9 } }, name: 'Alone' })
  await ask(page, 'runs', 'start', { spec, name: 'Pair', seeds: 2 })
  const waiting = async (): Promise<string[]> => (await ask(page, 'jobs', 'list')).filter(({ state }) => state === 'queued').map(({ title }) => title)
  expect(await waiting()).toHaveLength(3)

  await test.step('what waits is moved, and a study is ended as a whole', async () => {
    await page.getByRole('button', { name: '3 waiting' }).click()
    const queue = page.getByRole('dialog', { name: 'Queue' })
    await expect(queue.getByRole('listitem')).toHaveCount(4)
    // The running one tells how long it takes, and with it those like it.
    await expect(queue.getByRole('status')).toContainText(/^About /, { timeout: 60_000 })
    await queue.getByRole('button', { name: 'Move back: Alone' }).click()
    await expect.poll(waiting).toEqual([expect.stringContaining('Pair'), 'Alone', expect.stringContaining('Pair')])
    await shot(page, 'queue')
    await queue.getByRole('button', { name: /^Cancel all 2 of its study: Pair/ }).first().click()
    await expect.poll(waiting).toEqual(['Alone'])
    await queue.getByRole('button', { name: 'Cancel: Alone' }).click()
    await queue.getByRole('button', { name: 'Stop after this epoch: Long one' }).click()
    await page.keyboard.press('Escape')
    await waitForRun(page, first.id, 'its end after an epoch', ({ state }) => state !== 'running', 60_000)
    await waitFor('an empty queue', 20_000, async () => (await ask(page, 'jobs', 'list')).every(({ state }) => !['queued', 'running', 'cancelling'].includes(state)))
  })

  await test.step('the list is marked, grouped and given other columns', async () => {
    await openScreen(page, 'Runs')
    const row = page.getByRole('row', { name: /Long one/ })
    await row.focus()
    await page.keyboard.press('p')
    await expect(page.getByRole('row').nth(1)).toContainText('Long one')
    await row.focus()
    await page.keyboard.press('t')
    await page.getByRole('textbox', { name: 'Tags' }).fill('paper')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await expect(row).toContainText('paper')
    await page.getByRole('checkbox', { name: 'By study' }).check()
    await expect(page.getByRole('row', { name: /Pair/ })).toHaveCount(1)
    await page.getByRole('button', { name: 'Columns' }).click()
    await page.getByRole('dialog').getByRole('checkbox', { name: 'Curve' }).uncheck()
    await page.keyboard.press('Escape')
    await expect(page.getByRole('columnheader', { name: 'Curve' })).toHaveCount(0)
    await shot(page, 'runs-marked')
  })
})
