import * as tf from '@tensorflow/tfjs-core'
import { stopGradient } from './stop-gradient'

/**
 * Hinton's distillation (Hinton et al. 2015, section 2): T² · mean KL(softmax(teacher / T) ‖ softmax(student / T)),
 * the cross-entropy with soft targets less the teacher's own entropy, so that 0 is a perfect copy. T² keeps the
 * gradient's size when the temperature changes.
 * @param student logits [batch, classes]
 * @param teacher logits [batch, classes]; no gradient flows into it
 */
export function distillation(student: tf.Tensor2D, teacher: tf.Tensor2D, temperature: number): tf.Scalar {
  return tf.tidy(() => {
    const wanted = tf.logSoftmax(tf.div(stopGradient(teacher), temperature))
    const given = tf.logSoftmax(tf.div(student, temperature))
    const divergence = tf.sum(tf.mul(tf.exp(wanted), tf.sub(wanted, given)), 1)
    return tf.mul(tf.mean(divergence), temperature * temperature) as tf.Scalar
  })
}

/**
 * Distillation from several teachers: T² · mean KL(p ‖ softmax(student / T)), where p is the mean of the teachers' softmax
 * at T (Hinton et al. 2015, section 1, and You et al. 2017, equation 5). With one teacher it is `distillation`.
 * @param student logits [batch, classes]
 * @param teachers logits [batch, classes] of each; no gradient flows into them
 */
export function distillationFromMany(student: tf.Tensor2D, teachers: readonly tf.Tensor2D[], temperature: number): tf.Scalar {
  return tf.tidy(() => {
    const softened = teachers.map((teacher) => tf.softmax(tf.div(stopGradient(teacher), temperature)))
    const wanted = tf.div(tf.addN(softened), teachers.length)
    const given = tf.logSoftmax(tf.div(student, temperature))
    // Where all teachers say 0, 0 · log 0 is 0.
    const divergence = tf.sum(tf.mul(wanted, tf.sub(tf.log(tf.maximum(wanted, 1e-30)), given)), 1)
    return tf.mul(tf.mean(divergence), temperature * temperature) as tf.Scalar
  })
}

/**
 * FitNets' hint (Romero et al. 2015, equation 3), as RepDistiller trains it: the mean squared difference, in place of
 * half its sum, so that its size does not depend on the layer's.
 * @param student what the regressor makes of the student's layer
 * @param teacher the teacher's layer, of the same shape; no gradient flows into it
 */
export function hint(student: tf.Tensor, teacher: tf.Tensor): tf.Scalar {
  return tf.tidy(() => tf.mean(tf.square(tf.sub(student, stopGradient(teacher)))))
}
