import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openStepComputer } from '../../src/engine/training/step-computer'
import { detectBackends } from '../../src/engine/runtime'
import { defaultCacheDir } from '../../src/library/disk'
import { bfloat16Here } from '../../src/library/runs'
import { bfloat16With } from '../../src/rules/settings/bfloat16'
import { openMethodBench, type MethodBench } from '../fixtures/method-bench'

const support = bfloat16With((await detectBackends(defaultCacheDir())).functions, await bfloat16Here())
if (!support.available) console.log(`bfloat16 is not tested here. ${support.reason.en}`)

/** Whether a number could have been kept in bfloat16: its lower 16 bits are zero. */
const isShort = (value: number): boolean => (new Uint32Array(Float32Array.of(value).buffer)[0]! & 0xffff) === 0

let bench: MethodBench

describe.skipIf(!support.available)('training steps in bfloat16 (needs a processor that has it)', () => {
  beforeAll(async () => { bench = await openMethodBench() })
  afterAll(() => bench.remove())

  // One that learns from a loss on logits, one with an adversary, one with products of features in its loss, one with batch normalisation.
  it.each(['fine-tuning', 'dann', 'deep-coral', 'tent'])('%s learns nearly what it learns in float32, and resumes bit for bit', async (id) => {
    const training = { epochs: 2, optimizer: 'adam', learningRate: 0.001, augmentation: 'flip-shift', clipNorm: 5, batchSize: 18, functions: true }
    const exact = await bench.run(bench.specFor(id, training))
    const spec = bench.specFor(id, { ...training, precision: 'bfloat16' })
    const [whole, parted] = [await bench.run(spec), await bench.runInTwoParts(spec, 8)]
    expect([whole.error, exact.computation, whole.computation, parted.computation])
      .toEqual([undefined, { steps: 'functions' }, { steps: 'functions', precision: 'bfloat16' }, { steps: 'functions', precision: 'bfloat16' }])
    expect(await bench.losses(parted)).toEqual(await bench.losses(whole))
    expect((await bench.weights(parted)).equals(await bench.weights(whole))).toBe(true)
    const [expected, found] = [await bench.losses(exact), await bench.losses(whole)]
    expect(found).toHaveLength(expected.length)
    console.log(id, expected.slice(0, 8), found.slice(0, 8))
    expect(found).not.toEqual(expected)
    expect(Math.abs(found[0]! - expected[0]!), 'the first loss').toBeLessThan(0.02 * (1 + Math.abs(expected[0]!)))
  })
})
