import { expect, test, type Graft } from './harness/graft'

const addressOf = ({ app }: Graft): Promise<string> => app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.webContents.getURL())
const crash = ({ app }: Graft): Promise<void> => app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.webContents.forcefullyCrashRenderer())

test('after its fourth crash the window says what happened, and Reload brings it back', async ({ launchGraft }) => {
  const graft = await launchGraft()
  const own = await addressOf(graft)
  const loaded = (): Promise<boolean> => graft.app.evaluate(({ BrowserWindow }) => {
    const { webContents } = BrowserWindow.getAllWindows()[0]!
    return !webContents.isLoading() && !webContents.isCrashed()
  })
  for (let time = 1; time <= 4; time++) {
    await expect.poll(loaded).toBe(true)
    await crash(graft)
    // The page is gone a moment after it was told to go.
    await expect.poll(() => graft.log().match(/page is gone/g)?.length ?? 0).toBe(time)
    if (time < 4) await expect.poll(async () => await loaded() && (await addressOf(graft)).startsWith(own.split('#')[0]!)).toBe(true)
  }
  await expect.poll(() => addressOf(graft)).toContain('data:text/html')
  const shown = Buffer.from((await addressOf(graft)).split('base64,')[1]!, 'base64').toString('utf8')
  expect(shown).toContain('has crashed several times')
  expect(shown.match(/ \(\d+\)$|\w+ \(-?\d+\)/gm)).toHaveLength(4)
  await expect.poll(loaded).toBe(true)
  await graft.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.webContents.executeJavaScript('document.querySelector("a[href*=reload]").click()'))
  await expect.poll(() => addressOf(graft)).toContain(own.split('#')[0]!)
})
