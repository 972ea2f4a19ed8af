import { existsSync } from 'node:fs'
import { rename } from 'node:fs/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openWorkbench, type Workbench } from '../fixtures/two-domains'

let bench: Workbench
beforeAll(async () => { bench = await openWorkbench() })
afterAll(() => bench.remove())

it('a run whose data folder is away for a while waits for it, and ends with the numbers of an undisturbed one', async () => {
  const { dataDir } = bench.library
  const spec = () => bench.spec({ source: { model: 'arch:lenet' }, method: 'scratch', training: { epochs: 4, epochSteps: 20, batchSize: 8, earlyStopping: 0 } })
  const undisturbed = await bench.run(spec())
  const states: string[] = []
  let moved: Promise<void> | undefined
  let back: Promise<void> | undefined
  const run = await bench.run(spec(), {
    waitForDataFolder: true,
    onProgress: ({ phase, step, state }) => {
      if (state !== undefined && states.at(-1) !== state) states.push(state)
      if (phase === 'training' && step > 25) moved ??= rename(dataDir, `${dataDir}-away`)
      if (state === 'paused') {
        // Nothing was made in its place.
        expect(existsSync(dataDir)).toBe(false)
        back ??= rename(`${dataDir}-away`, dataDir)
      }
    }
  })
  await Promise.all([moved, back])
  expect(states).toContain('paused')
  expect(run).toMatchObject({ state: 'done', metrics: undisturbed.metrics })
  expect(run.error).toBeUndefined()
}, 240_000)
