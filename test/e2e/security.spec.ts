import { join } from 'node:path'
import { appContract } from '../../src/contract/app'
import { ask, askRaw, waitForSamples } from './harness/api'
import { expect, test } from './harness/graft'
import { projectFolder } from './harness/places'
import { recordRequests } from './harness/requests'
import { openScreen } from './harness/steps'

test('the page has no Node, and only the contract\'s bridge', async ({ launchGraft }) => {
  const { page } = await launchGraft()
  const found = await page.evaluate(() => {
    const scope = window as unknown as Record<string, unknown>
    return ['require', 'process', 'module', 'Buffer', 'global', 'ipcRenderer', 'electron', '__dirname'].filter((name) => scope[name] !== undefined)
  })
  expect(found).toEqual([])
  const bridge = await page.evaluate(() => Object.keys((window as unknown as { graft: object }).graft).sort())
  expect(bridge).toEqual([...Object.keys(appContract), 'pathForFile'].sort())
})

test('the window is sandboxed and isolated', async ({ launchGraft }) => {
  const { app } = await launchGraft()
  const preferences = await app.evaluate(({ webContents }) => webContents.getAllWebContents().map((contents) => {
    const { sandbox, contextIsolation, nodeIntegration, webSecurity, webviewTag } =
      (contents as unknown as { getLastWebPreferences(): Record<string, unknown> }).getLastWebPreferences()
    return { sandbox, contextIsolation, nodeIntegration, webSecurity, webviewTag: webviewTag ?? false }
  }))
  expect(preferences).toEqual([{ sandbox: true, contextIsolation: true, nodeIntegration: false, webSecurity: true, webviewTag: false }])
})

test('a strict content security policy comes with the page, and an inline script does not run', async ({ launchGraft }) => {
  const { page, faults } = await launchGraft()
  const policy = await page.evaluate(async () => (await fetch('index.html')).headers.get('content-security-policy'))
  expect(policy).toContain("default-src 'none'")
  expect(policy).toMatch(/script-src 'self'(;|$)/)
  expect(policy).not.toContain('unsafe')
  const ran = await page.evaluate(() => {
    const script = document.createElement('script')
    script.textContent = 'window.inlineScriptRan = true'
    document.body.append(script)
    return 'inlineScriptRan' in window
  })
  expect(ran).toBe(false)
  expect(faults.splice(0).join()).toContain('Content Security Policy')
})

test('nothing remote is loaded', async ({ launchGraft }) => {
  const { page, faults } = await launchGraft()
  const loaded = await page.evaluate(() => new Promise((resolve) => {
    const image = new Image()
    image.onload = () => resolve(true)
    image.onerror = () => resolve(false)
    image.src = 'https://example.org/picture.png'
  }))
  expect(loaded).toBe(false)
  expect(await page.evaluate(() => fetch('https://example.org/').then(() => true, () => false))).toBe(false)
  // It is the policy that refuses, not the lack of a network, which these tests may be run without.
  const refusals = faults.splice(0)
  expect(refusals).toHaveLength(3)
  for (const refusal of refusals) expect(refusal).toContain('Content Security Policy')
})

test('a first start and a look at every screen asks nobody for anything', async ({ launchGraft, temporaryFolder }) => {
  const requests = recordRequests(temporaryFolder('requests'))
  const graft = await launchGraft(requests.options)
  await waitForSamples(graft.page)
  for (const name of ['Runs', 'Data', 'Models', 'Settings', 'Compare', 'Transfer']) {
    await openScreen(graft.page, name)
    await graft.page.waitForTimeout(200)
  }
  await requests.check(graft)
})

test('the page cannot navigate away or open a window', async ({ launchGraft }) => {
  const graft = await launchGraft()
  const { app, page } = graft
  await page.waitForURL(/#\/transfer$/)
  const address = page.url()
  expect(await page.evaluate(() => window.open('https://example.org/'))).toBeNull()
  await page.evaluate(() => { location.href = 'https://example.org/' })
  await page.evaluate(() => { location.href = 'file:///etc/passwd' }).catch(() => undefined)
  await expect.poll(() => graft.log()).toContain('refused: navigation https://example.org/')
  expect(graft.log()).toContain('refused: new window https://example.org/')
  expect(page.url()).toBe(address)
  expect(app.windows()).toHaveLength(1)
  graft.faults.splice(0)
})

test('a page that is not the window gets no answer from main', async ({ launchGraft }) => {
  const { app } = await launchGraft()
  const preload = join(projectFolder, 'out', 'preload', 'index.js')
  const answers = await app.evaluate(async ({ BrowserWindow }, path) => {
    const foreign = new BrowserWindow({ show: false, webPreferences: { sandbox: true, contextIsolation: true, preload: path } })
    await foreign.loadURL('data:text/html,<title>not the window</title>')
    const ask = (code: string): Promise<unknown> => foreign.webContents.executeJavaScript(code)
    const answered = [await ask('graft.runs.list()'), await ask('graft.settings.set({ theme: "dark" })')]
    foreign.destroy()
    return answered as { ok: boolean, error?: { code: string } }[]
  }, preload)
  expect(answers.map(({ ok, error }) => [ok, error?.code])).toEqual([[false, 'sender-refused'], [false, 'sender-refused']])
})

test('what does not fit the contract is refused with its field', async ({ launchGraft }) => {
  const { page } = await launchGraft()
  const hostile: [string, string, unknown][] = [
    ['runs', 'get', { id: '../../../etc' }], ['runs', 'get', undefined], ['runs', 'compare', { ids: ['a'] }],
    ['app', 'openFolder', { kind: 'shell', id: 'x' }], ['settings', 'set', { theme: 'purple' }],
    ['datasets', 'labels', { id: 'digits', split: 'test', from: -1, count: 1 }]
  ]
  for (const [noun, verb, input] of hostile) {
    const answer = await askRaw(page, noun, verb, input)
    expect(answer.ok, `${noun}.${verb} ${JSON.stringify(input)}`).toBe(false)
  }
  expect((await ask(page, 'settings', 'get')).theme).toBe('system')
})

test('pictures come by id only; no address leads out of the data folder', async ({ launchGraft }) => {
  const { page, faults } = await launchGraft()
  await expect.poll(async () => (await ask(page, 'datasets', 'list')).datasets.length).toBe(2)
  const loads = (address: string): Promise<boolean> => page.evaluate((source) => new Promise<boolean>((resolve) => {
    const image = new Image()
    image.onload = () => resolve(image.naturalWidth > 0)
    image.onerror = () => resolve(false)
    image.src = source
  }), address)
  expect(await loads('graft-image://dataset/digits/test/0.bmp')).toBe(true)
  for (const address of [
    'graft-image://dataset/digits/test/999999.bmp', 'graft-image://dataset/digits/hidden/0.bmp', 'graft-image://dataset/..%2f..%2fetc/test/0.bmp',
    'graft-image://dataset/digits/test/0.bmp/../../../../etc/passwd', 'graft-image://etc/passwd', 'graft-app://window/..%2f..%2fpackage.json'
  ]) expect(await loads(address), address).toBe(false)
  faults.splice(0)
})
