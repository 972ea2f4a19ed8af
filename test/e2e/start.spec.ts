import { waitForSamples } from './harness/api'
import { expect, test } from './harness/graft'

const starts = 4
/** From the process to a Transfer screen that can be used, in seconds. */
const bound = 2

// Other work on the machine can only slow a start down, never hasten it: the best of some is the figure.
test(`from its start to a screen that can be used the window takes less than ${bound} s`, async ({ launchGraft }) => {
  test.setTimeout(180_000)
  const first = await launchGraft()
  await waitForSamples(first.page)
  const { dataDir } = first
  await first.close()
  const times: number[] = []
  for (let start = 0; start < starts; start++) {
    const { app, page, close } = await launchGraft({ dataDir })
    const usable = await page.evaluate(() => new Promise<number>((resolve) => {
      const look = (): void => {
        if ([...document.querySelectorAll('main button')].some((button) => button.textContent?.trim() === 'Start')) resolve(performance.timeOrigin + performance.now())
        else requestAnimationFrame(look)
      }
      look()
    }))
    const began = await app.evaluate(() => (process as unknown as { getCreationTime(): number }).getCreationTime())
    times.push((usable - began) / 1000)
    await close()
  }
  process.stdout.write(`    usable after ${times.map((time) => `${time.toFixed(2)} s`).join(', ')}\n`)
  expect(Math.min(...times)).toBeLessThan(bound)
})
