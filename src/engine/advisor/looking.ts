import * as tf from '@tensorflow/tfjs-core'
import type { LabelGrant } from '../../contract/runs'
import type { DatasetView } from '../../library/datasets'
import type { FeatureCache } from '../features/cache'
import { inference, type Network } from '../network/network'
import { multiplyCount } from '../network/shapes'
import { randomStream } from '../random'
import { everything, grantedLabels } from '../training/data'

/** Images whose labels may be read, in ascending order of their positions, and the labels as indices without gaps. */
export interface Labelled {
  positions: Int32Array
  labels: Int32Array
  classes: number
  /** Images of the class that has fewest, of those that have any. */
  fewest: number
}

/** Multiplications that looking may take in all: about half a minute on two cores. */
const mostWork = 200e9
const [leastImages, mostImages] = [120, 1000]

/** How many images to look at with this network. It follows from the network alone, so that what was computed once is found again. */
export const imagesToLookAt = ({ definition }: Network): number =>
  Math.max(leastImages, Math.min(mostImages, Math.floor(mostWork / multiplyCount(definition))))

/** The images that a grant gives labels of, at most so many: as many of each class as there are, up to an equal share. */
export async function labelledOf(
  target: DatasetView, grant: LabelGrant, seed: number, limit: number
): Promise<{ looked: Labelled, granted: number } | undefined> {
  const granted = await grantedLabels(target, grant, seed)
  if (!granted) return undefined
  const members: number[][] = target.dataset.classes.map(() => [])
  granted.labels.forEach((label, index) => members[label]?.push(index))
  const chosen = stratified(members, limit, seed)
  const present = [...new Set(chosen.map((index) => granted.labels[index]!))].sort((a, b) => a - b)
  return {
    granted: granted.positions.length,
    looked: {
      positions: Int32Array.from(chosen, (index) => granted.positions[index]!),
      labels: Int32Array.from(chosen, (index) => present.indexOf(granted.labels[index]!)),
      classes: present.length,
      fewest: Math.min(...members.map(({ length }) => length).filter((length) => length > 0))
    }
  }
}

/** Places of at most so many members, the classes filled evenly; ascending. */
export function stratified(members: readonly (readonly number[])[], limit: number, seed: number): number[] {
  const total = members.reduce((sum, { length }) => sum + length, 0)
  if (total <= limit) return members.flat().sort((a, b) => a - b)
  const orders = members.map((images, index) => {
    const order = randomStream(seed, 'looked at', index).permutation(images.length)
    return Array.from(order, (place) => images[place]!)
  })
  const chosen: number[] = []
  for (let turn = 0; chosen.length < limit; turn++) {
    for (const order of orders) if (turn < order.length && chosen.length < limit) chosen.push(order[turn]!)
  }
  return chosen.sort((a, b) => a - b)
}

/** Images of the target without their labels, at most so many. */
export function unlabelledOf({ dataset }: DatasetView, seed: number, limit: number): Int32Array {
  const count = dataset.splits.train?.count ?? 0
  return count <= limit ? everything(count) : randomStream(seed, 'looked at').permutation(count).slice(0, limit).sort()
}

export interface Seen {
  /** [count, length] and [count, outputClasses]. */
  features: Float64Array
  length: number
  /** Probabilities of the network's own head; absent where it has none. */
  outputs?: Float64Array
  outputClasses?: number
  found: boolean
  /** Images per second, where they were computed now. */
  pace?: number
}

/** The network's features of some training images, computed once and kept, and what its head makes of them. */
export async function look(
  network: Network, target: DatasetView, positions: Int32Array,
  { cache, surroundings, signal, onProgress }: {
    cache: FeatureCache, surroundings: string, signal: AbortSignal, onProgress?: (done: number, total: number) => void
  }
): Promise<Seen> {
  const began = performance.now()
  const table = await cache.open({ network, reader: target, split: 'train', positions, surroundings, signal, ...(onProgress && { onProgress }) })
  const seconds = (performance.now() - began) / 1000
  try {
    const features = await table.read(everything(positions.length))
    const outputClasses = network.definition.classes.length
    const outputs = outputClasses > 1 ? tf.tidy(() => tf.softmax(network.logits(features, inference))) : undefined
    try {
      return {
        features: Float64Array.from(features.dataSync<'float32'>()), length: table.length, found: table.found,
        ...(outputs && { outputs: normalised(outputs.dataSync<'float32'>(), outputClasses), outputClasses }),
        ...(!table.found && { pace: positions.length / seconds })
      }
    } finally {
      features.dispose()
      outputs?.dispose()
    }
  } finally {
    await table.close()
  }
}

/** Rows of single precision that add up to one in double precision. */
function normalised(values: Float32Array, width: number): Float64Array {
  const rows = Float64Array.from(values)
  for (let start = 0; start < rows.length; start += width) {
    const row = rows.subarray(start, start + width)
    const sum = row.reduce((total, value) => total + value, 0)
    row.forEach((value, index) => { row[index] = value / sum })
  }
  return rows
}

/** Sides of the grid that pixels are averaged over. */
const pixelSide = 12

/** Images without any network: brightness of each channel over a coarse grid, in [0, 1]. [count, length] */
export async function pixelFeatures(target: DatasetView, positions: Int32Array): Promise<{ features: Float64Array, length: number }> {
  const [height, width, channels] = target.dataset.shape
  const [rows, columns] = [Math.min(pixelSide, height), Math.min(pixelSide, width)]
  const length = rows * columns * channels
  const features = new Float64Array(positions.length * length)
  const cellSize = new Float64Array(rows * columns)
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) cellSize[Math.floor(y * rows / height) * columns + Math.floor(x * columns / width)]! += 1
  const atOnce = 64
  for (let first = 0; first < positions.length; first += atOnce) {
    const part = positions.subarray(first, first + atOnce)
    const bytes = await target.readImages('train', part)
    for (let index = 0; index < bytes.length; index++) {
      const channel = index % channels
      const pixel = (index - channel) / channels
      const [image, place] = [Math.floor(pixel / (height * width)), pixel % (height * width)]
      const cell = Math.floor(Math.floor(place / width) * rows / height) * columns + Math.floor(place % width * columns / width)
      features[(first + image) * length + cell * channels + channel]! += bytes[index]! / 255 / cellSize[cell]!
    }
  }
  return { features, length }
}
