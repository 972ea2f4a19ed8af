import type { RandomStream } from '../random'

/** Features cut into at most 256 bins: what a tree looks at. */
interface Binned {
  /** Bin of each feature and example, [length][count]. */
  bins: Uint8Array[]
  /** Upper ends of the bins of each feature but the last one's: a value goes left of a cut where it is not larger. */
  cuts: Float32Array[]
  count: number
}

/** A tree as flat arrays: node 0 is the root; `feature` is −1 in a leaf, whose class shares lie from `left` to `right`. */
export interface Tree {
  feature: Int32Array
  threshold: Float32Array
  left: Int32Array
  right: Int32Array
  leafClass: Int32Array
  leafShare: Float32Array
}

export interface TreeOptions {
  /** Features drawn for each split. */
  features: number
  /** 0 grows until leaves are pure. */
  depth: number
  /** Examples that a leaf has at least. */
  leaf: number
}

/** @param values [count, length] row by row */
export function binFeatures(values: Float32Array, length: number): Binned {
  const count = values.length / length
  const bins: Uint8Array[] = []
  const cuts: Float32Array[] = []
  for (let feature = 0; feature < length; feature++) {
    const column = Float32Array.from({ length: count }, (_, row) => values[row * length + feature]!)
    const ends = cutsOf(column.slice().sort())
    cuts.push(ends)
    bins.push(Uint8Array.from(column, (value) => binOf(value, ends)))
  }
  return { bins, cuts, count }
}

/** Between neighbouring values where they are few, else at 255 quantiles. */
function cutsOf(sorted: Float32Array): Float32Array {
  const distinct = sorted.filter((value, index) => index === 0 || value !== sorted[index - 1])
  if (distinct.length <= 256) {
    return Float32Array.from({ length: Math.max(0, distinct.length - 1) }, (_, index) => (distinct[index]! + distinct[index + 1]!) / 2)
  }
  const ends = Float32Array.from({ length: 255 }, (_, index) => sorted[Math.floor((index + 1) * sorted.length / 256)]!)
  return ends.filter((value, index) => index === 0 || value !== ends[index - 1])
}

function binOf(value: number, cuts: Float32Array): number {
  let [low, high] = [0, cuts.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (value <= cuts[middle]!) high = middle
    else low = middle + 1
  }
  return low
}

/** A classification tree (Breiman et al. 1984) by Gini impurity, on the examples drawn; each split looks at some features. */
export function growTree(
  { bins, cuts }: Binned, labels: Int32Array, classes: number, examples: Int32Array, options: TreeOptions, random: RandomStream
): Tree {
  const feature: number[] = []
  const threshold: number[] = []
  const left: number[] = []
  const right: number[] = []
  const leafClass: number[] = []
  const leafShare: number[] = []
  const order = Int32Array.from({ length: bins.length }, (_, index) => index)
  const finder = new SplitFinder(labels, classes, examples.length, options.leaf)

  const addNode = (): number => {
    feature.push(-1)
    threshold.push(0)
    left.push(0)
    right.push(0)
    return feature.length - 1
  }
  const open = [{ node: addNode(), start: 0, end: examples.length, depth: 0 }]
  for (let next = open.pop(); next; next = open.pop()) {
    const { node, start, end, depth } = next
    const part = examples.subarray(start, end)
    const counts = finder.begin(part)
    const pure = counts.filter((count) => count > 0).length === 1
    const mayGrow = !pure && part.length >= 2 * options.leaf && (options.depth === 0 || depth < options.depth)
    const split = mayGrow ? bestSplit(part) : undefined
    if (!split) {
      left[node] = leafClass.length
      counts.forEach((count, index) => {
        if (count === 0) return
        leafClass.push(index)
        leafShare.push(count / part.length)
      })
      right[node] = leafClass.length
      continue
    }
    const middle = start + partition(part, bins[split.feature]!, split.bin)
    feature[node] = split.feature
    threshold[node] = cuts[split.feature]![split.bin]!
    left[node] = addNode()
    right[node] = addNode()
    open.push(
      { node: right[node], start: middle, end, depth: depth + 1 }, { node: left[node], start, end: middle, depth: depth + 1 }
    )
  }
  return {
    feature: Int32Array.from(feature), threshold: Float32Array.from(threshold), left: Int32Array.from(left),
    right: Int32Array.from(right), leafClass: Int32Array.from(leafClass), leafShare: Float32Array.from(leafShare)
  }

  /** Draws features until some were looked at and one of them splits, as scikit-learn does. */
  function bestSplit(part: Int32Array): { feature: number, bin: number } | undefined {
    let best: { feature: number, bin: number, gain: number } | undefined
    for (let drawn = 0; drawn < order.length && (drawn < options.features || !best); drawn++) {
      const other = drawn + random.integer(order.length - drawn)
      const chosen = order[other]!
      order[other] = order[drawn]!
      order[drawn] = chosen
      const found = finder.find(part, bins[chosen]!)
      if (found && (!best || found.gain > best.gain)) best = { feature: chosen, ...found }
    }
    return best
  }
}

/** Examples with bins up to this one come first. @returns how many they are */
function partition(examples: Int32Array, bins: Uint8Array, bin: number): number {
  let middle = 0
  for (let index = 0; index < examples.length; index++) {
    const example = examples[index]!
    if (bins[example]! > bin) continue
    examples[index] = examples[middle]!
    examples[middle++] = example
  }
  return middle
}

/** Finds the cut of one feature that leaves the purest parts; its arrays are used again for every node. */
class SplitFinder {
  private readonly total: Float64Array
  private readonly low: Float64Array
  private readonly starts = new Int32Array(257)
  private readonly sorted: Int32Array
  private totalSquares = 0

  constructor(private readonly labels: Int32Array, classes: number, count: number, private readonly leaf: number) {
    this.total = new Float64Array(classes)
    this.low = new Float64Array(classes)
    this.sorted = new Int32Array(count)
  }

  /** Counts the classes of a node. */
  begin(part: Int32Array): Float64Array {
    this.total.fill(0)
    for (const example of part) this.total[this.labels[example]!]!++
    this.totalSquares = this.total.reduce((sum, count) => sum + count * count, 0)
    return this.total
  }

  find(part: Int32Array, bins: Uint8Array): { bin: number, gain: number } | undefined {
    const { labels, total, low, sorted, starts, leaf } = this
    starts.fill(0)
    for (const example of part) starts[bins[example]! + 1]!++
    for (let bin = 0; bin < 256; bin++) starts[bin + 1]! += starts[bin]!
    const places = starts.slice()
    for (const example of part) sorted[places[bins[example]!]!++] = labels[example]!

    low.fill(0)
    let [lowSquares, highSquares] = [0, this.totalSquares]
    let best: { bin: number, gain: number } | undefined
    const count = part.length
    // Without a cut the parts are one: Σ n_c² / n.
    const whole = this.totalSquares / count + 1e-12 * count
    for (let bin = 0; bin < 255; bin++) {
      const [from, to] = [starts[bin]!, starts[bin + 1]!]
      if (from === to) continue
      for (let index = from; index < to; index++) {
        const label = sorted[index]!
        const [below, above] = [low[label]!, total[label]! - low[label]!]
        lowSquares += 2 * below + 1
        highSquares -= 2 * above - 1
        low[label] = below + 1
      }
      if (to === count) break
      if (to < leaf || count - to < leaf) continue
      const gain = lowSquares / to + highSquares / (count - to)
      if (gain > whole && (!best || gain > best.gain)) best = { bin, gain }
    }
    return best
  }
}

/** Adds the class shares of the leaf that a feature vector falls into. */
export function addVotes({ feature, threshold, left, right, leafClass, leafShare }: Tree, values: Float32Array, start: number, votes: Float64Array): void {
  let node = 0
  while (feature[node]! >= 0) node = values[start + feature[node]!]! <= threshold[node]! ? left[node]! : right[node]!
  for (let place = left[node]!; place < right[node]!; place++) votes[leafClass[place]!]! += leafShare[place]!
}
