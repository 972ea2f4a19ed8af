import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openWorkbench, type Workbench } from '../fixtures/two-domains'

/* Hours of training in small: the smallest network, whose steps cost little but what every step costs. `GRAFT_STEPS=100000` takes so many. */
const steps = Number(process.env['GRAFT_STEPS'] ?? 2_000)
const stepsPerEpoch = 500

let bench: Workbench
beforeAll(async () => { bench = await openWorkbench() })
afterAll(() => bench.remove())

/** Least squares: bytes per step. */
function slopeOf(points: readonly { step: number, bytes: number }[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const [x, y] = [mean(points.map(({ step }) => step)), mean(points.map(({ bytes }) => bytes))]
  return points.reduce((sum, { step, bytes }) => sum + (step - x) * (bytes - y), 0) / points.reduce((sum, { step }) => sum + (step - x) ** 2, 0)
}

it(`after ${steps} steps as many tensors are held as after a few, and memory has stayed flat`, async () => {
  const tensors = new Set<number>()
  const points: { step: number, bytes: number }[] = []
  const spec = bench.spec({
    source: { model: 'arch:mlp-83' }, method: 'scratch',
    training: { epochs: Math.ceil(steps / stepsPerEpoch), epochSteps: stepsPerEpoch, batchSize: 8, earlyStopping: 0 }
  })
  let last = 0
  const run = await bench.run(spec, {
    onProgress: ({ phase, step }) => {
      if (phase !== 'training' || step === last || step < stepsPerEpoch) return
      last = step
      tensors.add(tf.memory().numTensors)
      points.push({ step, bytes: process.memoryUsage.rss() })
    }
  })
  expect(run.state).toBe('done')
  expect(last).toBeGreaterThanOrEqual(steps - 100)
  // The kept weights of the best epoch, what is being written: a few more or fewer, but not with the steps.
  const counted = [...tensors].sort((a, b) => a - b)
  expect(counted.at(-1)! - counted[0]!, counted.join(' ')).toBeLessThan(100)
  // The first half warms up. What is left in a step at all is far below a kilobyte.
  const late = points.filter(({ step }) => step > steps / 2)
  const slope = slopeOf(late)
  console.info(`${last} steps: ${counted[0]} to ${counted.at(-1)} tensors, ${slope.toFixed(0)} bytes per step, ${(points.at(-1)!.bytes / 2 ** 20).toFixed(0)} MB at the end.`)
  expect(slope).toBeLessThan(steps >= 50_000 ? 500 : 20_000)
}, 120_000 + steps * 30)
