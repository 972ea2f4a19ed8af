import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { randomStream } from '../../src/engine/random'
import { openBackend } from '../../src/engine/runtime'
import { createOptimizer, type Optimizer, type OptimizerSettings } from '../../src/engine/training/optimizers'
import { defaultCacheDir } from '../../src/library/disk'

beforeAll(async () => { await openBackend('auto', { cacheDir: defaultCacheDir() }) })

const shapes = { kernel: [3, 3, 2, 4], bias: [4], matrix: [50, 70] }
type Numbers = Record<string, number[]>

function numbersFor(purpose: string): Numbers {
  return Object.fromEntries(Object.entries(shapes).map(([name, shape]) => {
    const random = randomStream(1, purpose, name)
    return [name, Array.from({ length: shape.reduce((product, length) => product * length, 1) }, () => random.normal())]
  }))
}

/** The optimisers' formulas over plain double-precision numbers: weights after so many steps. */
function reference({ optimizer, momentum, nesterov = false, weightDecay, decayBiases = true }: OptimizerSettings, rates: readonly number[]): Numbers {
  const weights = numbersFor('weights')
  for (const [name, values] of Object.entries(weights)) {
    const decay = decayBiases || shapes[name as keyof typeof shapes].length > 1 ? weightDecay : 0
    values.forEach((start, index) => {
      let [w, v, m] = [start, 0, 0]
      rates.forEach((rate, step) => {
        let g = numbersForStep[step]![name]![index]!
        if (optimizer !== 'adamw') g += decay * w
        else w *= 1 - rate * decay
        if (optimizer === 'sgd') {
          v = momentum * v + g
          w -= rate * (nesterov ? g + momentum * v : v)
          return
        }
        m = 0.9 * m + 0.1 * g
        v = 0.999 * v + 0.001 * g * g
        w -= rate * (m / (1 - 0.9 ** (step + 1))) / (Math.sqrt(v / (1 - 0.999 ** (step + 1))) + 1e-8)
      })
      values[index] = w
    })
  }
  return weights
}

const rates = [0.1, 0.1, 0.02, 0.05]
const numbersForStep = rates.map((_, step) => numbersFor(`gradient ${step}`))
const tensors = (numbers: Numbers): Record<string, tf.Tensor> =>
  Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, tf.tensor(numbers[name]!, shape)]))

describe.each<OptimizerSettings>([
  { optimizer: 'sgd', momentum: 0, weightDecay: 0 },
  { optimizer: 'sgd', momentum: 0.9, weightDecay: 0 },
  { optimizer: 'sgd', momentum: 0.9, weightDecay: 0.01 },
  { optimizer: 'sgd', momentum: 0.9, nesterov: true, weightDecay: 0.01, decayBiases: false },
  { optimizer: 'adam', momentum: 0, weightDecay: 0.01 },
  { optimizer: 'adamw', momentum: 0, weightDecay: 0.01 }
])('$optimizer on this machine\'s backend (momentum $momentum, Nesterov $nesterov, weight decay $weightDecay)', (settings) => {
  const variables = () => new Map(Object.entries(tensors(numbersFor('weights'))).map(([name, tensor]) => {
    const variable = tf.variable(tensor)
    tensor.dispose()
    return [name, variable]
  }))

  it('computes what the formulas say, and leaves no tensor', () => {
    const optimizer = createOptimizer(settings)
    // What the backend itself keeps is made at the first step.
    tf.tidy(() => optimizer.apply([{ name: 'all', variables: variables(), learningRateFactor: 1 }], tensors(numbersForStep[0]!), 0.1))
    optimizer.dispose()

    const before = tf.memory().numTensors
    const weights = variables()
    rates.forEach((rate, step) => tf.tidy(() => {
      optimizer.apply([{ name: 'all', variables: weights, learningRateFactor: 1 }], tensors(numbersForStep[step]!), rate)
    }))
    const expected = reference(settings, rates)
    for (const [name, variable] of weights) {
      variable.dataSync().forEach((value, index) => expect(value).toBeCloseTo(expected[name]![index]!, 4))
    }
    tf.dispose([...weights.values()])
    optimizer.dispose()
    expect(tf.memory().numTensors).toBe(before)
  })

  it('never changes numbers that somebody else still holds', () => {
    const optimizer = createOptimizer(settings)
    const weights = variables()
    const step = (index: number) => tf.tidy(() => {
      optimizer.apply([{ name: 'all', variables: weights, learningRateFactor: 1 }], tensors(numbersForStep[index]!), 0.1)
    })
    step(0)
    const clones = [...weights.values(), ...optimizer.state().values()].map((tensor) => tf.clone(tensor))
    const values = clones.map((tensor) => tensor.dataSync())
    step(1)
    step(2)
    clones.forEach((tensor, index) => expect(tensor.dataSync()).toEqual(values[index]))
    tf.dispose([...clones, ...weights.values()])
    optimizer.dispose()
  })

  it('goes on from a checkpoint bit for bit', () => {
    const optimizer = createOptimizer(settings)
    const weights = variables()
    const step = (using: Optimizer, index: number) => tf.tidy(() => {
      using.apply([{ name: 'all', variables: weights, learningRateFactor: 1 }], tensors(numbersForStep[index]!), 0.1)
    })
    step(optimizer, 0)
    step(optimizer, 1)
    const saved = new Map([...weights].map(([name, variable]) => [name, tf.clone(variable)]))
    const state = new Map([...optimizer.state()].map(([name, tensor]) => [name, tf.tensor(tensor.dataSync(), tensor.shape, tensor.dtype)]))
    step(optimizer, 2)
    const uninterrupted = [...weights.values()].map((variable) => variable.dataSync())

    const resumed = createOptimizer(settings)
    resumed.restore(state)
    for (const [name, variable] of weights) variable.assign(saved.get(name)!)
    step(resumed, 2)
    expect([...weights.values()].map((variable) => variable.dataSync())).toEqual(uninterrupted)
    tf.dispose([...weights.values(), ...saved.values(), ...state.values()])
    optimizer.dispose()
    resumed.dispose()
  })
})
