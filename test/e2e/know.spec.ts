import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import type { Page } from '@playwright/test'
import { ask, digitsSpec, waitFor, waitForRun, waitForSamples } from './harness/api'
import { accessibilityProblems } from './harness/axe'
import { expect, test } from './harness/graft'
import { shot } from './harness/screens'
import { start } from './harness/steps'

/** Noise that is redder, greener or bluer: a picture of one of three kinds. */
async function noise(kind: number, seed: number): Promise<Buffer> {
  let state = seed * 3 + kind + 1
  const random = (): number => { state = Math.imul(state, 1_103_515_245) + 12_345 >>> 0; return state / 2 ** 32 }
  const pixels = Buffer.from(Array.from({ length: 24 * 24 * 3 }, (_, at) => (at % 3 === kind ? 60 : 0) + random() * 190))
  return sharp(pixels, { raw: { width: 24, height: 24, channels: 3 } }).png().toBuffer()
}
const show = (page: Page, address: string): Promise<void> => page.evaluate((hash) => { location.hash = `#${hash}` }, address)
const dataset = async (page: Page, id: string) => (await ask(page, 'datasets', 'list')).datasets.find((each) => each.id === id)
/** The colour that leads in a picture, as whoever labels it sees. */
const kindOf = (page: Page): Promise<number> => page.locator('.stage img').evaluate(async (image: HTMLImageElement) => {
  await image.decode()
  const canvas = Object.assign(document.createElement('canvas'), { width: image.naturalWidth, height: image.naturalHeight })
  const context = canvas.getContext('2d')!
  context.drawImage(image, 0, 0)
  const sums = [0, 0, 0]
  context.getImageData(0, 0, canvas.width, canvas.height).data.forEach((value, at) => { if (at % 4 < 3) sums[at % 4]! += value })
  return sums.indexOf(Math.max(...sums))
})

test('pictures without labels get them with the keyboard alone, as a new data set that Undo takes back', async ({ launchGraft, temporaryFolder }) => {
  test.slow()
  const { page } = await launchGraft()
  const folder = temporaryFolder('bare')
  for (let index = 0; index < 30; index++) writeFileSync(join(folder, `${String(index).padStart(2, '0')}.png`), await noise(index % 3, index))
  await ask(page, 'datasets', 'add', { path: folder, id: 'bare', folders: 'unlabelled', validation: 0 })
  await waitFor('the pictures', 30_000, () => dataset(page, 'bare'))
  await show(page, '/datasets/bare?tab=label')
  const field = page.getByLabel('New class')
  await field.focus()
  for (const name of ['red', 'green', 'blue']) {
    await page.keyboard.type(name)
    await page.keyboard.press('Enter')
  }
  await shot(page, 'label-begin')
  const choose = page.getByRole('button', { name: 'Choose 20 pictures' })
  await choose.focus()
  await page.keyboard.press('Enter')
  const stage = page.getByRole('group', { name: 'Labelling' })
  await expect(stage).toBeFocused({ timeout: 90_000 })
  await page.keyboard.press(String(await kindOf(page) + 1))
  await expect(stage).toContainText('Picture 2 of 20')
  await page.keyboard.press('Backspace')
  await expect(stage).toContainText('Picture 1 of 20')
  await expect(stage).toContainText('No label yet')
  await shot(page, 'label-stage')
  expect(await accessibilityProblems(page)).toEqual([])
  // The picture of the window was taken without the focus.
  await stage.focus()
  for (let number = 1; number <= 19; number++) {
    await expect(stage).toContainText(`Picture ${number} of 20`)
    if (number === 6) {
      // The window forgets all; what was decided is on disk, Undo included.
      await page.reload()
      await expect(page.getByRole('main')).toContainText(/5 labelled.*kept for you/)
      await expect(stage).toContainText('Picture 6 of 20')
      await stage.focus()
      await page.keyboard.press('Backspace')
      await expect(stage).toContainText('Picture 5 of 20')
      await page.keyboard.press(String(await kindOf(page) + 1))
      await expect(stage).toContainText('Picture 6 of 20')
      await shot(page, 'label-brought-back')
      await stage.focus()
    }
    await page.keyboard.press(String(await kindOf(page) + 1))
  }
  await page.keyboard.press('0')
  await expect(stage).toContainText('These are done.')
  await shot(page, 'label-done')
  const make = page.getByRole('button', { name: 'Make the labelled data set' })
  await make.focus()
  await page.keyboard.press('Enter')
  await expect(page).not.toHaveURL(/datasets\/bare\?/, { timeout: 30_000 })
  const made = (await ask(page, 'datasets', 'list')).datasets.find(({ provenance }) => provenance.derived?.from === 'bare')!
  expect(made).toMatchObject({ classes: ['blue', 'green', 'red'], splits: { train: { count: 19 }, unlabelled: { count: 11 } } })
  await expect(page.getByRole('main')).toContainText('11 pictures wait for a label')
  await shot(page, 'label-next-version')
  await page.getByRole('button', { name: 'Undo', exact: true }).last().click()
  await expect(page).toHaveURL(/datasets\/bare\?tab=label/)
  expect(await dataset(page, made.id)).toBeUndefined()
  await expect(page.getByRole('main')).toContainText('19 labelled')
})

test('the doctor finds what is wrong, and mends it as a new data set that Undo takes back', async ({ launchGraft, temporaryFolder }) => {
  test.slow()
  const { page } = await launchGraft()
  const folder = temporaryFolder('noise')
  for (const [kind, name] of ['bird', 'cat', 'dog'].entries()) {
    mkdirSync(join(folder, name))
    for (let index = 0; index < 15; index++) writeFileSync(join(folder, name, `${index}.png`), await noise(kind, index))
  }
  copyFileSync(join(folder, 'bird', '3.png'), join(folder, 'dog', 'again.png'))
  writeFileSync(join(folder, 'cat', 'black.png'), await sharp({ create: { width: 24, height: 24, channels: 3, background: '#000' } }).png().toBuffer())
  await ask(page, 'datasets', 'add', { path: folder, id: 'noise', validation: 0 })
  await waitFor('the pictures', 30_000, () => dataset(page, 'noise'))
  await show(page, '/datasets/noise?tab=doctor')
  await page.getByRole('button', { name: 'Examine', exact: true }).click()
  const main = page.getByRole('main')
  await main.getByRole('button', { name: /^Show 1 picture: Blank/ }).click({ timeout: 90_000 })
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('checkbox', { name: /^Select / }).first().click()
  await dialog.getByRole('button', { name: 'Leave out' }).click()
  await shot(page, 'doctor-mending')
  await dialog.getByRole('button', { name: 'Done' }).click()
  await expect(main).toContainText('1 left out')
  await main.getByRole('button', { name: 'Make the corrected data set' }).click()
  await expect(page).not.toHaveURL(/datasets\/noise/, { timeout: 30_000 })
  const [before, made] = [await dataset(page, 'noise'), (await ask(page, 'datasets', 'list')).datasets.find(({ provenance }) => provenance.derived?.from === 'noise')!]
  const all = (of: typeof made) => Object.values(of.splits).reduce((sum, { count }) => sum + count, 0)
  expect(all(made)).toBe(all(before!) - 1)
  await page.getByRole('button', { name: 'Undo', exact: true }).last().click()
  await expect(page).toHaveURL(/datasets\/noise\?tab=doctor/)
  expect(await dataset(page, made.id)).toBeUndefined()
  await expect(main).toContainText('1 left out')
})

test('advice leads to a run, an X-ray shows where source and target differ, and the run says what next', async ({ launchGraft }) => {
  test.setTimeout(420_000)
  const { page } = await launchGraft()
  await waitForSamples(page)
  const source = await ask(page, 'runs', 'start', { spec: digitsSpec({ epochs: 2, learningRate: 0.03 }) })
  await waitForRun(page, source.id, 'its end', ({ state }) => state === 'done', 90_000)
  await show(page, `/transfer?source=run:${source.id}&target=digits`)
  await page.getByRole('button', { name: 'Compare them' }).click()
  const xray = page.locator('.xray')
  await expect(xray.getByText('Where it begins')).toBeVisible({ timeout: 120_000 })
  await xray.getByRole('button', { name: 'Through the backbone' }).click()
  await xray.scrollIntoViewIfNeeded()
  await shot(page, 'xray-backbone')
  await page.getByRole('button', { name: 'Ask for advice' }).click()
  const take = page.getByRole('button', { name: /^Take this method: / })
  await expect(take.first()).toBeVisible({ timeout: 180_000 })
  await shot(page, 'advice')
  await take.first().click()
  await expect(page.getByRole('button', { name: /^Chosen: / }).first()).toBeVisible()
  const run = await waitForRun(page, await start(page), 'its end', ({ state }) => state === 'done', 120_000)
  // What was foretold of it is held against what came of it.
  expect(run.prediction?.accuracy).toBeGreaterThan(0)
  await page.locator('.next').scrollIntoViewIfNeeded()
  await expect(page.locator('.next')).toContainText(/foretold|expected/i)
  await shot(page, 'what-next')
})
