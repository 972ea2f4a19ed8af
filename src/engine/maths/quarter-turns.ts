import * as tf from '@tensorflow/tfjs-core'

/**
 * Square images turned by 0, 90, 180 and 270 degrees against the clock (Gidaris et al. 2018, section 3.2: transpositions
 * and flips, so that nothing is interpolated and no artefact tells the turn).
 * @param images [batch, side, side, channels]
 * @returns [4 · batch, side, side, channels]: all unturned ones, then all turned once, twice and three times
 */
export function quarterTurns(images: tf.Tensor4D): tf.Tensor4D {
  if (images.shape[1] !== images.shape[2]) throw new RangeError('only square images keep their shape in a quarter turn')
  return tf.tidy(() => {
    const transposed = tf.transpose(images, [0, 2, 1, 3])
    return tf.concat([images, tf.reverse(transposed, 1), tf.reverse(images, [1, 2]), tf.reverse(transposed, 2)], 0)
  })
}

/** The turn of each of those images, 0 to 3. @returns [4 · batch], int32 */
export const turnsOf = (batch: number): tf.Tensor1D =>
  tf.tensor1d(Int32Array.from({ length: 4 * batch }, (_, index) => Math.floor(index / batch)), 'int32')
