import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { ParameterGroup } from './stage'
import { createOptimizer, type Optimizer, type OptimizerSettings } from './optimizers'

const settings = (change: Partial<OptimizerSettings>): OptimizerSettings =>
  ({ optimizer: 'sgd', momentum: 0, nesterov: false, weightDecay: 0, decayBiases: true, ...change })

let weight: tf.Variable
let optimizer: Optimizer | undefined
let before = 0

beforeAll(() => tf.setBackend('cpu'))
beforeEach(() => {
  before = tf.memory().numTensors
  weight = variable()
})
afterEach(() => {
  optimizer?.dispose()
  optimizer = undefined
  weight.dispose()
})

/** A variable without the tensor that it starts from. */
const variable = (): tf.Variable => tf.tidy(() => tf.variable(tf.tensor1d([1, -2])))

const group = (change: Partial<ParameterGroup> = {}): ParameterGroup =>
  ({ name: 'all', variables: new Map([['w', weight]]), learningRateFactor: 1, ...change })

function step(gradient: number[], learningRate: number, groups = [group()]): number[] {
  const tensor = tf.tensor1d(gradient)
  optimizer!.apply(groups, { w: tensor }, learningRate)
  tensor.dispose()
  return Array.from(weight.dataSync())
}

const expectClose = (actual: number[], expected: number[], digits = 6): void => {
  expect(actual).toHaveLength(expected.length)
  actual.forEach((value, index) => expect(value).toBeCloseTo(expected[index]!, digits))
}

describe('SGD', () => {
  it('walks down the gradient', () => {
    optimizer = createOptimizer(settings({}))
    // 1 − 0.1·2 = 0.8;  −2 − 0.1·(−1) = −1.9
    expectClose(step([2, -1], 0.1), [0.8, -1.9])
    // no momentum: nothing to keep
    expect(optimizer.state().size).toBe(0)
  })

  it('looks ahead of the momentum where asked to, as PyTorch does', () => {
    optimizer = createOptimizer(settings({ momentum: 0.9, nesterov: true }))
    // v = 2, −1;  w = 1 − 0.1·(2 + 1.8), −2 + 0.1·(1 + 0.9)
    expectClose(step([2, -1], 0.1), [0.62, -1.81])
    // v = 2.8, 0.1;  w = 0.62 − 0.1·(1 + 2.52), −1.81 − 0.1·(1 + 0.09)
    expectClose(step([1, 1], 0.1), [0.268, -1.919])
    expectClose(Array.from(optimizer.state().get('momentum/w')!.dataSync()), [2.8, 0.1])
  })

  it.each(['sgd', 'adam', 'adamw'] as const)('%s leaves biases and normalisations undecayed where asked to', (kind) => {
    const after = (decayBiases: boolean, own: Partial<ParameterGroup> = {}): number[] => {
      optimizer?.dispose()
      optimizer = createOptimizer(settings({ optimizer: kind, weightDecay: 0.5, decayBiases }))
      tf.tidy(() => weight.assign(tf.tensor1d([1, -2])))
      return step([0, 0], 0.1, [group(own)])
    }
    expect(after(false)).toEqual([1, -2])
    expect(after(true)).not.toEqual([1, -2])
    expect(after(false, { weightDecay: 0.5 })).toEqual(after(true))
  })

  it('carries momentum as PyTorch does: the first step is the gradient itself', () => {
    optimizer = createOptimizer(settings({ momentum: 0.9 }))
    // v = 2, −1;  w = 1 − 0.2, −2 + 0.1
    expectClose(step([2, -1], 0.1), [0.8, -1.9])
    // v = 0.9·2 + 1 = 2.8,  0.9·(−1) + 1 = 0.1;  w = 0.8 − 0.28, −1.9 − 0.01
    expectClose(step([1, 1], 0.1), [0.52, -1.91])
    // v = 0.9·2.8 + 0 = 2.52, 0.09;  rate 0.01:  w = 0.52 − 0.0252, −1.91 − 0.0009
    expectClose(step([0, 0], 0.01), [0.4948, -1.9109])
    expectClose(Array.from(optimizer.state().get('momentum/w')!.dataSync()), [2.52, 0.09])
  })

  it('adds weight decay to the gradient, and a group may have its own', () => {
    optimizer = createOptimizer(settings({ momentum: 0.9, weightDecay: 0.5 }))
    // g = 2 + 0.5·1 = 2.5,  −1 + 0.5·(−2) = −2;  w = 1 − 0.25, −2 + 0.2
    expectClose(step([2, -1], 0.1), [0.75, -1.8])
    // the group: no decay. v = 0.9·2.5 + 1 = 3.25,  0.9·(−2) + 1 = −0.8;  w = 0.75 − 0.325, −1.8 + 0.08
    expectClose(step([1, 1], 0.1, [group({ weightDecay: 0 })]), [0.425, -1.72])
  })

  it('multiplies the learning rate by the group\'s factor', () => {
    optimizer = createOptimizer(settings({}))
    // rate 0.1·0.5: 1 − 0.05·2, −2 + 0.05·1
    expectClose(step([2, -1], 0.1, [group({ learningRateFactor: 0.5 })]), [0.9, -1.95])
  })
})

describe('Adam', () => {
  it('takes the learning rate as its first step, whatever the gradient\'s size', () => {
    optimizer = createOptimizer(settings({ optimizer: 'adam' }))
    // m/(1−0.9) = g, √(v/(1−0.999)) = |g|: step = rate · g/(|g| + 1e-8)
    expectClose(step([2, -0.001], 0.1), [0.9, -1.900001])
    // m = 0.9·0.2 + 0.1·1 = 0.28, /(1−0.81) = 1.473684;  v = 0.999·0.004 + 0.001·1 = 0.004996, /(1−0.998001) = 2.499250
    // step = 0.1 · 1.473684/1.580902 = 0.0932179
    expectClose(step([1, 0], 0.1).slice(0, 1), [0.9 - 0.0932179])
  })

  it('adds weight decay to the gradient', () => {
    optimizer = createOptimizer(settings({ optimizer: 'adam', weightDecay: 0.5 }))
    // g = −0.5 + 0.5·1 = 0 and 0.5 + 0.5·(−2) = −0.5: the first stays, the second rises by the rate
    expectClose(step([-0.5, 0.5], 0.1), [1, -1.9])
  })
})

describe('AdamW', () => {
  it('shrinks the weights apart from the gradient', () => {
    optimizer = createOptimizer(settings({ optimizer: 'adamw', weightDecay: 0.5 }))
    // w·(1 − 0.1·0.5) = 0.95, −1.9; then the Adam step ∓0.1
    expectClose(step([2, -1], 0.1), [0.85, -1.8])
    // 0.85·0.95 − 0.1·(m̂ = (0.9·0.2 + 0.1·2)/0.19 = 2)/(√v̂ = 2) = 0.7075;  −1.8·0.95 + 0.1 = −1.61
    expectClose(step([2, -1], 0.1), [0.7075, -1.61])
  })
})

describe.each(['sgd', 'adam', 'adamw'] as const)('%s', (name) => {
  const options = settings({ optimizer: name, momentum: 0.9, weightDecay: 0.01 })

  it('goes on after a restart as if it had never stopped', () => {
    optimizer = createOptimizer(options)
    step([2, -1], 0.1)
    step([0.3, 0.7], 0.1)
    const saved = new Map([...optimizer.state()].map(([key, tensor]) => [key, tf.clone(tensor)]))
    const weights = weight.dataSync().slice()
    const uninterrupted = step([0.5, -0.25], 0.1)

    optimizer.dispose()
    optimizer = createOptimizer(options)
    optimizer.restore(saved)
    tf.dispose([...saved.values()])
    tf.tidy(() => weight.assign(tf.tensor1d(weights)))
    expect(step([0.5, -0.25], 0.1)).toEqual(uninterrupted)
  })

  it('starts a variable that joins late as if it were new', () => {
    const late = variable()
    optimizer = createOptimizer(options)
    step([5, 5], 0.1)
    step([5, 5], 0.1)
    const gradient = tf.tensor1d([2, -1])
    optimizer.apply([group(), group({ name: 'late', variables: new Map([['late', late]]) })], { late: gradient }, 0.1)
    const joined = Array.from(late.dataSync())

    optimizer.dispose()
    optimizer = createOptimizer(options)
    const alone = variable()
    optimizer.apply([group({ variables: new Map([['alone', alone]]) })], { alone: gradient }, 0.1)
    expect(joined).toEqual(Array.from(alone.dataSync()))
    tf.dispose([late, alone, gradient])
  })

  it('leaves a variable without a gradient alone', () => {
    optimizer = createOptimizer(options)
    optimizer.apply([group()], {}, 0.1)
    expect(Array.from(weight.dataSync())).toEqual([1, -2])
    expect(optimizer.state().size).toBe(0)
  })

  it('leaves no tensor behind', () => {
    optimizer = createOptimizer(options)
    step([2, -1], 0.1)
    optimizer.state()
    const held = tf.memory().numTensors
    for (let index = 0; index < 3; index++) step([2, -1], 0.1)
    optimizer.state()
    expect(tf.memory().numTensors).toBe(held)
    const saved = new Map([...optimizer.state()].map(([key, tensor]) => [key, tf.clone(tensor)]))
    optimizer.restore(saved)
    tf.dispose([...saved.values()])
    optimizer.dispose()
    weight.dispose()
    expect(tf.memory().numTensors).toBe(before)
  })

  it('refuses a state that is not its own', () => {
    optimizer = createOptimizer(options)
    const tensor = tf.scalar(1)
    expect(() => optimizer!.restore(new Map([['velocity/w', tensor]]))).toThrow('velocity/w')
    tensor.dispose()
  })
})
