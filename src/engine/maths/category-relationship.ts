import * as tf from '@tensorflow/tfjs-core'

/**
 * How a source's classes stand to a target's (Co-Tuning, You et al. 2020, section 3.3, the direct approach): p(source
 * class | target class) is the mean of the source model's predictions for the images of the target class.
 */
export class CategoryRelationship {
  private readonly sums: Float64Array
  private readonly counts: Float64Array

  constructor(private readonly targets: number, private readonly sources: number) {
    this.sums = new Float64Array(targets * sources)
    this.counts = new Float64Array(targets)
  }

  /**
   * @param logits of the source's classes [batch, source classes]
   * @param labels target classes [batch]
   */
  add(logits: tf.Tensor2D, labels: ArrayLike<number>): void {
    const probabilities = tf.tidy(() => tf.softmax(logits).dataSync())
    for (let row = 0; row < labels.length; row++) {
      const label = labels[row]!
      this.counts[label]!++
      for (let column = 0; column < this.sources; column++) {
        this.sums[label * this.sources + column]! += probabilities[row * this.sources + column]!
      }
    }
  }

  /** [target classes, source classes], each row with a sum of 1; a class without images stands to all classes alike. */
  rows(): tf.Tensor2D {
    const values = Float32Array.from(this.sums, (sum, index) => {
      const count = this.counts[Math.floor(index / this.sources)]!
      return count === 0 ? 1 / this.sources : sum / count
    })
    return tf.tensor2d(values, [this.targets, this.sources])
  }
}
