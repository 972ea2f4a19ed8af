import * as tf from '@tensorflow/tfjs-core'

/**
 * Half the squared distance of weights from others (L2-SP, Li et al. 2018, without its factor):
 * ½ Σ ‖w − w⁰‖² over all of them; ½ Σ ‖w‖² where no others are given (plain L2, for a new head).
 * @param weights by name
 * @param start where they started, under the same names; no gradient flows into them
 */
export function squaredDistance(weights: ReadonlyMap<string, tf.Tensor>, start?: ReadonlyMap<string, tf.Tensor>): tf.Scalar {
  return tf.tidy(() => {
    const terms = [...weights].map(([name, weight]) => {
      const origin = start?.get(name)
      if (start && !origin) throw new RangeError(`no start for ${name}`)
      const compute = tf.customGrad((value, save) => {
        const difference = origin ? tf.sub(value as tf.Tensor, origin) : tf.clone(value as tf.Tensor)
        ;(save as tf.GradSaveFunc)([difference])
        return {
          value: tf.div(tf.sum(tf.square(difference)), 2),
          gradFunc: (dy: tf.Tensor, [saved]: tf.Tensor[]) => tf.mul(saved!, dy)
        }
      })
      return compute(weight)
    })
    if (terms.length === 0) return tf.scalar(0)
    return terms.reduce((sum, term) => tf.add(sum, term)) as tf.Scalar
  })
}
