import type { ImageShape } from '../../contract/datasets'
import type { TrainingSettings } from '../../contract/training'
import { randomStream } from '../random'

export type Augmentation = TrainingSettings['augmentation']

/** Names the random numbers of a batch: each image has its own stream, whatever batch it is in. */
export interface AugmentationKey {
  seed: number
  /** The stream of images, so that source and target do not move in step. */
  stream: string
  epoch: number
  /** Position in the split of each image, in order. */
  positions: ArrayLike<number>
  /** Which of a stream's views of the images these are, from 0; the first when absent. */
  view?: number
}

/**
 * Changes a batch of images in place. `flip`: left and right swapped for half of them. `shift`: the image padded with
 * black by an eighth of its side (4 of 32) and a random crop of the old size taken, as is usual for CIFAR (He et al.
 * 2016, section 4.2).
 * @param images bytes [batch, height, width, channels]
 */
export function augment(images: Uint8Array, shape: ImageShape, kind: Augmentation, key: AugmentationKey): void {
  if (kind === 'none') return
  const [height, width, channels] = shape
  const size = height * width * channels
  const flips = kind === 'flip' || kind === 'flip-shift'
  const shifts = kind === 'shift' || kind === 'flip-shift'
  const reachDown = shifts ? Math.round(height / 8) : 0
  const reachRight = shifts ? Math.round(width / 8) : 0
  const original = new Uint8Array(size)
  for (let index = 0; index < key.positions.length; index++) {
    const random = randomStream(key.seed, 'augmentation', key.stream, key.epoch, key.positions[index]!)
    const flipped = flips && random.uniform() < 0.5
    const down = random.integer(2 * reachDown + 1) - reachDown
    const right = random.integer(2 * reachRight + 1) - reachRight
    if (!flipped && down === 0 && right === 0) continue
    const image = images.subarray(index * size, (index + 1) * size)
    original.set(image)
    move(original, image, shape, flipped, down, right)
  }
}

/** Writes `from`, flipped first where asked, moved by so many pixels, over `to`; what moves in is black. */
function move(from: Uint8Array, to: Uint8Array, [height, width, channels]: ImageShape, flipped: boolean, down: number, right: number): void {
  to.fill(0)
  const firstColumn = Math.max(0, right)
  const lastColumn = Math.min(width, width + right)
  for (let row = Math.max(0, down); row < Math.min(height, height + down); row++) {
    const fromRow = (row - down) * width
    if (!flipped) {
      const start = (fromRow + firstColumn - right) * channels
      to.set(from.subarray(start, start + (lastColumn - firstColumn) * channels), (row * width + firstColumn) * channels)
      continue
    }
    for (let column = firstColumn; column < lastColumn; column++) {
      const source = (fromRow + width - 1 - (column - right)) * channels
      const target = (row * width + column) * channels
      for (let channel = 0; channel < channels; channel++) to[target + channel] = from[source + channel]!
    }
  }
}
