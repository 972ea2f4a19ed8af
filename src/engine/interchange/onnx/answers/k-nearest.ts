import type { StoredTensor } from '../../../classifiers/classifier'
import { kNearestSchema } from '../../../classifiers/k-nearest'
import { attributes } from '../messages'
import type { GraphWriter } from '../graph-writer'

/** k nearest neighbours (classifiers/k-nearest.ts): distances to all examples at once, then the votes of the nearest. */
export function writeKNearest(graph: GraphWriter, features: string, state: unknown, tensors: ReadonlyMap<string, StoredTensor>): string {
  const { classes, weights, k: wanted } = kNearestSchema.parse(state)
  const { shape: [count, length], data } = tensors.get('examples') as { shape: [number, number], data: Float32Array }
  const labels = tensors.get('labels')!.data
  const k = Math.min(wanted, count)
  const number = (name: string, value: number): string => graph.floats(`neighbours.${name}`, [], Float32Array.of(value))
  const node = (name: string, operator: string, inputs: readonly string[], more: Parameters<GraphWriter['node']>[3] = []): string =>
    graph.node(`neighbours.${name}`, operator, inputs, more)

  const turned = new Float32Array(data.length)
  const squares = new Float32Array(count)
  for (let example = 0; example < count; example++) {
    for (let at = 0; at < length; at++) {
      const value = data[example * length + at]!
      turned[at * count + example] = value
      squares[example]! += value * value
    }
  }
  const products = node('products', 'MatMul', [features, graph.floats('neighbours.examples', [length, count], turned)])
  const own = node('own-square', 'ReduceSum', [node('square', 'Mul', [features, features]), graph.ints('neighbours.last-axis', [1])], [attributes.int('keepdims', 1)])
  const less = node('less', 'Sub', [graph.floats('neighbours.squares', [count], squares), node('twice', 'Mul', [products, number('two', 2)])])
  const distances = node('distances', 'Add', [less, own])
  const [nearest, places] = graph.nodeOfTwo('neighbours.nearest', 'TopK', [distances, graph.ints('neighbours.k', [k])], [attributes.int('axis', -1), attributes.int('largest', 0)])

  const votes = new Float32Array(count * classes)
  labels.forEach((label, example) => { votes[example * classes + label] = 1 })
  const cast = node('votes', 'Gather', [graph.floats('neighbours.classes', [count, classes], votes), places], [attributes.int('axis', 0)])
  // Two equal images are at a distance of 0, less what rounding leaves.
  const strength = weights === 'distance'
    ? node('strength', 'Reciprocal', [node('root', 'Sqrt', [node('apart', 'Max', [nearest, number('least', 1e-6)])])])
    : node('strength', 'Add', [node('none', 'Mul', [nearest, number('zero', 0)]), number('one', 1)])
  const total = node('total', 'ReduceSum', [strength, 'neighbours.last-axis'], [attributes.int('keepdims', 1)])
  const shares = node('shares', 'Unsqueeze', [node('share-of-each', 'Div', [strength, total]), graph.ints('neighbours.third-axis', [2])])
  const share = node('share', 'ReduceSum', [node('weighed', 'Mul', [shares, cast]), 'neighbours.last-axis'], [attributes.int('keepdims', 0)])
  // One vote more is spread over all classes.
  const counted = node('counted', 'Add', [node('in-votes', 'Mul', [share, number('voters', k)]), number('spread', 1 / classes)])
  return node('answer', 'Log', [node('probabilities', 'Div', [counted, number('all', k + 1)])])
}
