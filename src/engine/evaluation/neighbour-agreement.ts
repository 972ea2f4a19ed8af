import * as tf from '@tensorflow/tfjs-core'

/** Rows of the similarity matrix that are in memory at once. */
const blockRows = 500

/**
 * How far a network's answers agree with a vote of the nearest other images in its own features, beyond chance: Cohen's
 * kappa (Cohen 1960) between the answers and the votes. 1 where neighbours are answered alike, 0 where answers have nothing
 * to do with the features, or are all the same. Unlike information maximisation it does not ask the classes to come
 * equally often, so that it holds on a target of other class shares.
 * @param features [images, length], row by row; neighbours are those of greatest cosine
 * @param predictions a class for each image
 */
export function neighbourAgreement(features: Float32Array, length: number, predictions: Int32Array, classes: number, neighbours = 5): number {
  const images = predictions.length
  const asked = Math.min(neighbours, images - 1)
  if (asked < 1) return 0
  const votes = new Int32Array(images)
  const answer = tf.tidy(() => tf.oneHot(tf.tensor1d(predictions, 'int32'), classes))
  const directions = tf.tidy(() => {
    const rows = tf.tensor2d(features, [images, length])
    return tf.div(rows, tf.maximum(tf.norm(rows, 2, 1, true), 1e-12)) as tf.Tensor2D
  })
  try {
    for (let start = 0; start < images; start += blockRows) {
      const size = Math.min(blockRows, images - start)
      votes.set(tf.tidy(() => {
        const similarities = tf.matMul(tf.slice(directions, [start, 0], [size, length]), directions, false, true)
        const itself = tf.oneHot(tf.range(start, start + size, 1, 'int32'), images)
        const { indices } = tf.topk(tf.sub(similarities, tf.mul(itself, 1e9)), asked)
        const counted = tf.sum(tf.reshape(tf.gather(answer, tf.reshape(indices, [size * asked])), [size, asked, classes]), 1)
        return tf.argMax(counted, 1).dataSync<'int32'>()
      }), start)
    }
  } finally {
    tf.dispose([answer, directions])
  }
  return beyondChance(predictions, votes, classes)
}

/** Cohen's kappa of two lists of classes; 0 where chance alone would have them agree. */
function beyondChance(one: Int32Array, other: Int32Array, classes: number): number {
  const shares = [new Float64Array(classes), new Float64Array(classes)] as const
  let alike = 0
  for (const [image, label] of one.entries()) {
    shares[0][label]! += 1 / one.length
    shares[1][other[image]!]! += 1 / one.length
    if (label === other[image]) alike += 1 / one.length
  }
  const chance = shares[0].reduce((sum, share, label) => sum + share * shares[1][label]!, 0)
  return chance > 1 - 1e-9 ? 0 : (alike - chance) / (1 - chance)
}
