import * as tf from '@tensorflow/tfjs-core'
import { asNetworkProduct } from '../functions/network-products'

/**
 * The matrix product of a network's layer, as `tf.matMul`: in a step that is recorded in bfloat16 it and its gradients may be
 * computed so, where the products of a loss are not.
 * @param a [..., rows, inner]
 * @param b [..., inner, columns]; with `transposeB` [..., columns, inner]
 */
export function networkProduct(a: tf.Tensor, b: tf.Tensor, transposeB = false): tf.Tensor {
  return asNetworkProduct(() => tf.engine().runKernel(
    'BatchMatMul', { a, b }, { transposeA: false, transposeB, network: true } as unknown as tf.NamedAttrMap
  ))
}

/** @param stock the gradient of all products */
export const productGradient = (stock: tf.GradConfig): tf.GradConfig => ({
  ...stock,
  gradFunc: (dy, saved, attributes) => {
    const gradients = stock.gradFunc(dy, saved, attributes)
    if (!('network' in attributes)) return gradients
    return Object.fromEntries(Object.entries(gradients).map(([name, gradient]) => [name, () => asNetworkProduct(gradient)]))
  }
})
