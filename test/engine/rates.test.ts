import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { rateOfTrial } from '../../src/rules/settings/range-test'
import { openMethodBench, type MethodBench } from '../fixtures/method-bench'

let bench: MethodBench
beforeAll(async () => { bench = await openMethodBench() })
afterAll(() => bench.remove())

describe('a range test of a transfer', () => {
  it('tells the loss at each rate of its own optimiser, and is the same each time', async () => {
    const spec = bench.specFor('fine-tuning', {})
    const found = await bench.engine.tryRates({ spec })
    expect(found).toMatchObject({ rate: spec.training.learningRate, optimizer: spec.training.optimizer })
    expect(found.points.map(({ rate }) => rate)).toEqual(found.points.map((_, step) => rateOfTrial(spec.training.optimizer, step)))
    expect(found.points.length).toBeGreaterThan(20)
    // Where the rate is next to nothing so is the change, however much one batch differs from another.
    expect(Math.abs(found.points[8]!.loss - found.points[0]!.loss)).toBeLessThan(0.02 * found.points[0]!.loss)
    const again = await bench.engine.tryRates({ spec })
    expect({ ...again, seconds: 0 }).toEqual({ ...found, seconds: 0 })
  })

  it('leaves the run after it to the last digit as it is without it, and keeps no tensor and no run', async () => {
    const spec = bench.specFor('fine-tuning', {})
    const before = await bench.run(spec)
    const runs = (await bench.library.runs.overview()).runs.length
    const { numTensors } = tf.memory()
    await bench.engine.tryRates({ spec })
    expect(tf.memory().numTensors).toBe(numTensors)
    expect((await bench.library.runs.overview()).runs).toHaveLength(runs)
    const after = await bench.run(spec)
    expect(await bench.losses(after)).toEqual(await bench.losses(before))
    expect((await bench.weights(after)).equals(await bench.weights(before))).toBe(true)
  })

  it('ends where nothing can be learned any more', async () => {
    const { end, points } = await bench.engine.tryRates({ spec: bench.specFor('scratch', { optimizer: 'sgd', clipNorm: 0 }) })
    expect(['risen', 'no-number']).toContain(end)
    expect(points.length).toBeLessThan(100)
  })

  it('stops within a step when it is cancelled', async () => {
    const controller = new AbortController()
    let steps = 0
    const trying = bench.engine.tryRates({ spec: bench.specFor('fine-tuning', {}) }, {
      signal: controller.signal,
      onProgress: (phase, done) => {
        if (phase !== 'trying') return
        steps = done
        if (done === 3) controller.abort()
      }
    })
    await expect(trying).rejects.toThrow()
    expect(steps).toBe(3)
  })

  it('is refused in a sentence where there are no steps, where another stage comes first, and where the spec does not fit', async () => {
    await expect(bench.engine.tryRates({ spec: bench.specFor('logistic-regression', {}) })).rejects.toThrow('has no learning rate')
    const adaptation = bench.specFor('dan', {})
    const first = { ...adaptation, method: { ...adaptation.method, params: { ...adaptation.method.params, sourceEpochs: 1 } } }
    await expect(bench.engine.tryRates({ spec: first })).rejects.toThrow('used only after the stage “Training on the source”')
    const elsewhere = { ...adaptation, target: { ...adaptation.target, dataset: 'nowhere' } }
    await expect(bench.engine.tryRates({ spec: elsewhere })).rejects.toThrow('nowhere')
  })
})
