import { attributes, elementTypes, type OnnxGraphToWrite } from '../messages'
import { GraphWriter } from '../graph-writer'

/**
 * Class probabilities from those of each pair (classifiers/pairwise-coupling.ts), in 64 bits. What is there two loops, over sweeps and over the
 * classes of each, is one loop here over both; rows of a batch that are near enough at the start of a sweep change no more.
 * @param pair the output [batch, pairs], each the probability of the pair's first class against its second
 * @returns the output [batch, classes]
 */
export function writeCoupling(graph: GraphWriter, pair: string, classes: number, pairs: readonly (readonly [number, number])[]): string {
  const name = (part: string): string => `coupling.${part}`
  const number = (part: string, value: number): string => graph.doubles(name(part), [], [value])
  const [one, nothing] = [number('one', 1), number('nothing', 0)]
  const identity = Float64Array.from({ length: classes * classes }, (_, place) => Math.floor(place / classes) === place % classes ? 1 : 0)

  // Every class against every other: the pair as it is, or turned round.
  const places = new Array<number>(classes * classes).fill(0)
  for (const [index, [first, second]] of pairs.entries()) {
    places[first * classes + second] = index
    places[second * classes + first] = pairs.length + index
  }
  const both = graph.node(name('both'), 'Concat', [pair, graph.node(name('turned-round'), 'Sub', [one, pair])], [attributes.int('axis', 1)])
  const all = graph.node(name('all'), 'Gather', [both, graph.ints(name('places'), places)], [attributes.int('axis', 1)])
  const others = graph.node(name('others'), 'Mul', [all, graph.doubles(name('not-itself'), [classes * classes], identity.map((value) => 1 - value))])
  const table = graph.node(name('table'), 'Reshape', [others, graph.ints(name('square-shape'), [-1, classes, classes])])
  const turned = graph.node(name('turned'), 'Transpose', [table], [attributes.ints('perm', [0, 2, 1])])
  const own = graph.node(name('own'), 'ReduceSum', [graph.node(name('squares'), 'Mul', [turned, turned]), graph.ints(name('last-axis'), [2])], [attributes.int('keepdims', 0)])
  const onDiagonal = graph.node(name('diagonal'), 'Mul', [
    graph.node(name('own-column'), 'Unsqueeze', [own, 'coupling.last-axis']), graph.doubles(name('identity'), [classes, classes], identity)
  ])
  const q = graph.node(name('q'), 'Sub', [onDiagonal, graph.node(name('products'), 'Mul', [table, turned])])

  const begin = graph.node(name('begin'), 'Add', [graph.node(name('empty'), 'Mul', [own, nothing]), number('alike', 1 / classes)])
  const sum = graph.node(name('own-sum'), 'ReduceSum', [own, graph.ints(name('class-axis'), [1])], [attributes.int('keepdims', 1)])
  const undone = graph.node(name('undone'), 'Less', [sum, nothing])
  graph.initializers.push({ name: name('go'), dims: [], dataType: elementTypes.bool, raw: Uint8Array.of(1) })
  const [probabilities] = graph.nodeOfTwo(name('loop'), 'Loop', [
    graph.ints(name('times'), [Math.max(100, classes) * classes], []), name('go'), begin, undone
  ], [attributes.graph('body', step(classes, { q, own, one, nothing }))])
  return probabilities
}

/** One class of one sweep: its probability is brought to where its own condition holds, and all are scaled to a sum of 1. */
function step(classes: number, { q, own, one, nothing }: Record<'q' | 'own' | 'one' | 'nothing', string>): OnnxGraphToWrite {
  const graph = new GraphWriter()
  const name = (part: string): string => `sweep.${part}`
  const node = (part: string, operator: string, inputs: readonly string[], more: Parameters<GraphWriter['node']>[3] = []): string =>
    graph.node(name(part), operator, inputs, more)
  const [time, going, p, done] = ['time', 'going', 'p', 'done'].map(name) as [string, string, string, string]
  const place = node('class', 'Mod', [time, graph.ints(name('classes'), [classes], [])])
  const index = node('index', 'Unsqueeze', [place, graph.ints(name('first-axis'), [0])])
  const column = node('column', 'Unsqueeze', [p, graph.ints(name('third-axis'), [2])])
  const qp = node('qp', 'Squeeze', [node('product', 'MatMul', [q, column]), 'sweep.third-axis'])
  const pqp = node('pqp', 'ReduceSum', [node('weighed', 'Mul', [p, qp]), graph.ints(name('class-axis'), [1])], [attributes.int('keepdims', 1)])

  const apart = node('apart', 'ReduceMax', [node('distance', 'Abs', [node('difference', 'Sub', [qp, pqp])])], [attributes.ints('axes', [1]), attributes.int('keepdims', 1)])
  const near = node('near', 'Less', [apart, graph.doubles(name('near-enough'), [], [0.005 / classes])])
  const starts = node('starts', 'Equal', [place, graph.ints(name('zero'), [0], [])])
  const rests = node('rests', 'Or', [done, node('near-at-start', 'And', [near, starts])])

  const quotient = node('quotient', 'Div', [
    node('lack', 'Sub', [pqp, node('own-qp', 'Gather', [qp, index], [attributes.int('axis', 1)])]),
    node('own-q', 'Gather', [own, index], [attributes.int('axis', 1)])
  ])
  const change = node('change', 'Where', [rests, nothing, quotient])
  const only = node('only', 'Cast', [node('is-class', 'Equal', [graph.ints(name('each'), Array.from({ length: classes }, (_, each) => each)), place])], [attributes.int('to', elementTypes.double)])
  const moved = node('moved', 'Div', [
    node('raised', 'Add', [p, node('raise', 'Mul', [change, only])]), node('scale', 'Add', [change, one])
  ])
  const counted = node('counted', 'Cast', [rests], [attributes.int('to', elementTypes.int32)])
  const all = node('all', 'Cast', [node('least', 'ReduceMin', [counted], [attributes.int('keepdims', 0)])], [attributes.int('to', elementTypes.bool)])
  const goes = node('goes', 'Not', [all])
  const value = (of: string, elementType: number, lengths: readonly number[] | undefined) => ({
    name: of, type: { tensor: { elementType, shape: { dimensions: lengths?.map((length) => length < 0 ? { name: 'batch' } : { length }) ?? [] } } }
  })
  return {
    name: 'sweep', nodes: graph.nodes, initializers: graph.initializers,
    inputs: [
      value(time, elementTypes.int64, []), value(going, elementTypes.bool, []),
      value(p, elementTypes.double, [-1, classes]), value(done, elementTypes.bool, [-1, 1])
    ],
    outputs: [value(goes, elementTypes.bool, []), value(moved, elementTypes.double, [-1, classes]), value(rests, elementTypes.bool, [-1, 1])]
  }
}
