import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { architectureOf, definitionOf } from '../../src/engine/architectures'
import { crossEntropy } from '../../src/engine/maths/cross-entropy'
import { Network } from '../../src/engine/network/network'
import { randomStream } from '../../src/engine/random'
import { detectBackends } from '../../src/engine/runtime'
import { openStepComputer } from '../../src/engine/training/step-computer'
import { defaultCacheDir } from '../../src/library/disk'
import { bfloat16Here } from '../../src/library/runs'
import { bfloat16With } from '../../src/rules/settings/bfloat16'
import { openMethodBench, type MethodBench } from '../fixtures/method-bench'

const support = bfloat16With((await detectBackends(defaultCacheDir())).functions, await bfloat16Here())
if (!support.available) console.log(`Training steps in bfloat16 are not tested here. ${support.reason.en}`)

/** Whether a number could be kept in bfloat16: its lower 16 bits are zero. */
const isShort = (value: number): boolean => (new Uint32Array(Float32Array.of(value).buffer)[0]! & 0xffff) === 0
const shortAmong = (values: Iterable<number>): number => {
  const all = [...values].filter((value) => value !== 0)
  return all.filter(isShort).length / all.length
}
const inFloat32 = { functions: true, precision: 'float32' } as const
const inBfloat16 = { functions: true, precision: 'bfloat16' } as const

let bench: MethodBench

describe.skipIf(!support.available)('training steps in bfloat16 (needs a processor that has it)', () => {
  beforeAll(async () => { bench = await openMethodBench() })
  afterAll(() => bench.remove())

  // A loss on logits; an adversary; products of features in the loss; statistics of a batch.
  it.each(['fine-tuning', 'dann', 'deep-coral', 'tent'])('%s learns nearly what it learns in float32, and resumes bit for bit', async (id) => {
    const training = { epochs: 1, optimizer: 'adam', learningRate: 0.001, augmentation: 'flip-shift', clipNorm: 5, batchSize: 18, functions: true }
    const exact = await bench.run(bench.specFor(id, training))
    const spec = bench.specFor(id, { ...training, precision: 'bfloat16' })
    const [whole, parted] = [await bench.run(spec), await bench.runInTwoParts(spec, 3)]
    const computation = { steps: 'functions', precision: 'bfloat16' }
    expect([whole.error, whole.computation, parted.computation, exact.computation]).toEqual([undefined, computation, computation, { steps: 'functions' }])
    expect(await bench.losses(parted)).toEqual(await bench.losses(whole))
    expect((await bench.weights(parted)).equals(await bench.weights(whole))).toBe(true)
    const [[expected], [found]] = [await bench.losses(exact), await bench.losses(whole)]
    expect(found).not.toBe(expected)
    expect(Math.abs(found! - expected!)).toBeLessThan(0.01 * (1 + Math.abs(expected!)))
  })

  it('keep loss, gradients, statistics and what is computed outside of them in float32', async () => {
    const network = Network.create(definitionOf(architectureOf('resnet-20'), [32, 32, 3], ['a', 'b', 'c']), 1)
    const random = randomStream(1, 'bfloat16')
    const [x, labels] = [tf.tensor4d(Float32Array.from({ length: 8 * 32 * 32 * 3 }, () => random.normal()), [8, 32, 32, 3]), tf.tensor1d([0, 1, 2, 0, 1, 2, 0, 1], 'int32')]
    const moving = (): number[] => [...network.weights].filter(([name]) => name.includes('moving')).flatMap(([, weight]) => [...weight.dataSync()])
    const start = [...network.weights.values()].map((weight) => weight.clone())
    const step = async (asked: typeof inFloat32 | typeof inBfloat16) => {
      [...network.weights.values()].forEach((weight, index) => { weight.assign(start[index]!) })
      const computer = await openStepComputer(asked)
      return computer.compute(() => tf.tidy(() => {
        const trainable = [...network.weights.values()].filter((weight) => weight.trainable)
        const { value, grads } = tf.variableGrads(() => crossEntropy(network.forward(x, { training: true }), labels), trainable)
        return { loss: value.dataSync()[0]!, gradients: Object.values(grads).flatMap((gradient) => [...gradient.dataSync()]), moving: moving() }
      }))
    }
    const [exact, fast, again] = [await step(inFloat32), await step(inBfloat16), await step(inFloat32)]
    expect(again).toEqual(exact)
    expect(fast.loss).not.toBe(exact.loss)
    expect(Math.abs(fast.loss - exact.loss)).toBeLessThan(0.01 * exact.loss)
    expect(isShort(fast.loss)).toBe(false)
    const norm = (values: readonly number[]): number => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0))
    const apart = (a: readonly number[], b: readonly number[]): number => norm(a.map((value, index) => value - b[index]!)) / norm(b)
    expect(apart(fast.moving, exact.moving)).toBeLessThan(0.01)
    // Of numbers in float32, one in 65,536 has its lower half empty by chance.
    expect(shortAmong(fast.moving)).toBeLessThan(0.01)
    // Noise, fresh weights and normalisation over eight images: PyTorch's autocast gives gradients that lie 0.13 to 0.31 apart there, by layer.
    expect(apart(fast.gradients, exact.gradients)).toBeLessThan(0.4)
    const eager = tf.tidy(() => [...network.forward(x, { training: false }).dataSync()])
    expect(shortAmong(eager)).toBeLessThan(0.1)
    network.dispose()
    tf.dispose([x, labels, ...start])
  })

  it('say so where nothing in them is heavy', async () => {
    const computer = await openStepComputer(inBfloat16)
    expect(computer.compute(() => tf.tidy(() => tf.sum(tf.matMul(tf.ones([300, 300]), tf.ones([300, 300]))).dataSync()[0]))).toBe(300 ** 3)
    expect(computer.computation).toMatchObject({ steps: 'functions', precision: 'bfloat16', reason: { en: expect.stringContaining('all was computed in float32') as string } })
  })
})
