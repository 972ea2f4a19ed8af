import { expect, type Page } from '@playwright/test'

/** Goes to a screen by the rail. */
export async function openScreen(page: Page, name: string): Promise<void> {
  await page.getByRole('navigation').getByRole('link', { name, exact: true }).click()
}

/** Writes the number of epochs into the training settings, unfolding them first. */
export async function setEpochs(page: Page, epochs: number): Promise<void> {
  const fold = page.getByRole('button', { name: /^Training settings/ })
  if (await fold.getAttribute('aria-expanded') === 'false') await fold.click()
  await page.getByRole('spinbutton', { name: 'Epochs', exact: true }).fill(String(epochs))
  await fold.click()
}

/** Points that a chart's lines have, as its table tells. */
export async function chartPoints(page: Page, title: string): Promise<number> {
  const frame = page.getByRole('figure', { name: title, exact: true })
  await expect(frame).toBeVisible()
  await frame.getByRole('button', { name: 'Show as table' }).click()
  const dialog = page.getByRole('dialog', { name: title })
  await expect(dialog).toBeVisible()
  // Its heading is a row too.
  const rows = Number(await dialog.getByRole('grid').getAttribute('aria-rowcount')) - 1
  await page.keyboard.press('Escape')
  await expect(dialog).toBeHidden()
  return rows
}

/** Opens a card's picker and takes an option. */
export async function pick(page: Page, card: 'Source model' | 'Target data set', option: RegExp): Promise<void> {
  await page.getByRole('region', { name: card }).getByRole('button').first().click()
  await page.getByRole('option', { name: option }).last().click()
  await expect(page.getByRole('option')).toHaveCount(0)
}

/** Grants some labels per class of the target. */
export async function grantSomeLabels(page: Page): Promise<void> {
  await page.getByRole('region', { name: 'Target data set' }).getByText('Some', { exact: true }).click()
}

/** Presses Start and gives the id of the run whose screen opens. */
export async function start(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Start', exact: true }).click()
  await page.waitForURL(/#\/runs\/[0-9A-Z]{26}$/, { timeout: 15_000 })
  return page.url().slice(-26)
}

/** Drops files of this computer on the window, as a file manager does: the page gets them by the way of a file field. */
export async function dropOn(page: Page, selector: string, paths: readonly string[]): Promise<void> {
  await page.evaluate(() => {
    const field = Object.assign(document.createElement('input'), { type: 'file', multiple: true, id: 'dropped-files' })
    document.body.append(field)
  })
  await page.locator('#dropped-files').setInputFiles([...paths])
  await page.evaluate((target) => {
    const field = document.querySelector<HTMLInputElement>('#dropped-files')!
    const transfer = new DataTransfer()
    for (const file of field.files ?? []) transfer.items.add(file)
    field.remove()
    const element = document.querySelector(target)!
    for (const type of ['dragenter', 'dragover', 'drop']) {
      element.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: transfer }))
    }
  }, selector)
}
