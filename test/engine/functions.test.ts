import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { methods } from '../../src/engine/methods'
import { detectBackends } from '../../src/engine/runtime'
import { defaultCacheDir } from '../../src/library/disk'
import { openMethodBench, type MethodBench } from '../fixtures/method-bench'

const { functions } = await detectBackends(defaultCacheDir())
if (!functions.available) console.log(`Steps as functions are not tested here. ${functions.reason?.en} ${functions.remedy?.en ?? ''}`)

let bench: MethodBench

describe.skipIf(!functions.available)('steps as functions (needs a binding with the addition: npm run setup)', () => {
  beforeAll(async () => { bench = await openMethodBench() })
  afterAll(() => bench.remove())

  describe.each(methods.map((method) => method.id))('%s', (id) => {
    const training = { epochs: 9, optimizer: 'adam', learningRate: 0.001, augmentation: 'flip-shift', clipNorm: 5, batchSize: 18 }

    it('computes what it computes operation by operation, to a thousandth over 50 steps, and resumes bit for bit', async () => {
      const spec = (more: Record<string, unknown>) => bench.specFor(id, { ...training, ...(id === 'linear-probe' && { augmentation: 'none' }), ...more })
      const [plain, functional] = [await bench.run(spec({})), await bench.run(spec({ functions: true }))]
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

      const before = tf.memory().numTensors
      const parted = await bench.runInTwoParts(spec({ functions: true }), 8)
      expect(await bench.losses(parted)).toEqual(found)
      expect((await bench.weights(parted)).equals(await bench.weights(functional))).toBe(true)
      expect(parted.computation).toEqual(functional.computation)
      expect(tf.memory().numTensors).toBe(before)
    })
  })
})
