import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import type { Page } from '@playwright/test'
import { ask, digitsSpec, waitFor, waitForRun, waitForSamples } from './harness/api'
import { accessibilityProblems } from './harness/axe'
import { expect, test } from './harness/graft'
import { projectFolder } from './harness/places'
import { shot } from './harness/screens'
import { dropOn } from './harness/steps'

const looks = [['light', 'en'], ['dark', 'en'], ['light', 'zh'], ['dark', 'zh']] as const

/** What the dialogue that imports a model calls its parts. */
const importWords = {
  en: { path: 'File or folder', found: 'What was recognised', more: 'More settings', classes: /^10 classes/, typed: /^Type/, said: 'As the file says', tryIt: /^Try it/, source: /^Source model \(/ },
  zh: { path: '文件或文件夹', found: '识别结果', more: '更多设置', classes: /^10 个类别/, typed: /^输入/, said: '按文件注明', tryIt: /^试一试/, source: /^源模型（/ }
}

/** What is pressed on the screens that look at data. */
const lookWords = {
  en: { doctor: 'Examine', show: /^Show \d/, compare: 'Compare them', folder: 'Choose a folder…' },
  zh: { doctor: '诊断', show: /^查看 \d/, compare: '进行比较', folder: '选择文件夹…' }
}

/** Three kinds of noise, one picture of them black and one under two classes. */
async function drawPictures(folder: string): Promise<void> {
  let state = 1
  const random = (): number => { state = Math.imul(state, 1_103_515_245) + 12_345 >>> 0; return state / 2 ** 32 }
  for (const [kind, name] of ['bird', 'cat', 'dog'].entries()) {
    mkdirSync(join(folder, name), { recursive: true })
    for (let index = 0; index < 15; index++) {
      const pixels = Buffer.from(Array.from({ length: 24 * 24 * 3 }, (_, at) => (at % 3 === kind ? 60 : 0) + random() * 190))
      await sharp(pixels, { raw: { width: 24, height: 24, channels: 3 } }).png().toFile(join(folder, name, `${index}.png`))
    }
  }
  writeFileSync(join(folder, 'cat', 'black.png'), await sharp({ create: { width: 24, height: 24, channels: 3, background: '#000' } }).png().toBuffer())
  copyFileSync(join(folder, 'bird', '3.png'), join(folder, 'dog', 'again.png'))
}

/** Names of messages that are on the screen in the place of their texts. */
function rawMessageNames(page: Page): Promise<string[]> {
  return page.evaluate(() => document.body.innerText
    .match(/\b(?:common|transfer|run|runs|studies|compare|datasets|models|settings)\.[a-z]\w*(?:\.\w+)*/g) ?? [])
}

test('every screen in light and dark, English and Chinese', async ({ launchGraft, temporaryFolder }) => {
  test.slow()
  const { app, page, dataDir } = await launchGraft()
  await waitForSamples(page)
  const pictures = temporaryFolder('pictures')
  await drawPictures(pictures)
  await app.evaluate(({ dialog }, path) => { dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [path] }) as never }, pictures)
  await ask(page, 'datasets', 'add', { path: pictures, id: 'noise' })
  await waitFor('the pictures', 30_000, async () => (await ask(page, 'datasets', 'list')).datasets.some(({ id }) => id === 'noise'))
  const ids: string[] = []
  for (const [target, seed] of [['mnist-sample', 1], ['digits', 1], ['digits', 2]] as const) {
    const spec = digitsSpec({ epochs: target === 'digits' ? 4 : 2, seed, learningRate: 0.03 })
    const source = ids[0] === undefined ? 'arch:seed-cnn' : `run:${ids[0]}`
    const method = target === 'digits' && seed === 1 ? { id: 'fine-tuning', params: {} } : spec.method
    const run = await ask(page, 'runs', 'start', {
      spec: { ...spec, source: { model: method.id === 'scratch' ? 'arch:seed-cnn' : source }, method, target: { dataset: target, labels: target === 'digits' ? { perClass: 10 } : 'all' } }
    })
    await waitForRun(page, run.id, 'its end', ({ state }) => state === 'done', 90_000)
    ids.push(run.id)
  }
  const screens: [string, string][] = [
    ['transfer', '/transfer'], ['run', `/runs/${ids[0]}`], ['runs', '/runs'], ['compare', `/compare?ids=${ids[2]},${ids[1]}`], ['compare-empty', '/compare'],
    ['studies', '/studies'], ['datasets', '/datasets'], ['dataset', '/datasets/digits'], ['models', '/models'], ['settings', '/settings']
  ]
  const problems: string[] = []
  /** Keeps a picture of what is on the screen, and what is wrong with it. */
  async function examine(look: string): Promise<void> {
    await shot(page, look)
    problems.push(...(await rawMessageNames(page)).map((message) => `${look}: ${message} has no text`))
    problems.push(...(await accessibilityProblems(page)).map((problem) => `${look}: ${problem}`))
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
    if (overflow > 0) problems.push(`${look}: ${overflow} pixels wider than the window`)
  }
  for (const [theme, language] of looks) {
    await ask(page, 'settings', 'set', { theme, language })
    await expect(page.locator('html')).toHaveAttribute('lang', language === 'en' ? /^en/ : /^zh/)
    for (const [name, path] of screens) {
      await page.evaluate((address) => { location.hash = `#${address}` }, path)
      const found = await page.waitForURL(new RegExp(`#${path.replace(/[?]/g, '\\?')}`), { timeout: 5_000 }).then(() => true, () => false)
      if (!found) {
        problems.push(`${name}: there is no such screen`)
        continue
      }
      await page.waitForLoadState('networkidle')
      await expect(page.locator('.skeleton')).toHaveCount(0)
      await page.waitForTimeout(250)
      await examine(`${name}-${theme}-${language}`)
    }
    const dialog = page.getByRole('dialog')
    const words = importWords[language]
    await page.evaluate((address) => { location.hash = address }, `#/runs/${ids[1]}`)
    await page.getByRole('figure').getByRole('button', { name: /^1 / }).click()
    await expect(dialog.getByRole('gridcell').first()).toBeVisible()
    await page.waitForLoadState('networkidle')
    await examine(`run-pictures-${theme}-${language}`)
    await page.keyboard.press('Escape')
    await expect(dialog).toBeHidden()
    await page.keyboard.press('Control+i')
    await expect(dialog).toBeVisible()
    await examine(`models-import-${theme}-${language}`)
    // What a run learned lies on disk as a LayersModel, as anybody's does.
    await dialog.getByLabel(words.path, { exact: true }).fill(join(dataDir, 'runs', ids[0]!, 'model'))
    await page.keyboard.press('Enter')
    await expect(dialog.getByRole('region', { name: words.found })).toBeVisible({ timeout: 30_000 })
    await dialog.getByRole('button', { name: words.more }).click()
    await expect(dialog.getByRole('combobox', { name: words.classes })).toContainText(words.said)
    await dialog.getByRole('combobox', { name: words.classes }).click()
    await page.getByRole('option', { name: words.typed }).click()
    await examine(`models-inspection-${theme}-${language}`)
    await page.keyboard.press('Escape')
    await expect(dialog).toBeHidden()
    await page.evaluate(() => { location.hash = '#/models' })
    await page.getByRole('article').filter({ hasText: 'Fine-tuning' }).getByRole('button', { name: words.tryIt }).click()
    await expect(dialog).toBeVisible()
    await examine(`models-try-empty-${theme}-${language}`)
    await dropOn(page, '[data-takes-files]', ['resources/icons/icon.png', 'package.json'].map((path) => join(projectFolder, path)))
    await expect(dialog.getByText(words.source)).toBeVisible({ timeout: 60_000 })
    // Nothing of this computer's folders, even where a file is no picture.
    await expect(dialog.locator('.broken')).toContainText('package.json')
    await expect(dialog).not.toContainText(projectFolder)
    await examine(`models-try-${theme}-${language}`)
    await page.keyboard.press('Escape')
    await expect(dialog).toBeHidden()
    const looking = lookWords[language]
    await page.getByRole('article').filter({ hasText: 'Fine-tuning' }).getByRole('button', { name: words.tryIt }).click()
    await dialog.getByRole('button', { name: looking.folder }).click()
    await expect(dialog.getByRole('grid')).toContainText('black.png', { timeout: 60_000 })
    await examine(`models-try-many-${theme}-${language}`)
    await page.keyboard.press('Escape')
    await expect(dialog).toBeHidden()
    await page.evaluate(() => { location.hash = '#/datasets/noise?tab=doctor' })
    const examineThem = page.getByRole('button', { name: looking.doctor, exact: true })
    const finding = page.getByRole('main').getByRole('button', { name: looking.show }).first()
    await expect(examineThem.or(finding).first()).toBeVisible()
    if (await examineThem.isVisible()) await examineThem.click()
    await expect(finding).toBeVisible({ timeout: 90_000 })
    await examine(`doctor-${theme}-${language}`)
    await finding.click()
    await expect(dialog).toBeVisible()
    await page.waitForLoadState('networkidle')
    await examine(`doctor-pictures-${theme}-${language}`)
    await page.keyboard.press('Escape')
    await expect(dialog).toBeHidden()
    await page.evaluate((address) => { location.hash = address }, `#/transfer?source=run:${ids[0]}&target=digits`)
    await page.getByRole('button', { name: looking.compare }).click()
    await expect(page.locator('.xray .findings')).toBeVisible({ timeout: 60_000 })
    await page.locator('.xray').scrollIntoViewIfNeeded()
    await examine(`xray-${theme}-${language}`)
    for (const [name, keys] of [['palette', 'Control+k'], ['keyboard', '?']] as const) {
      await page.keyboard.press(keys)
      await expect(page.getByRole('dialog')).toBeVisible()
      await page.screenshot({ path: `test-results/screens/${name}-${theme}-${language}.png`, animations: 'disabled' })
      await page.keyboard.press('Escape')
      await expect(page.getByRole('dialog')).toBeHidden()
    }
  }
  expect(problems).toEqual([])
})
