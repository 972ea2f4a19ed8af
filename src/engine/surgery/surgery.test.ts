import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { architectureOf, definitionOf } from '../architectures'
import { inference, Network } from '../network/network'
import { endingAfter, withHeadFor } from './surgery'

beforeAll(() => tf.setBackend('cpu'))

const network = (architecture: string, side: number, options = {}): Network =>
  Network.create(definitionOf(architectureOf(architecture), [side, side, 3], ['a', 'b', 'c'], options), 1)

describe('a network that ends after one of its blocks', () => {
  it('gives the flattened maps of that block', () => {
    const whole = network('seed-cnn', 16, { width: 0.125 })
    const cut = endingAfter(whole, 'block2', ['x', 'y'], 1)
    const images = tf.randomNormal([2, 16, 16, 3], 0, 1, 'float32', 1) as tf.Tensor4D
    expect(cut.blockNames).toEqual(['block1', 'block2', 'features'])
    expect(cut.features(images, inference).dataSync()).toEqual(whole.blockOutput(images, 'block2', inference).dataSync())
    expect(cut.forward(images, inference).shape).toEqual([2, 2])
  })

  it('averages maps that would make too long a vector', () => {
    const cut = endingAfter(network('seed-cnn', 128, { width: 0.25 }), 'block1', ['x', 'y'], 1)
    // 64×64×8 are 32,768 numbers: over windows of 2×2 they are 32×32×8.
    expect(cut.featureLength).toBe(8192)
  })

  it('needs no vector of its own where the block ends in one', () => {
    const cut = endingAfter(network('seed-cnn', 16, { width: 0.125 }), 'dense1', ['x'], 1)
    expect(cut.blockNames.at(-1)).toBe('dense1')
  })
})

describe('a head for other classes', () => {
  const source = network('seed-cnn', 16, { width: 0.125 })
  const images = tf.randomNormal([2, 16, 16, 3], 0, 1, 'float32', 1) as tf.Tensor4D
  const logits = (of: Network): number[][] => (of.forward(images, inference) as tf.Tensor2D).arraySync()
  const before = logits(source)

  it('answers as the source does for each class of the same name, in another order, with one more and one less', () => {
    const { network: other, headReplaced, rowsKept } = withHeadFor(source, ['c', 'new', 'a'], 2, { keepRows: true })
    expect([headReplaced, rowsKept]).toEqual([true, 2])
    const now = logits(other)
    for (const [row, [c, fresh, a]] of now.entries()) {
      expect(c).toBeCloseTo(before[row]![2]!, 5)
      expect(a).toBeCloseTo(before[row]![0]!, 5)
      expect(before[row]!.some((value) => Math.abs(value - fresh!) < 1e-6)).toBe(false)
    }
    other.dispose()
  })

  it('has all of the source where only the order differs, and nothing of it where no name is shared or none is asked for', () => {
    const turned = withHeadFor(source, ['b', 'c', 'a'], 1, { keepRows: true })
    expect(turned.rowsKept).toBe(3)
    for (const [row, values] of logits(turned.network).entries()) {
      for (const [place, label] of [1, 2, 0].entries()) expect(values[place]).toBeCloseTo(before[row]![label]!, 5)
    }
    const plain = withHeadFor(source, ['c', 'new', 'a'], 1)
    const strange = withHeadFor(source, ['x', 'y', 'z'], 1, { keepRows: true })
    expect([plain.rowsKept, strange.rowsKept, strange.headReplaced]).toEqual([0, 0, true])
    expect(withHeadFor(source, ['a', 'b', 'c'], 1, { keepRows: true })).toMatchObject({ headReplaced: false, rowsKept: 0 })
  })

  it('takes numbers for names only where there are few: a thousand unnamed outputs are no digits', () => {
    const names = (count: number): string[] => Array.from({ length: count }, (_, index) => String(index))
    const numbered = Network.create(definitionOf(architectureOf('seed-cnn'), [16, 16, 3], names(20), { width: 0.125 }), 1)
    expect(withHeadFor(numbered, names(10), 1, { keepRows: true }).rowsKept).toBe(0)
    expect(withHeadFor(source, ['a', ...names(9)], 1, { keepRows: true }).rowsKept).toBe(1)
  })

  it('leaves no tensor behind', () => {
    const tensors = tf.memory().numTensors
    withHeadFor(source, ['c', 'new', 'a'], 1, { keepRows: true }).network.dispose()
    expect(tf.memory().numTensors - tensors).toBeLessThanOrEqual(0)
  })
})
