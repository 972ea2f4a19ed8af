import { defaultsOf } from '../../src/contract/parameters'
import { trainingParameters } from '../../src/contract/training'
import { ask, waitForRun, waitForSamples } from './harness/api'
import { accessibilityProblems } from './harness/axe'
import { expect, test } from './harness/graft'
import { shot } from './harness/screens'

test('an adaptation is watched while it learns, and looked at again', async ({ launchGraft }) => {
  test.slow()
  const { page } = await launchGraft()
  await waitForSamples(page)
  const { id } = await ask(page, 'runs', 'start', { spec: {
    source: { model: 'arch:seed-cnn', dataset: 'mnist-sample' }, target: { dataset: 'digits', labels: 'none' },
    method: { id: 'dann', params: {} }, training: { ...defaultsOf(trainingParameters), epochs: 6, learningRate: 0.002 }, device: 'cpu'
  } })
  await page.evaluate((run) => { location.hash = `#/runs/${run}` }, id)
  const slider = page.getByRole('slider', { name: 'Epoch to look at' })
  const cloud = page.getByRole('img', { name: /points of MNIST digits \(sample\), UCI optical digits/ })

  await test.step('while it trains: figures, pictures and both domains', async () => {
    await waitForRun(page, id, 'the first epochs', ({ epochs }) => epochs >= 2, 200_000)
    for (const word of ['Time left', 'Images per second', 'Learning rate', 'Memory']) await expect(page.getByText(word, { exact: true }).first()).toBeVisible()
    await expect(slider).toBeEnabled({ timeout: 20_000 })
    await expect(cloud).toHaveAccessibleName(/Proxy A-distance [\d.]+ of 2, MMD/)
    // The target's labels were not granted.
    await expect(cloud).not.toHaveAccessibleName(/UCI optical digits: \d+ of/)
    await expect(page.getByRole('img', { name: /^taken for \d, [\d.]+.%/ })).toHaveCount(12)
    await shot(page, 'live-running')
  })

  await test.step('afterwards: every epoch by the keyboard, from the start to the end', async () => {
    const run = await waitForRun(page, id, 'its end', ({ state }) => state === 'done', 200_000)
    expect(Object.keys(run.files ?? {})).toEqual(expect.arrayContaining(['replay/scene.json', 'replay/frames.jsonl']))
    await expect(slider).toHaveAttribute('aria-valuetext', /poch 6/)
    const last = await cloud.getAttribute('aria-label')
    await slider.focus()
    await page.keyboard.press('Home')
    await expect(slider).toHaveAttribute('aria-valuetext', 'Before the first step')
    expect(await cloud.getAttribute('aria-label')).not.toBe(last)
    await page.keyboard.press('End')
    await expect(slider).toHaveAttribute('aria-valuetext', /poch 6/)
    await expect(page.getByText(/^Dashed: epoch \d, whose weights were kept\.$/)).toBeVisible()
  })

  for (const [theme, language] of [['light', 'en'], ['dark', 'en'], ['light', 'zh'], ['dark', 'zh']] as const) {
    await test.step(`it reads in ${language}, ${theme}`, async () => {
      await ask(page, 'settings', 'set', { theme, language })
      await expect(page.getByRole('heading', { name: language === 'en' ? 'As it learned' : '学习过程' })).toBeVisible()
      await page.locator('canvas.cloud').scrollIntoViewIfNeeded()
      expect(await accessibilityProblems(page)).toEqual([])
      await shot(page, `live-replay-${theme}-${language}`)
    })
  }
})
