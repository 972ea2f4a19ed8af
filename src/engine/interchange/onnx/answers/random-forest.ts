import type { StoredTensor } from '../../../classifiers/classifier'
import type { Tree } from '../../../classifiers/decision-tree'
import { loadTrees, randomForestSchema } from '../../../classifiers/random-forest'
import { attributes } from '../messages'
import type { GraphWriter } from '../graph-writer'

/**
 * A random forest (classifiers/random-forest.ts) in plain operators, which every runtime has: one place a tree, that goes down a level at
 * a time. A leaf is its own child, so trees of different depths wait for each other.
 */
export function writeForest(graph: GraphWriter, features: string, state: unknown, tensors: ReadonlyMap<string, StoredTensor>): string {
  const { classes, trees: count } = randomForestSchema.parse(state)
  const trees = loadTrees(count, tensors)
  const { roots, depth, feature, threshold, left, right, row, shares } = joined(trees, classes)
  const name = (part: string): string => `forest.${part}`
  const tables = {
    feature: graph.ints(name('features'), feature), threshold: graph.floats(name('thresholds'), [threshold.length], threshold),
    left: graph.ints(name('left'), left), right: graph.ints(name('right'), right)
  }
  const rootOf = (table: ArrayLike<number>): number[] => roots.map((root) => table[root]!)
  // The first level of all trees at once: this is also where the number of images comes in.
  const first = graph.node(name('0.values'), 'Gather', [features, graph.ints(name('0.features'), rootOf(feature))], [attributes.int('axis', 1)])
  const goesLeft = graph.node(name('0.low'), 'LessOrEqual', [first, graph.floats(name('0.thresholds'), [count], Float32Array.from(rootOf(threshold)))])
  let at = graph.node(name('0.nodes'), 'Where', [goesLeft, graph.ints(name('0.left'), rootOf(left)), graph.ints(name('0.right'), rootOf(right))])
  for (let level = 1; level < depth; level++) {
    const of = (table: keyof typeof tables): string => graph.node(name(`${level}.${table}`), 'Gather', [tables[table], at], [attributes.int('axis', 0)])
    const values = graph.node(name(`${level}.values`), 'GatherElements', [features, of('feature')], [attributes.int('axis', 1)])
    const low = graph.node(name(`${level}.low`), 'LessOrEqual', [values, of('threshold')])
    at = graph.node(name(`${level}.nodes`), 'Where', [low, of('left'), of('right')])
  }
  const rows = graph.node(name('rows'), 'Gather', [graph.ints(name('leaf-rows'), row), at], [attributes.int('axis', 0)])
  const votes = graph.node(name('votes'), 'Gather', [graph.floats(name('leaf-shares'), [shares.length / classes, classes], shares), rows], [attributes.int('axis', 0)])
  const sum = graph.node(name('sum'), 'ReduceSum', [votes, graph.ints(name('tree-axis'), [1])], [attributes.int('keepdims', 0)])
  const number = (part: string, value: number): string => graph.floats(name(part), [], Float32Array.of(value))
  // One vote more is spread over all classes.
  const counted = graph.node(name('counted'), 'Add', [sum, number('spread', 1 / classes)])
  return graph.node(name('answer'), 'Log', [graph.node(name('probabilities'), 'Div', [counted, number('all', count + 1)])])
}

/** All trees' nodes in one row, and the class shares of leaves, each kind once: most leaves are of one class. */
function joined(trees: readonly Tree[], classes: number) {
  const [roots, feature, threshold, left, right, row] = [[], [], [], [], [], []] as number[][] as [number[], number[], number[], number[], number[], number[]]
  const kinds = new Map<string, number>()
  const shares: number[] = []
  let depth = 1
  for (const tree of trees) {
    const start = feature.length
    roots.push(start)
    depth = Math.max(depth, depthOf(tree))
    for (const [node, split] of tree.feature.entries()) {
      const isLeaf = split < 0
      feature.push(Math.max(0, split))
      threshold.push(tree.threshold[node]!)
      left.push(start + (isLeaf ? node : tree.left[node]!))
      right.push(start + (isLeaf ? node : tree.right[node]!))
      row.push(isLeaf ? rowOf(tree, node) : 0)
    }
  }
  return { roots, depth, feature, threshold: Float32Array.from(threshold), left, right, row, shares: Float32Array.from(shares) }

  function rowOf({ leafClass, leafShare, left: from, right: to }: Tree, node: number): number {
    const own = new Float32Array(classes)
    for (let place = from[node]!; place < to[node]!; place++) own[leafClass[place]!] = leafShare[place]!
    const key = own.join()
    const known = kinds.get(key)
    if (known !== undefined) return known
    kinds.set(key, kinds.size)
    shares.push(...own)
    return kinds.size - 1
  }
}

/** Steps from the root to the deepest leaf; children come after their parents. */
function depthOf({ feature, left, right }: Tree): number {
  const depths = new Int32Array(feature.length)
  let deepest = 0
  feature.forEach((split, node) => {
    if (split < 0) return
    for (const child of [left[node]!, right[node]!]) deepest = Math.max(deepest, depths[child] = depths[node]! + 1)
  })
  return deepest
}
