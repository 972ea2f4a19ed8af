import * as tf from '@tensorflow/tfjs-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { methods } from '../../src/engine/methods'
import { detectBackends } from '../../src/engine/runtime'
import { openRecorder } from '../../src/engine/runtime/functions'
import { openStepComputer } from '../../src/engine/training/step-computer'
import { defaultCacheDir } from '../../src/library/disk'
import { openMethodBench, type MethodBench } from '../fixtures/method-bench'

const { functions } = await detectBackends(defaultCacheDir())
if (!functions.available) console.log(`Steps as functions are not tested here. ${functions.reason?.en} ${functions.remedy?.en ?? ''}`)

/* Two epochs of each method by default; `GRAFT_STEPS=50` trains nine, which are 50 steps and more. */
const epochs = Number(process.env['GRAFT_STEPS'] ?? 0) >= 50 ? 9 : 2

let bench: MethodBench

describe.skipIf(!functions.available)('steps as functions (needs a binding with the addition: npm run setup)', () => {
  beforeAll(async () => { bench = await openMethodBench() })
  afterEach(() => bench.forgetRuns())
  afterAll(() => bench.remove())

  describe.each(methods.map((method) => method.id))('%s', (id) => {
    const training = { epochs, optimizer: 'adam', learningRate: 0.001, augmentation: 'flip-shift', clipNorm: 5, batchSize: 18 }

    // That it resumes bit for bit is training.test.ts's, where each method does so in functions.
    it('computes what it computes operation by operation, to a thousandth, and leaves no tensor', async () => {
      const spec = (more: Record<string, unknown>) => bench.specFor(id, { ...training, ...(id === 'linear-probe' && { augmentation: 'none' }), ...more })
      const plain = await bench.run(spec({ functions: false }))
      const before = tf.memory().numTensors
      const functional = await bench.run(spec({ functions: true }))
      expect(tf.memory().numTensors).toBe(before)
      expect([plain.error, functional.error]).toEqual([undefined, undefined])
      const [expected, found] = [await bench.losses(plain), await bench.losses(functional)]
      if (expected.length === 0) {
        expect(functional.computation).toBeUndefined()
        expect((await bench.weights(functional)).equals(await bench.weights(plain))).toBe(true)
        return
      }
      expect(plain.computation).toEqual({ steps: 'operations' })
      expect(functional.computation).toEqual({ steps: 'functions' })
      expect(found).toHaveLength(expected.length)
      for (const [step, value] of expected.slice(0, 50).entries()) expect(Math.abs(found[step]! - value), `step ${step + 1}`).toBeLessThan(1e-3 * (1 + Math.abs(value)))
    })
  })

  it.each([
    ['SGD without momentum', { optimizer: 'sgd', momentum: 0 }],
    ['Nesterov\'s momentum, with weight decay of the weights alone', { optimizer: 'sgd', nesterov: true, weightDecay: 0.001, decayBiases: false }],
    ['Adam with weight decay', { optimizer: 'adam', learningRate: 0.001, weightDecay: 0.01 }],
    ['AdamW, clipped', { optimizer: 'adamw', learningRate: 0.001, weightDecay: 0.05, clipNorm: 0.1 }]
  ])('%s takes the steps that it takes operation by operation', async (_name, training) => {
    for (const id of ['scratch', 'tent', 'l2-sp']) {
      const plain = await bench.run(bench.specFor(id, { ...training, functions: false }))
      const functional = await bench.run(bench.specFor(id, { ...training, functions: true }))
      const [expected, found] = [await bench.losses(plain), await bench.losses(functional)]
      expect(functional.computation).toEqual({ steps: 'functions' })
      expect(found).toHaveLength(expected.length)
      for (const [step, value] of expected.entries()) expect(Math.abs(found[step]! - value), `${id}, step ${step + 1}`).toBeLessThan(1e-3 * (1 + Math.abs(value)))
    }
  })

  it.each(['scratch', 'dann'])('%s resumes bit for bit operation by operation too', async (id) => {
    const spec = bench.specFor(id, { epochs: 2, optimizer: 'adam', learningRate: 0.001, augmentation: 'flip-shift', clipNorm: 5, batchSize: 18, functions: false })
    const [whole, parted] = [await bench.run(spec), await bench.runInTwoParts(spec, 8)]
    expect([parted.computation, whole.computation]).toEqual([{ steps: 'operations' }, { steps: 'operations' }])
    expect(await bench.losses(parted)).toEqual(await bench.losses(whole))
    expect((await bench.weights(parted)).equals(await bench.weights(whole))).toBe(true)
  })

  it('goes on as it began, operation by operation, though its spec asks for functions by now', async () => {
    const spec = bench.specFor('scratch', { epochs: 2, batchSize: 18, functions: false })
    const whole = await bench.run(spec)
    const controller = new AbortController()
    const begun = await bench.run(spec, { signal: controller.signal, onProgress: ({ phase, step }) => { if (phase === 'training' && step === 8) controller.abort() } })
    await bench.library.runs.update(begun.id, (run) => ({ ...run, spec: { ...run.spec, training: { ...run.spec.training, functions: true } } }))
    const resumed = await bench.engine.train(begun.id)
    expect(resumed.computation).toEqual({ steps: 'operations' })
    expect((await bench.weights(resumed)).equals(await bench.weights(whole))).toBe(true)
  })

  it('compiles a handful of functions for a training whose last batch is smaller, and none for the same again', async () => {
    const opened = await openRecorder()
    if (!('recorder' in opened)) throw new Error('no recorder')
    const { counts } = opened.recorder
    const compiledBy = async (): Promise<number> => {
      const before = counts.compiled
      await bench.run(bench.specFor('scratch', { functions: true, batchSize: 22, epochs: 4, momentum: 0.5 }))
      return counts.compiled - before
    }
    // Forward and backward, once for each size of batch; the first update, the later ones, and those after an epoch whose weights are kept.
    expect(await compiledBy()).toBe(5)
    expect(await compiledBy()).toBe(0)
  })

  it('the try of a pace takes its steps so too, compiles in the one that does not count, and leaves no tensor', async () => {
    const opened = await openRecorder()
    if (!('recorder' in opened)) throw new Error('no recorder')
    const { counts } = opened.recorder
    const [before, { compiled, called }] = [tf.memory().numTensors, { ...counts }]
    const { pace } = await bench.engine.measurePace({ source: 'arch:mlp-83', target: 'bars-inverted', device: 'auto' })
    expect(pace.steps).toBeGreaterThan(1)
    expect(counts.called - called).toBeGreaterThan(pace.steps)
    expect(counts.compiled - compiled).toBe((counts.called - called) / (pace.steps + 1))
    expect(tf.memory().numTensors).toBe(before)
  })

  it('runs what cannot be recorded by itself, with the same result, and the record names it', async () => {
    const computer = await openStepComputer({ functions: true, precision: 'float32' })
    const values = computer.compute(() => tf.tidy(() => [...tf.mul(tf.unique(tf.mul(tf.tensor1d([1, 2, 2, 3]), 2)).values, 10).dataSync()]))
    expect(values).toEqual([20, 40, 60])
    expect(computer.computation).toEqual({ steps: 'functions', alone: ['UniqueV2'] })
  })

  it('gives up, and says why, where nearly each step would need a function of its own', async () => {
    const computer = await openStepComputer({ functions: true, precision: 'float32' })
    const sums = Array.from({ length: 20 }, (_, step) => computer.compute(() => tf.tidy(() => tf.sum(tf.ones([step + 300])).dataSync()[0]!)))
    expect(sums).toEqual(Array.from({ length: 20 }, (_, step) => step + 300))
    expect(computer.computation).toMatchObject({ steps: 'operations', reason: { en: expect.stringContaining('after 16 they were computed operation by operation') as string } })
  })

  it('a step that fails leaves no tensor, and the next one is computed', async () => {
    const computer = await openStepComputer({ functions: true, precision: 'float32' })
    const before = tf.memory().numTensors
    expect(() => computer.compute(() => tf.tidy(() => {
      tf.add(tf.ones([100]), 1)
      throw new Error('a method went wrong')
    }))).toThrow('a method went wrong')
    expect(computer.compute(() => tf.tidy(() => tf.sum(tf.ones([100])).dataSync()[0]))).toBe(100)
    expect(tf.memory().numTensors).toBe(before)
  })
})
