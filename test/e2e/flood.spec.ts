import type { Page } from '@playwright/test'
import { ask, digitsSpec, waitForRun, waitForSamples } from './harness/api'
import { expect, test } from './harness/graft'
import { durations, percentile, tell, watchInteractions, type Durations } from './harness/interactions'
import { openScreen } from './harness/steps'
import { evaluateIn } from './harness/worker'

/** Lines of the series a second while the worker floods; `GRAFT_FLOOD_SECONDS=60` floods for a minute. */
const perSecond = 100_000
const seconds = Number(process.env['GRAFT_FLOOD_SECONDS'] ?? 5)
/** Steps of the flood are told by it from the training's own, which come between them. */
const firstStep = 1_000_000

interface Heard { lines: number, last: number, disorder: number, longestAnswer: number, over: boolean }

/**
 * Lets the worker of a training send lines of its series besides its own, as its sender joins them, at a rate that no
 * training reaches: as many each tenth of a second as are due by then. The page asks main something all the while.
 */
async function flood(page: Page, worker: number): Promise<() => Promise<Heard>> {
  await page.evaluate((first) => {
    const heard = { lines: 0, last: 0, disorder: 0, longestAnswer: 0, over: false }
    Object.assign(window, { heard })
    const { runs, settings } = (window as unknown as { graft: {
      runs: { progress(listener: (told: { metrics: { step?: number }[] }) => void): void }, settings: { get(): Promise<unknown> }
    } }).graft
    runs.progress(({ metrics }) => {
      for (const { step = 0 } of metrics) {
        if (step <= first) continue
        heard.lines += 1
        if (step <= heard.last) heard.disorder += 1
        heard.last = step
      }
    })
    const askMain = async (): Promise<void> => {
      while (!heard.over) {
        const asked = performance.now()
        await settings.get()
        heard.longestAnswer = Math.max(heard.longestAnswer, performance.now() - asked)
        await new Promise((resolve) => { setTimeout(resolve, 20) })
      }
    }
    void askMain()
  }, firstStep)
  await evaluateIn(worker, `{
    const [began, total] = [performance.now(), ${perSecond * seconds}]
    let sent = 0
    const sending = setInterval(() => {
      const due = Math.min(total, Math.floor((performance.now() - began) / 1000 * ${perSecond}))
      const news = Array.from({ length: due - sent }, () => {
        sent += 1
        return { kind: 'step', stage: 0, epoch: 1, step: ${firstStep} + sent, seconds: 1, learningRate: 0.001, losses: { total: 0.7 } }
      })
      if (news.length > 0) process.send({ type: 'progress', news })
      if (sent === total) clearInterval(sending)
    }, 100)
  }`)
  const heard = (): Promise<Heard> => page.evaluate(() => (window as unknown as { heard: Heard }).heard)
  return async () => {
    await expect.poll(async () => (await heard()).last, { timeout: 30_000 + 2_000 * seconds }).toBe(firstStep + perSecond * seconds)
    const whole = await heard()
    await page.evaluate(() => { (window as unknown as { heard: Heard }).heard.over = true })
    return whole
  }
}

/** Inputs on the run's own screen, whose charts grow by what is sent, and through the others. */
async function interact(page: Page, runId: string): Promise<Durations> {
  await watchInteractions(page)
  let interactions = 0
  for (let round = 0; round < 2; round++) {
    await page.evaluate((id) => { location.hash = `#/runs/${id}` }, runId)
    await expect(page.getByRole('figure', { name: 'Loss', exact: true })).toBeVisible()
    for (const name of [/^Log/, /^Settings of this run/]) await page.getByRole('button', { name }).click()
    for (const name of ['Runs', 'Data', 'Compare'] as const) await openScreen(page, name)
    interactions += 5
  }
  await page.waitForTimeout(300)
  return durations(page, interactions)
}

// Other work on the machine can only slow the window down, never hasten it: the best of three attempts is the figure.
test.describe.configure({ retries: 2 })

test(`while a training sends ${perSecond} events a second, the window and main go on answering`, async ({ launchGraft }) => {
  test.setTimeout(120_000 + 4_000 * seconds)
  const graft = await launchGraft()
  const { page } = graft
  await waitForSamples(page)
  const run = await ask(page, 'runs', 'start', { spec: digitsSpec({ epochs: 500 }) })
  await waitForRun(page, run.id, 'training', ({ state }) => state === 'running')
  const calm = await interact(page, run.id)

  const [, worker] = /worker (\d+) begins: \{"kind":"train"/.exec(graft.log())!
  const heard = await flood(page, Number(worker))
  const flooded = await interact(page, run.id)
  const { lines, disorder, longestAnswer } = await heard()
  tell('calm', calm)
  tell('flooded', flooded)
  process.stdout.write(`    ${lines} of ${perSecond * seconds} events shown, main's slowest answer ${longestAnswer.toFixed(0)} ms\n`)
  expect((await ask(page, 'runs', 'get', { id: run.id })).state).toBe('running')
  expect(disorder).toBe(0)
  // Where other work holds the machine up, calm is slow too.
  expect(percentile(flooded.sorted, 0.95), flooded.longest.join('\n')).toBeLessThan(Math.max(100, 2 * percentile(calm.sorted, 0.95)))
  expect(longestAnswer).toBeLessThan(2_000)
  await ask(page, 'runs', 'cancel', { id: run.id })
})
