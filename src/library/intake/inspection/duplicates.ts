import { createHash } from 'node:crypto'
import { imageBytesOf, type ImageShape } from '../../../contract/datasets'
import { throwIfCancelled } from '../../cancel'
import { correlation, differenceHashes, hammingDistance, thumbSide, thumbsOf } from './difference-hash'
import { crowds, largestDistance } from './near-pairs'

/**
 * How alike two small images must be besides. Looked at on CIFAR-100, pairs above the first are the same photograph;
 * drawings on an even ground, such as MNIST's digits, are alike anyhow and have to be nearly the same.
 */
const leastCorrelation = { photographs: 0.975, drawings: 0.993 }
/** Flatter images (standard deviation of the small grey image) all look alike. */
const leastContrast = 8
/** Pairs that are compared at most, and milliseconds: drawings have hashes that crowd together. */
const mostComparisons = 300_000_000
const longestMilliseconds = 15_000
/** Comparisons between two looks at the clock, and at who else wants to work. */
const stride = 200_000
const thumbBytes = thumbSide * thumbSide

/** Images that are one, by their numbers in the order in which they were added. */
export type Groups = number[][]

/** Finds images that are the same to the last pixel and images that look alike. Memory: about 300 bytes per image. */
export class DuplicateFinder {
  private readonly byPixels = new Map<string, number[]>()
  private words = new Uint32Array(2048)
  private thumbs = new Uint8Array(1024 * thumbBytes)
  private count = 0
  /** Whether every pair that could be alike was compared. */
  complete = true

  /**
   * @param images `[n, height, width, channels]`
   * @param grey the same as `[n, height, width]`
   */
  add(images: Uint8Array, grey: Uint8Array, shape: ImageShape): void {
    const imageBytes = imageBytesOf(shape)
    const added = images.length / imageBytes
    this.grow(added)
    this.words.set(differenceHashes(grey, shape), this.count * 2)
    this.thumbs.set(thumbsOf(grey, shape), this.count * thumbBytes)
    for (let image = 0; image < added; image++) {
      const key = createHash('sha1').update(images.subarray(image * imageBytes, (image + 1) * imageBytes)).digest('base64')
      const same = this.byPixels.get(key)
      if (same) same.push(this.count + image)
      else this.byPixels.set(key, [this.count + image])
    }
    this.count += added
  }

  exact(): Groups {
    return [...this.byPixels.values()].filter((group) => group.length > 1)
  }

  /**
   * Groups of images that look alike and are not all the same; an exact twin stands beside its first.
   * @param drawings whether the images are drawings on an even ground
   */
  async near({ drawings = false, signal }: { drawings?: boolean, signal?: AbortSignal | undefined } = {}): Promise<Groups> {
    const firsts = [...this.byPixels.values()].map((group) => group[0]!).filter((image) => contrastOf(this.small(image)) >= leastContrast)
    const least = drawings ? leastCorrelation.drawings : leastCorrelation.photographs
    const parent = new Map<number, number>()
    const root = (image: number): number => {
      let top = image
      for (let next = parent.get(top); next !== undefined; next = parent.get(top)) top = next
      return top
    }
    const until = performance.now() + longestMilliseconds
    let comparisons = 0
    for (const { a: list, b: others } of crowds(this.words, firsts)) {
      for (const [place, a] of list.entries()) {
        for (const b of others ?? list.subarray(place + 1)) {
          if (++comparisons % stride === 0) await this.breathe(signal)
          if (!this.alike(a, b, least)) continue
          const [rootA, rootB] = [root(a), root(b)]
          if (rootA !== rootB) parent.set(Math.max(rootA, rootB), Math.min(rootA, rootB))
        }
        this.complete = comparisons <= mostComparisons && performance.now() <= until
        if (!this.complete) return this.collect(parent, root)
      }
    }
    return this.collect(parent, root)
  }

  private alike(a: number, b: number, least: number): boolean {
    const { words } = this
    return hammingDistance(words[a * 2]!, words[a * 2 + 1]!, words[b * 2]!, words[b * 2 + 1]!) <= largestDistance &&
      correlation(this.small(a), this.small(b)) >= least
  }

  private collect(parent: ReadonlyMap<number, number>, root: (image: number) => number): Groups {
    const groups = new Map<number, number[]>()
    for (const image of parent.keys()) {
      const top = root(image)
      const group = groups.get(top)
      if (group) group.push(image)
      else groups.set(top, [top, image])
    }
    const twins = new Map(this.exact().map((group) => [group[0]!, group]))
    return [...groups.values()].map((group) => group.flatMap((image) => twins.get(image) ?? [image]).sort((a, b) => a - b))
  }

  private async breathe(signal: AbortSignal | undefined): Promise<void> {
    await new Promise((done) => setImmediate(done))
    throwIfCancelled(signal)
  }

  /** The small grey image, `[16, 16]`. */
  small(image: number): Uint8Array {
    return this.thumbs.subarray(image * thumbBytes, (image + 1) * thumbBytes)
  }

  private grow(added: number): void {
    const needed = this.count + added
    if (needed * 2 <= this.words.length) return
    const room = Math.max(needed, this.words.length)
    const [words, thumbs] = [new Uint32Array(room * 2), new Uint8Array(room * thumbBytes)]
    words.set(this.words.subarray(0, this.count * 2))
    thumbs.set(this.thumbs.subarray(0, this.count * thumbBytes))
    this.words = words
    this.thumbs = thumbs
  }
}

function contrastOf(thumb: Uint8Array): number {
  let [sum, squares] = [0, 0]
  for (const value of thumb) {
    sum += value
    squares += value * value
  }
  return Math.sqrt(Math.max(0, squares / thumb.length - (sum / thumb.length) ** 2))
}
