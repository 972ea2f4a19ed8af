import { describe, expect, it } from 'vitest'
import { randomStream } from '../random'
import { standardisationOf } from '../features/collect'
import { addVotes, binFeatures, growTree } from './decision-tree'
import { minimise } from './l-bfgs'
import { Libsvm, readMachine } from './libsvm'
import { couple } from './pairwise-coupling'

describe('a decision tree', () => {
  const options = { features: 2, depth: 0, leaf: 1 }
  const grow = (values: number[], labels: number[], changes = {}) => growTree(
    binFeatures(Float32Array.from(values), 2), Int32Array.from(labels), 2,
    Int32Array.from(labels, (_, index) => index), { ...options, ...changes }, randomStream('tree')
  )
  const votes = (tree: ReturnType<typeof grow>, ...values: number[]) => {
    const result = new Float64Array(2)
    addVotes(tree, Float32Array.from(values), 0, result)
    return Array.from(result)
  }

  it('cuts half way between two classes', () => {
    // The second feature is 1 or 2 for class 0, 5 or 6 for class 1; the first says nothing.
    const tree = grow([0, 1, 9, 2, 0, 5, 9, 6], [0, 0, 1, 1])
    expect(Array.from(tree.feature)).toEqual([1, -1, -1])
    expect(tree.threshold[0]).toBe(3.5)
    expect([votes(tree, 0, 3.5), votes(tree, 0, 3.6)]).toEqual([[1, 0], [0, 1]])
  })

  it('learns what takes two cuts, unless it may only make one', () => {
    // Class 1 where exactly one feature is high; an uneven number of each, so that the first cut gains something.
    const values = [0, 0, 0, 0, 0, 1, 1, 0, 1, 1]
    const labels = [0, 0, 1, 1, 0]
    const deep = grow(values, labels)
    expect([[0, 0], [0, 1], [1, 0], [1, 1]].map(([a, b]) => votes(deep, a!, b!))).toEqual([[1, 0], [0, 1], [0, 1], [1, 0]])
    expect(grow(values, labels, { depth: 1 }).feature.filter((feature) => feature >= 0)).toHaveLength(1)
  })

  it('keeps so many examples in a leaf', () => {
    expect(Array.from(grow([0, 1, 0, 2, 0, 3, 0, 9], [0, 0, 0, 1], { leaf: 2 }).threshold)).toEqual([2.5, 0, 0])
    expect(votes(grow([0, 1, 0, 2, 0, 3, 0, 9], [0, 0, 0, 1], { leaf: 2 }), 0, 9)).toEqual([0.5, 0.5])
  })

  it('cannot cut what is alike', () => {
    const tree = grow([1, 1, 1, 1, 1, 1], [0, 1, 1])
    expect(tree.feature).toHaveLength(1)
    expect(votes(tree, 1, 1)[1]).toBeCloseTo(2 / 3, 6)
  })

  it('puts values into bins that keep their order, however many they are', () => {
    const random = randomStream('bins')
    const values = Float32Array.from({ length: 2000 }, () => random.normal())
    const { bins: [bins], cuts: [cuts] } = binFeatures(values, 1)
    expect(cuts!.length).toBeLessThanOrEqual(255)
    expect(new Set(bins).size).toBeGreaterThan(200)
    values.forEach((value, index) => {
      const bin = bins![index]!
      expect(bin === 0 || value > cuts![bin - 1]!).toBe(true)
      expect(bin === cuts!.length || value <= cuts![bin]!).toBe(true)
    })
  })
})

describe('a support vector machine', () => {
  const solve = async (matrix: number[], sides: number[], cost: number, signal = new AbortController().signal) => {
    const libsvm = new Libsvm(signal)
    try {
      return await libsvm.solve({ matrix: Float32Array.from(matrix), sides: Int8Array.from(sides), cost })
    } finally {
      await libsvm.close()
    }
  }
  const rounded = (values: Float64Array) => Array.from(values, (value) => Number(value.toFixed(4)))

  it('has the widest margin between two points', async () => {
    // x = −1 (class −1) and x = 3 (class +1), linear: the middle is 1, the decision (x − 1) / 2, α = 2 / 4² = 1/8.
    const { coefficients, offset } = await solve([1, 1, -3, 2, -3, 9], [-1, 1], 10)
    expect(rounded(coefficients)).toEqual([-0.125, 0.125])
    expect(offset).toBeCloseTo(0.5, 4)
  })

  it('lets no example count more than its cost', async () => {
    expect(rounded((await solve([1, 1, -3, 2, -3, 9], [-1, 1], 0.05)).coefficients)).toEqual([-0.05, 0.05])
  })

  it('is surer of the positive side the larger the decision', async () => {
    const points = Array.from({ length: 40 }, (_, index) => index < 20 ? -1 - index / 20 : 1 + index / 40)
    const { slope, intercept } = await solve(
      points.flatMap((one, row) => [row + 1, ...points.map((other) => one * other)]), points.map(Math.sign), 1
    )
    const probability = (decision: number) => 1 / (1 + Math.exp(slope * decision + intercept))
    expect(probability(1)).toBeGreaterThan(0.8)
    expect(probability(-1)).toBeLessThan(0.2)
  })

  it('stops in the midst of LIBSVM\'s work, and answers meanwhile', async () => {
    const random = randomStream('endless')
    const count = 1500
    const controller = new AbortController()
    const libsvm = new Libsvm(controller.signal)
    let beats = 0
    const heart = setInterval(() => { beats++ }, 20)
    // Noise in place of a kernel, and a cost that lets the machine follow it: minutes of work.
    const stopped = expect(libsvm.solve({
      matrix: Float32Array.from({ length: count * (count + 1) }, (_, index) => index % (count + 1) === 0 ? index / (count + 1) + 1 : random.normal()),
      sides: Int8Array.from({ length: count }, () => random.integer(2) * 2 - 1), cost: 1e6
    })).rejects.toMatchObject({ name: 'AbortError' })
    await expect.poll(() => beats).toBeGreaterThan(40)
    controller.abort()
    // Were it not to stop, this test would run into its own end.
    await stopped
    await libsvm.close()
    clearInterval(heart)
  }, 45_000)

  it('says so when LIBSVM cannot go on', async () => {
    // Without examples the thread throws.
    const libsvm = new Libsvm(new AbortController().signal)
    await expect(libsvm.solve({ matrix: new Float32Array(0), sides: new Int8Array(0), cost: 1 })).rejects.toMatchObject({ code: 'svm-failed' })
    await libsvm.close()
  })

  it('is read from the text of a model file', () => {
    const text = 'svm_type c_svc\nkernel_type precomputed\nnr_class 2\ntotal_sv 2\nrho -0.25\nlabel 1 -1\nprobA -3.5\nprobB 1e-05\n'
      + 'nr_sv 1 1\nSV\n0.5 0:3 \n-0.5 0:1 \n'
    expect(readMachine(text, 4)).toEqual({ coefficients: Float64Array.of(-0.5, 0, 0.5, 0), offset: -0.25, slope: -3.5, intercept: 1e-5 })
    expect(() => readMachine(text.replace('rho', 'row'), 4)).toThrow()
  })

  it('couples the probabilities of pairs that agree', () => {
    const wanted = [0.2, 0.5, 0.3]
    const pairs = Float64Array.from(wanted.flatMap((one) => wanted.map((other) => one / (one + other))))
    couple(pairs, 3).forEach((share, index) => expect(share).toBeCloseTo(wanted[index]!, 2))
  })
})

describe('L-BFGS', () => {
  it('finds the end of Rosenbrock\'s valley', async () => {
    const { point, converged } = await minimise(([x, y]) => ({
      value: (1 - x!) ** 2 + 100 * (y! - x! * x!) ** 2,
      gradient: Float64Array.of(-2 * (1 - x!) - 400 * x! * (y! - x! * x!), 200 * (y! - x! * x!))
    }), Float64Array.of(-1.2, 1), { iterations: 200, tolerance: 1e-8 })
    expect(converged).toBe(true)
    expect(point[0]).toBeCloseTo(1, 6)
    expect(point[1]).toBeCloseTo(1, 6)
  })
})

describe('standardisation', () => {
  it('leaves a feature alone that never changes', () => {
    // 1 and 3: mean 2, deviation 1; always 5: mean 5, deviation 0.
    const { mean, scale } = standardisationOf({ values: Float32Array.of(1, 5, 3, 5), length: 2, labels: Int32Array.of(0, 1), classes: 2 })
    expect([Array.from(mean), Array.from(scale)]).toEqual([[2, 5], [1, 1]])
  })
})
