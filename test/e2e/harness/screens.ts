import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { projectFolder } from './places'

/** Keeps a picture of the window as an artefact: `test-results/screens/<name>.png`. */
export async function shot(page: Page, name: string): Promise<void> {
  // Neither a tooltip nor a focus ring that only the test's own pointer made.
  await page.mouse.move(1, 1)
  await page.evaluate(() => { if (document.activeElement instanceof HTMLElement) document.activeElement.blur() })
  await page.screenshot({ path: join(projectFolder, 'test-results', 'screens', `${name}.png`), animations: 'disabled' })
}
