import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { ask, waitForRun, waitForSamples } from './harness/api'
import { expect, test } from './harness/graft'
import { projectFolder } from './harness/places'
import { recordRequests } from './harness/requests'
import { shot } from './harness/screens'
import { chartPoints, grantSomeLabels, openScreen, setEpochs, start } from './harness/steps'

test('from the first start to two compared runs: start, watch, cancel, resume, transfer, compare', async ({ launchGraft, temporaryFolder }) => {
  test.setTimeout(240_000)
  const requests = recordRequests(temporaryFolder('requests'))
  const graft = await launchGraft(requests.options)
  const { page, app } = graft

  await test.step('the sample is there, ready to start', async () => {
    await expect(page.getByRole('region', { name: 'Target data set' })).toContainText('MNIST digits (sample)')
    await expect(page.getByRole('img').first()).toBeVisible()
    await shot(page, 'story-1-first-start')
  })

  const source = await test.step('pre-training starts, and the loss line grows', async () => {
    await setEpochs(page, 4)
    const id = await start(page)
    const first = await chartPoints(page, 'Loss')
    await expect.poll(() => chartPoints(page, 'Loss'), { timeout: 30_000 }).toBeGreaterThan(first)
    const second = await chartPoints(page, 'Loss')
    await expect.poll(() => chartPoints(page, 'Loss'), { timeout: 30_000 }).toBeGreaterThan(second)
    await waitForRun(page, id, 'the first epoch', ({ epochs }) => epochs >= 1)
    await shot(page, 'story-2-running')
    return id
  })

  await test.step('it is cancelled, and the window says from where it goes on', async () => {
    await page.getByRole('main').getByRole('button', { name: 'Cancel' }).click()
    await expect(page.getByText(/Cancelled at epoch \d/)).toBeVisible()
    expect((await ask(page, 'runs', 'get', { id: source })).state).toBe('cancelled')
    await shot(page, 'story-3-cancelled')
  })

  await test.step('it is resumed and ends with a result', async () => {
    await page.getByRole('button', { name: 'Resume' }).click()
    await waitForRun(page, source, 'its end', ({ state }) => state === 'done', 90_000)
    await expect(page.getByText('Test accuracy')).toBeVisible()
    const points = await chartPoints(page, 'Loss')
    const { metrics, epochs } = await ask(page, 'runs', 'get', { id: source })
    expect(epochs).toBe(4)
    expect(points).toBeGreaterThanOrEqual(4)
    expect(metrics.test?.accuracy).toBeGreaterThan(0.5)
    await shot(page, 'story-4-done')
  })

  await test.step('a bar and a cell of the result open the pictures behind them', async () => {
    const { metrics: { test: score }, spec } = await ask(page, 'runs', 'get', { id: source })
    const { count } = (await ask(page, 'datasets', 'list')).datasets.find(({ id }) => id === spec.target.dataset)!.splits.test!
    const labels = await ask(page, 'datasets', 'labels', { id: spec.target.dataset, split: 'test', from: 0, count })
    const dialog = page.getByRole('dialog')
    await page.getByRole('figure', { name: 'Accuracy by class' }).getByRole('button', { name: /^3 / }).focus()
    await page.keyboard.press('Enter')
    await expect(dialog).toContainText('Test images of class 3')
    const { positions } = await ask(page, 'runs', 'answers', { id: source, truth: 3 })
    expect([...positions].sort((a, b) => a - b)).toEqual(labels.flatMap((label, position) => label === 3 ? [position] : []))
    await expect(dialog.getByRole('gridcell').first()).toHaveAccessibleName(new RegExp(`^Picture ${positions[0]! + 1}, true 3, predicted`))
    await shot(page, 'story-4-class-pictures')
    await page.keyboard.press('Escape')
    await expect(dialog).toBeHidden()

    const right = score!.confusion![7]![7]!
    await page.getByRole('figure', { name: 'Confusion matrix' }).getByRole('gridcell', { name: `7 → 7: ${right}` }).click()
    await expect(dialog).toContainText('True 7, predicted 7')
    await expect(dialog).toContainText(new RegExp(`${right} images?`))
    await dialog.getByRole('gridcell').first().click()
    await expect(dialog.getByRole('img', { name: /true 7, predicted 7/ })).toBeVisible()
    await page.keyboard.press('Escape')
    await page.keyboard.press('Escape')
    await expect(dialog).toBeHidden()
  })

  await test.step('the bars and the matrix are saved as pictures', async () => {
    const folder = temporaryFolder('pictures')
    for (const [title, name] of [['Accuracy by class', 'bars.png'], ['Confusion matrix', 'matrix.png']] as const) {
      const path = join(folder, name)
      await app.evaluate(({ dialog }, filePath) => {
        dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath })
      }, path)
      await page.getByRole('figure', { name: title }).getByRole('button', { name: 'Save picture (PNG)' }).click()
      await expect(page.getByText(`Saved as ${name}.`, { exact: true })).toBeVisible()
      const picture = sharp(path)
      const { width, height } = await picture.metadata()
      expect(Math.min(width, height)).toBeGreaterThan(300)
      // Neither empty nor of one colour.
      for (const { stdev } of (await picture.stats()).channels.slice(0, 3)) expect(stdev).toBeGreaterThan(10)
      copyFileSync(path, join(projectFolder, 'test-results', 'screens', `chart-${name}`))
    }
  })

  const target = await test.step('what it learned goes to other digits', async () => {
    await page.getByRole('region', { name: 'Three steps to your first comparison' }).getByRole('button', { name: 'Take it to other digits' }).click()
    await expect(page.getByRole('heading', { name: 'New transfer' })).toBeVisible()
    await expect(page.getByRole('region', { name: 'Target data set' })).toContainText('UCI optical digits')
    await grantSomeLabels(page)
    await setEpochs(page, 3)
    await shot(page, 'story-5-transfer')
    const id = await start(page)
    await waitForRun(page, id, 'its end', ({ state }) => state === 'done', 90_000)
    expect((await ask(page, 'runs', 'get', { id })).spec.source.model).toBe(`run:${source}`)
    return id
  })

  const twin = await test.step('one press trains its control, and the comparison is a valid one', async () => {
    const { spec } = await ask(page, 'runs', 'get', { id: target })
    await page.getByRole('button', { name: 'Train it and compare' }).click()
    await page.waitForURL(/#\/compare/)
    await expect(page.getByText(/has not ended yet\. The verdict comes here/)).toBeVisible()
    const { twins } = (await ask(page, 'runs', 'get', { id: target })).study!
    // All of its steps would take as long as a person waits; one epoch is enough for a verdict.
    await waitForRun(page, twins!.scratch!, 'its start', ({ state }) => state === 'running')
    await ask(page, 'runs', 'stopAfterEpoch', { id: twins!.scratch! })
    const run = await waitForRun(page, twins!.scratch!, 'its end', ({ state }) => state === 'done', 90_000)
    expect([run.spec.target, run.spec.training.seed]).toEqual([spec.target, spec.training.seed])
    await expect(page.locator('[data-section="verdict"] .outcome')).toHaveText(/^(Helped|Hurt|No evidence)$/)
    await expect(page.getByRole('button', { name: /^Fixed/ })).toBeVisible()
    // The first steps say that they are done, and what comes after them.
    await expect(page.getByRole('region', { name: 'Three steps to your first comparison' }).getByRole('button', { name: 'Add your own pictures' })).toBeVisible()
    await shot(page, 'story-5-verdict')
    return run.id
  })

  await test.step('all three are saved in Runs', async () => {
    await openScreen(page, 'Runs')
    const boxes = page.getByRole('grid', { name: 'Runs' }).getByRole('checkbox', { name: /^Select (?!all)/ })
    await expect(boxes).toHaveCount(2)
    // The control is folded under what it is a control of.
    await page.locator('tr', { has: page.locator(`[data-run="${target}"]`) }).focus()
    await page.keyboard.press('ArrowRight')
    await expect(boxes).toHaveCount(3)
    await shot(page, 'story-6-runs')
    for (const id of [target, twin]) await page.locator('tr', { has: page.locator(`[data-run="${id}"]`) }).getByRole('checkbox').check()
    await page.getByRole('button', { name: 'Compare' }).click()
  })

  await test.step('two of them stand side by side with their difference', async () => {
    await expect(page.getByRole('heading', { name: 'Compare' })).toBeVisible()
    const { runs, differences } = await ask(page, 'runs', 'compare', { ids: [twin, target] })
    expect(differences).toHaveLength(1)
    for (const run of runs) await expect(page.getByText(`${((run.metrics.test?.accuracy ?? 0) * 100).toFixed(1)} %`).first()).toBeVisible()
    await shot(page, 'story-7-compare')
  })

  await test.step('nobody was asked for anything over the network', () => requests.check(graft))
})

test('everything is there again after the program was closed', async ({ launchGraft, temporaryFolder }) => {
  const dataDir = temporaryFolder('kept')
  const first = await launchGraft({ dataDir })
  await waitForSamples(first.page)
  await openScreen(first.page, 'Settings')
  await ask(first.page, 'settings', 'set', { theme: 'dark', language: 'zh' })
  await first.close()

  const { page } = await launchGraft({ dataDir })
  await expect(page.getByRole('navigation', { name: '主导航' })).toBeVisible()
  expect((await ask(page, 'datasets', 'list')).datasets.map(({ id }) => id).sort()).toEqual(['digits', 'mnist-sample'])
})
