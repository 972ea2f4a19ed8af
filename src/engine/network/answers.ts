import * as tf from '@tensorflow/tfjs-core'
import type { NetworkDefinition } from './definition'
import { inference, type Network } from './network'
import { sameClasses } from '../../rules/classes'

/**
 * Logits of a saved network on images that were normalised for another one, with the classes in the wanted order. Its
 * statistics and dropout are those of inference.
 * @param classes the same names as the teacher's, in any order
 */
export function answersOf(
  teacher: Network, classes: readonly string[], inputsFor: NetworkDefinition
): (inputs: tf.Tensor4D) => tf.Tensor2D {
  const { definition } = teacher
  const order = sameClasses(definition.classes, classes) ? undefined : classes.map((name) => definition.classes.indexOf(name))
  return (inputs) => tf.tidy(() => {
    const logits = teacher.forward(inputsAs(inputs, inputsFor, definition), inference)
    return order ? tf.gather(logits, order, 1) : logits
  })
}

/** Images normalised for one network as another one takes them: its size (bilinear), channels and normalisation. */
export function inputsAs(inputs: tf.Tensor4D, from: NetworkDefinition, to: NetworkDefinition): tf.Tensor4D {
  const [height, width, channels] = to.input
  const sameSize = from.input[0] === height && from.input[1] === width
  const alike = JSON.stringify([from.normalisation, from.input[2]]) === JSON.stringify([to.normalisation, channels])
  if (sameSize && alike) return inputs
  return tf.tidy(() => {
    const sized = sameSize ? inputs : tf.image.resizeBilinear(inputs, [height, width], false, true)
    if (alike) return sized
    const { normalisation: old } = from
    const bytes = tf.add(tf.mul(sized, tf.tensor1d(old.standardDeviation)), tf.tensor1d(old.mean)) as tf.Tensor4D
    const { normalisation: wanted } = to
    return tf.div(tf.sub(withChannels(bytes, channels), tf.tensor1d(wanted.mean)), tf.tensor1d(wanted.standardDeviation))
  })
}

/** Grey repeated in three channels, or three as grey by ITU-R 601's luma, as the batches do. */
function withChannels(images: tf.Tensor4D, channels: number): tf.Tensor4D {
  const own = images.shape[3]
  if (own === channels) return images
  if (own === 1) return tf.tile(images, [1, 1, 1, channels])
  return tf.sum(tf.mul(images, tf.tensor1d([0.299, 0.587, 0.114])), 3, true)
}
