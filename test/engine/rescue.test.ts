import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Run, Spec } from '../../src/contract/runs'
import { openMethodBench, type MethodBench } from '../fixtures/method-bench'

const [epochs, warmupEpochs, learningRate] = [6, 30, 10]
let bench: MethodBench
let whole: Run

/** A rate that rises until nothing holds it: the first epoch learns, a later one goes wrong. */
const rising = (more: Partial<Spec['training']> = {}): Spec => {
  const spec = bench.specFor('scratch', { epochs, learningRate, warmupEpochs, clipNorm: 0, ...more })
  return { ...spec, chosen: { learningRate: { en: 'Chosen.', zh: '所选。' } } }
}

beforeAll(async () => {
  bench = await openMethodBench()
  whole = await bench.run(rising())
})
afterAll(() => bench.remove())

it('a training that goes wrong goes back to its best epoch until then and on at a tenth of the rate, told in record and log', async () => {
  expect(whole).toMatchObject({ state: 'done', epochs, rescues: [{ from: 1 }] })
  const [rescue] = whole.rescues!
  expect(rescue!.epoch).toBeGreaterThan(1)
  const said = expect.stringContaining('went back to its best epoch until then, 1, and on at a tenth of the learning rate')
  expect(whole.notes[0]!.en).toEqual(said)
  const series = await bench.library.runs.readMetrics(whole.id)
  expect(series.flatMap((line) => line.kind === 'log' ? [line.text.en] : [])).toContainEqual(said)
  // Every step stands once, those of before the way back at the full rate, the next at a tenth. The rate rises by as much each step.
  const steps = await bench.steps(whole)
  expect(steps.map(({ step }) => step)).toEqual(steps.map((_, index) => index + 1))
  const perEpoch = steps.length / epochs
  const rates = steps.map(({ learningRate: rate, step }) => rate! * warmupEpochs * perEpoch / step)
  expect(rates[perEpoch - 1]).toBeCloseTo(learningRate, 9)
  expect(rates[perEpoch]).toBeCloseTo(learningRate / 10, 9)
})

it('is the same to the last digit where it was interrupted and resumed after the way back', async () => {
  const [rescue] = whole.rescues!
  const controller = new AbortController()
  let back = false
  const cancelled = await bench.run(rising(), {
    signal: controller.signal,
    onMetrics: (lines) => { back ||= lines.some(({ kind }) => kind === 'resumed') },
    onProgress: ({ phase, step }) => { if (back && phase === 'training' && step === rescue!.step + 2) controller.abort() }
  })
  expect(cancelled).toMatchObject({ state: 'cancelled', rescues: [{ from: 1 }] })
  const resumed = await bench.engine.train(cancelled.id)
  expect(resumed.rescues).toEqual(whole.rescues)
  expect(await bench.losses(resumed)).toEqual(await bench.losses(whole))
  expect((await bench.weights(resumed)).equals(await bench.weights(whole))).toBe(true)
})

it('begins anew where no score has chosen an epoch yet, and stops where a person fixed the rate', async () => {
  const [first] = (await bench.run(rising({ epochs: 2, warmupEpochs: 0 }))).rescues!
  expect(first).toMatchObject({ epoch: 1, learningRate })
  expect(first).not.toHaveProperty('from')
  const { chosen: _, ...fixed } = rising()
  const run = await bench.run(fixed)
  expect(run).toMatchObject({ state: 'failed', error: { code: 'diverged' } })
  expect(run).not.toHaveProperty('rescues')
})
