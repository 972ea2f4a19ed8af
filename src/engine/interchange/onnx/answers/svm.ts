import type { StoredTensor } from '../../../classifiers/classifier'
import { svmSchema } from '../../../classifiers/svm'
import { attributes, elementTypes } from '../messages'
import type { GraphWriter } from '../graph-writer'
import { writeCoupling } from './coupling'

/** Support vector machines (classifiers/svm.ts): all pairs' decisions in one product, Platt's sigmoid, then pairwise coupling. */
export function writeSvm(graph: GraphWriter, features: string, state: unknown, tensors: ReadonlyMap<string, StoredTensor>): string {
  const { classes, kernel, gamma } = svmSchema.parse(state)
  const of = (part: string): StoredTensor => tensors.get(part)!
  const { shape: [count, length], data: vectors } = of('vectors') as { shape: [number, number], data: Float32Array }
  const pairs = Array.from({ length: classes }, (_, first) =>
    Array.from({ length: classes - first - 1 }, (__, step) => [first, first + 1 + step] as const)).flat()
  const labels = of('labels').data
  const shares = new Float32Array(count * pairs.length)
  for (let vector = 0; vector < count; vector++) {
    pairs.forEach(([first, second], pair) => {
      const against = labels[vector] === first ? second : labels[vector] === second ? first : undefined
      if (against !== undefined) shares[vector * pairs.length + pair] = of('coefficients').data[vector * classes + against]!
    })
  }
  const name = (part: string): string => `machines.${part}`
  const decisions = kernel === 'linear' ? linear() : graph.node(name('decisions'), 'MatMul', [radial(), graph.floats(name('coefficients'), [count, pairs.length], shares)])

  const present = (label: number): boolean => labels.some((each) => each === label)
  const sigmoids = pairs.map(([first, second]) => {
    const place = first * classes + second
    if (of('known').data[place] !== 0) {
      const slope = of('slopes').data[place]!
      return { slope: -slope, shift: slope * of('offsets').data[place]! - of('intercepts').data[place]! }
    }
    // A class without examples loses against every other.
    return { slope: 0, shift: present(first) ? certain : present(second) ? -certain : 0 }
  })
  const row = (part: string, values: readonly number[]): string => graph.doubles(name(part), [pairs.length], values)
  const exact = graph.node(name('exact'), 'Cast', [decisions], [attributes.int('to', elementTypes.double)])
  const scaled = graph.node(name('scaled'), 'Mul', [exact, row('slopes', sigmoids.map(({ slope }) => slope))])
  const sure = graph.node(name('sure'), 'Sigmoid', [graph.node(name('shifted'), 'Add', [scaled, row('shifts', sigmoids.map(({ shift }) => shift))])])
  const bounded = graph.node(name('pairs'), 'Min', [graph.node(name('at-least'), 'Max', [sure, graph.doubles(name('least'), [], [1e-7])]), graph.doubles(name('most'), [], [1 - 1e-7])])
  const probabilities = writeCoupling(graph, bounded, classes, pairs)
  const logarithms = graph.node(name('logarithms'), 'Log', [graph.node(name('positive'), 'Max', [probabilities, 'machines.least'])])
  return graph.node(name('answer'), 'Cast', [logarithms], [attributes.int('to', elementTypes.float)])

  /** A linear machine needs no vectors: what they say together is one number a feature. */
  function linear(): string {
    const weights = new Float64Array(length * pairs.length)
    for (let vector = 0; vector < count; vector++) {
      for (let pair = 0; pair < pairs.length; pair++) {
        const share = shares[vector * pairs.length + pair]!
        if (share !== 0) for (let at = 0; at < length; at++) weights[at * pairs.length + pair]! += share * vectors[vector * length + at]!
      }
    }
    return graph.node(name('decisions'), 'MatMul', [features, graph.floats(name('weights'), [length, pairs.length], Float32Array.from(weights))])
  }

  /** exp(−γ ‖x − v‖²) of each image and vector. */
  function radial(): string {
    const turned = new Float32Array(vectors.length)
    const squares = new Float32Array(count)
    for (let vector = 0; vector < count; vector++) {
      for (let at = 0; at < length; at++) {
        const value = vectors[vector * length + at]!
        turned[at * count + vector] = value
        squares[vector]! += value * value
      }
    }
    const number = (part: string, value: number): string => graph.floats(name(part), [], Float32Array.of(value))
    const products = graph.node(name('products'), 'MatMul', [features, graph.floats(name('vectors'), [length, count], turned)])
    const square = graph.node(name('square'), 'Mul', [features, features])
    const own = graph.node(name('own-square'), 'ReduceSum', [square, graph.ints(name('last-axis'), [1])], [attributes.int('keepdims', 1)])
    const both = graph.node(name('squares-of-both'), 'Add', [own, graph.floats(name('squares'), [count], squares)])
    const apart = graph.node(name('apart'), 'Sub', [both, graph.node(name('twice'), 'Mul', [products, number('two', 2)])])
    const distances = graph.node(name('distances'), 'Max', [apart, number('zero', 0)])
    return graph.node(name('kernel'), 'Exp', [graph.node(name('fallen'), 'Mul', [distances, number('gamma', -gamma)])])
  }
}

/** The sigmoid of it is 1 − 1e-7. */
const certain = Math.log((1 - 1e-7) / 1e-7)
