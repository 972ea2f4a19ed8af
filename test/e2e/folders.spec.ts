import { copyFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { ask, waitForSamples } from './harness/api'
import { expect, test } from './harness/graft'
import { projectFolder } from './harness/places'
import { shot } from './harness/screens'
import { openScreen } from './harness/steps'

test('folders that can be read in two ways are asked about before they are added, and added as answered', async ({ launchGraft, temporaryFolder }) => {
  const folder = temporaryFolder('pets')
  for (const split of ['train', 'test', 'unseen']) {
    for (const name of ['cat', 'dog']) {
      mkdirSync(join(folder, split, name), { recursive: true })
      for (let number = 0; number < 3; number++) copyFileSync(join(projectFolder, 'resources', 'icons', 'icon.png'), join(folder, split, name, `${number}.png`))
    }
  }
  const { page } = await launchGraft()
  await waitForSamples(page)
  await openScreen(page, 'Data')
  await page.getByRole('button', { name: 'Add…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Add a data set' })
  await dialog.getByLabel('Folder or file').fill(folder)
  const question = dialog.getByRole('group', { name: /Splits or classes\?/ })

  await test.step('adding it without a word shows the question, with what each reading gives', async () => {
    await dialog.getByRole('button', { name: 'Add', exact: true }).click()
    await expect(question).toBeVisible({ timeout: 60_000 })
    await expect(question).toContainText('6 Training, 6 Test · 2 classes (cat, dog) · left out: unseen')
    await expect(question).toContainText('18 Training · 2 classes (cat, dog) · domains test, train, unseen')
    await expect(question).toContainText('18 Training · 3 classes (test, train, unseen)')
    await shot(page, 'folders-question')
  })

  await test.step('it is not added before it is answered', async () => {
    await dialog.getByRole('button', { name: 'Add', exact: true }).click()
    await expect(question.getByRole('alert')).toBeVisible()
  })

  await test.step('the answer is looked at, and added', async () => {
    await question.getByRole('button', { name: /^Splits/ }).click()
    await expect(question).toBeHidden()
    await expect(dialog).toContainText('2 classes', { timeout: 60_000 })
    await dialog.getByRole('button', { name: 'Add', exact: true }).click()
    await expect(dialog.getByRole('button', { name: 'Look at it' })).toBeVisible({ timeout: 60_000 })
    const { datasets } = await ask(page, 'datasets', 'list')
    const added = datasets.find(({ classes }) => classes.join() === 'cat,dog')!
    expect([added.splits.test?.count, added.skipped.files.map(({ path }) => path)]).toEqual([6, ['unseen']])
  })
})
