import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { ElectronApplication } from '@playwright/test'
import { ask, waitFor, waitForSamples } from './harness/api'
import { accessibilityProblems } from './harness/axe'
import { expect, test } from './harness/graft'
import { shot } from './harness/screens'
import { openScreen } from './harness/steps'

/** A green picture with a moving pie in it, in place of a camera. The permission is Graft's own, as for any person. */
const pretendedCamera = ['--use-fake-device-for-media-stream']

/** Answers the system's dialogue, and counts how often it was shown. */
const answerWith = (app: ElectronApplication, response: number): Promise<void> => app.evaluate(({ dialog }, button) => {
  const counting = dialog as unknown as { asked?: number }
  counting.asked ??= 0
  dialog.showMessageBox = (async () => {
    counting.asked! += 1
    return { response: button, checkboxChecked: false }
  }) as typeof dialog.showMessageBox
}, response)
const asked = (app: ElectronApplication): Promise<number> => app.evaluate(({ dialog }) => (dialog as unknown as { asked: number }).asked)

test('pictures of the camera become the classes of a data set, and are what a model is asked about; each place asks once', async ({ launchGraft }) => {
  const { app, page, dataDir, faults } = await launchGraft({ switches: pretendedCamera })
  await waitForSamples(page)

  await test.step('the page alone gets no camera, and never a microphone', async () => {
    const tryMedia = (kind: object): Promise<string> => page.evaluate((wanted) => navigator.mediaDevices.getUserMedia(wanted).then(() => 'granted', (error: Error) => error.name), kind)
    expect(await tryMedia({ video: true })).toBe('NotAllowedError')
    await answerWith(app, 0)
    expect(await ask(page, 'camera', 'open', { place: 'try' })).toBe('allowed')
    expect(await tryMedia({ audio: true })).toBe('NotAllowedError')
    expect(await tryMedia({ audio: true, video: true })).toBe('NotAllowedError')
    await ask(page, 'camera', 'close', { place: 'try' })
    expect(await tryMedia({ video: true })).toBe('NotAllowedError')
  })

  await openScreen(page, 'Data')
  await page.getByRole('button', { name: 'Add…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Add a data set' })

  await test.step('who refuses is told so, and asked again when they press again', async () => {
    await answerWith(app, 1)
    await dialog.getByRole('button', { name: 'Camera…' }).click()
    await expect(dialog.getByRole('alert')).toContainText('it was not allowed')
    await answerWith(app, 0)
    await dialog.getByRole('button', { name: 'Try again' }).click()
    await expect(dialog.getByLabel('What the camera sees')).toBeVisible()
  })

  await test.step('pictures of two classes are taken', async () => {
    const take = dialog.getByRole('button', { name: 'Take a picture' })
    await expect(take).toBeDisabled()
    for (const [name, count] of [['cup', 4], ['pen', 3]] as const) {
      await dialog.getByLabel('Class', { exact: true }).fill(name)
      for (let number = 1; number <= count; number++) {
        await take.click()
        await expect(dialog.getByRole('heading', { name: `${name}: ${number}` })).toBeVisible()
      }
    }
    expect(await accessibilityProblems(page)).toEqual([])
    await shot(page, 'camera-classes')
  })

  await test.step('one is deleted, and comes back with Undo', async () => {
    await dialog.getByRole('button', { name: /^Delete picture .* of pen$/ }).first().click()
    await expect(dialog.getByRole('heading', { name: 'pen: 2' })).toBeVisible()
  })

  await test.step('they are added like any folder', async () => {
    await dialog.getByRole('button', { name: 'Use these pictures' }).click()
    await expect(dialog).toContainText('2 classes', { timeout: 60_000 })
    const [folder] = readdirSync(join(dataDir, 'camera'))
    expect(await dialog.getByLabel('Folder or file').inputValue()).toBe(join(dataDir, 'camera', folder!))
    await dialog.getByRole('button', { name: 'Add', exact: true }).click()
    await expect(dialog.getByRole('button', { name: 'Look at it' })).toBeVisible({ timeout: 60_000 })
    const added = (await ask(page, 'datasets', 'list')).datasets.find(({ classes }) => classes.join() === 'cup,pen')!
    const images = Object.values(added.splits).reduce((sum, { count }) => sum + count, 0)
    expect([images + added.skipped.count, added.shape[2]]).toEqual([6, 3])
    await page.keyboard.press('Escape')
  })

  await test.step('a model answers about a picture, which is gone once the camera is closed', async () => {
    await waitFor('the model in the box', 60_000, async () => (await ask(page, 'models', 'list')).models.some(({ ref }) => ref === 'model:efficientnet-lite0'))
    await openScreen(page, 'Models')
    await page.getByRole('button', { name: 'Try it: EfficientNet-Lite0' }).click()
    const panel = page.getByRole('dialog', { name: 'EfficientNet-Lite0' })
    await panel.getByRole('button', { name: 'Camera…' }).click()
    await panel.getByRole('button', { name: 'Take a picture' }).click()
    await expect(panel.getByRole('list', { name: 'What the model says' }).getByRole('img', { name: /^001\.jpg: / })).toBeVisible({ timeout: 60_000 })
    await shot(page, 'camera-try')
    expect(readdirSync(join(dataDir, 'window', 'camera'))).toEqual(['001.jpg'])
    await panel.getByRole('button', { name: 'Close the camera' }).click()
    await expect.poll(() => existsSync(join(dataDir, 'window', 'camera'))).toBe(false)
    await panel.getByRole('button', { name: 'Camera…' }).click()
    await expect(panel.getByRole('button', { name: 'Take a picture' })).toBeEnabled()
    // Once for the model's place, and for the classes' twice: the first answer was no.
    expect(await asked(app)).toBe(3)
  })
  faults.splice(0)
})

test('without a camera one sentence says so', async ({ launchGraft }) => {
  // A machine that has one need not be asked for it: Chromium is told that it has none.
  const { app, page } = await launchGraft({ switches: ['--use-fake-device-for-media-stream=device-count=0'] })
  await answerWith(app, 0)
  await openScreen(page, 'Data')
  await page.getByRole('button', { name: 'Add…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Add a data set' })
  await dialog.getByRole('button', { name: 'Camera…' }).click()
  await expect(dialog.getByRole('alert')).toContainText('No camera was found. Connect one, then try again.')
  await expect(dialog.getByRole('button', { name: 'Try again' })).toBeVisible()
})
