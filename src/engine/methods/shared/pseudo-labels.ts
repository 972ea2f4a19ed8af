import * as tf from '@tensorflow/tfjs-core'
import { inference, type Network } from '../../network/network'
import type { BatchStream } from '../../batches/batch-stream'
import { yieldToEvents } from '../../yield'

/** Bytes of features up to which they are held between the passes; beyond it they are computed anew. */
const heldBytes = 256 * 2 ** 20

/** Directions of the images [batch, features + 1] and the network's probabilities for them [batch, classes]. */
interface Rows { directions: tf.Tensor2D, probabilities: tf.Tensor2D }

/**
 * Labels by clustering (SHOT, Liang et al. 2020, section 3.3): each class's centre is the mean of all images weighted by
 * their predictions; each image takes the nearest centre by angle; centres and labels are found once more from these
 * labels. Features have a 1 appended, as the authors do. A class that no image falls into is left out.
 * @param stream the images in their order; not shuffled
 * @returns class index of each image
 */
export async function clusterLabels(network: Network, stream: BatchStream, signal: AbortSignal): Promise<Int32Array> {
  const passes = new Passes(network, stream, signal)
  try {
    const classes = network.definition.classes.length
    let centres = new Centres(classes, network.featureLength + 1)
    await passes.each(({ directions, probabilities }) => centres.add(probabilities, directions))
    let labels = await passes.nearest(centres)
    const hard = new Centres(classes, network.featureLength + 1)
    let done = 0
    await passes.each(({ directions }) => {
      const part = tf.tensor1d(labels.subarray(done, done += directions.shape[0]), 'int32')
      hard.add(tf.cast(tf.oneHot(part, classes), 'float32') as tf.Tensor2D, directions)
    })
    centres = hard
    labels = await passes.nearest(centres)
    return labels
  } finally {
    passes.dispose()
  }
}

/** Weighted sums of directions, one per class; the mean's length does not matter to an angle. */
class Centres {
  private readonly sums: Float64Array
  private readonly weights: Float64Array

  constructor(private readonly classes: number, private readonly length: number) {
    this.sums = new Float64Array(classes * length)
    this.weights = new Float64Array(classes)
  }

  /** @param shares [batch, classes] */
  add(shares: tf.Tensor2D, directions: tf.Tensor2D): void {
    tf.matMul(shares, directions, true, false).dataSync().forEach((value, index) => { this.sums[index]! += value })
    tf.sum(shares, 0).dataSync().forEach((value, index) => { this.weights[index]! += value })
  }

  /** The nearest class of each row, in a tidy. */
  nearest(directions: tf.Tensor2D): Int32Array {
    const units = new Float32Array(this.sums.length)
    for (let index = 0; index < this.classes; index++) {
      const row = this.sums.subarray(index * this.length, (index + 1) * this.length)
      const norm = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0))
      if (this.weights[index]! > 0 && norm > 0) row.forEach((value, column) => { units[index * this.length + column] = value / norm })
    }
    const cosines = tf.matMul(directions, tf.tensor2d(units, [this.classes, this.length]), false, true)
    const absent = tf.tensor1d(Float32Array.from(this.weights, (weight) => weight > 0 ? 0 : -2))
    return tf.argMax(tf.add(cosines, absent), 1).dataSync<'int32'>()
  }
}

/** Several passes over the same images; small data is computed once and held. */
class Passes {
  private held: Rows[] = []

  constructor(private readonly network: Network, private readonly stream: BatchStream, private readonly signal: AbortSignal) {}

  /** Calls `visit` in a tidy for each batch, in order. */
  async each(visit: (rows: Rows) => void): Promise<void> {
    const { network, stream, signal } = this
    const hold = stream.count * (network.featureLength + 1) * 4 <= heldBytes
    for (let step = 0; step < stream.stepsPerEpoch; step++) {
      signal.throwIfAborted()
      const known = this.held[step]
      if (known) {
        tf.tidy(() => visit(known))
        continue
      }
      const { inputs, labels } = await stream.next(0, step)
      labels?.dispose()
      tf.tidy(() => {
        const rows = this.rowsOf(inputs as tf.Tensor4D)
        visit(rows)
        if (hold) this.held.push({ directions: tf.keep(rows.directions), probabilities: tf.keep(rows.probabilities) })
      })
      inputs.dispose()
      await yieldToEvents()
    }
  }

  async nearest(centres: Centres): Promise<Int32Array> {
    const labels = new Int32Array(this.stream.count)
    let done = 0
    await this.each(({ directions }) => {
      labels.set(centres.nearest(directions), done)
      done += directions.shape[0]
    })
    return labels
  }

  dispose(): void {
    for (const { directions, probabilities } of this.held) {
      directions.dispose()
      probabilities.dispose()
    }
    this.held = []
  }

  private rowsOf(inputs: tf.Tensor4D): Rows {
    const features = this.network.features(inputs, inference)
    const probabilities = tf.softmax(this.network.logits(features, inference))
    const extended = tf.concat([features, tf.ones([features.shape[0], 1])], 1)
    return { directions: tf.div(extended, tf.norm(extended, 2, 1, true)) as tf.Tensor2D, probabilities }
  }
}
