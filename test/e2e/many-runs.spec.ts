import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { newId } from '../../src/library/disk'
import { ask, digitsSpec, waitForSamples } from './harness/api'
import { expect, test } from './harness/graft'
import { openScreen } from './harness/steps'

const count = 10_000

test('ten thousand runs: the Runs screen shows them at once', async ({ launchGraft, temporaryFolder }) => {
  const dataDir = temporaryFolder('many')
  const createdAt = new Date().toISOString()
  for (let index = 0; index < count; index++) {
    const folder = join(dataDir, 'runs', newId())
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'run.json'), JSON.stringify({
      schemaVersion: 1, id: folder.slice(-26), name: `Run ${index}`, state: 'done', spec: digitsSpec({ seed: index }), createdAt, finishedAt: createdAt,
      names: { source: 'Seed CNN', target: 'MNIST', method: 'From scratch' }, epochs: 3, seconds: 20, versions: {}, dataHashes: {}, notes: [],
      metrics: { test: { accuracy: (index % 100) / 100, loss: 1, n: 600, perClass: [] } }
    }))
  }
  const { page } = await launchGraft({ dataDir })
  await waitForSamples(page)
  // The first listing reads every record once; a window that was open before knows them.
  expect((await ask(page, 'runs', 'list')).runs).toHaveLength(count)
  const shown = async (): Promise<number> => {
    await openScreen(page, 'Data')
    await expect(page.getByRole('heading', { name: 'Data', exact: true })).toBeVisible()
    return page.evaluate(async () => {
      const began = performance.now()
      location.hash = '#/runs'
      while (document.querySelectorAll('[data-run]').length === 0) await new Promise((done) => { requestAnimationFrame(done) })
      return performance.now() - began
    })
  }
  // Other work on the machine only slows it down: the best of five is the figure.
  const times: number[] = []
  for (let time = 0; time < 5; time++) times.push(await shown())
  const asked = await page.evaluate(async () => {
    const began = performance.now()
    await (window as unknown as { graft: { runs: { list(): Promise<unknown> } } }).graft.runs.list()
    return performance.now() - began
  })
  process.stdout.write(`    ${count} runs: shown after ${times.map((time) => `${time.toFixed(0)} ms`).join(', ')}; listed by main in ${asked.toFixed(0)} ms\n`)
  // 500 ms is the aim on a machine with nothing else to do; a machine that tests other things beside it gets twice that.
  expect(Math.min(...times)).toBeLessThan(1_000)
  await expect(page.getByRole('grid', { name: 'Runs' })).toBeVisible()
})
