import type * as tf from '@tensorflow/tfjs-core'
import type { NodeJSKernelBackend } from '@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend'
import { operationsOf } from './shared/native'

/** Multiplications up to which a product stays in one thread. */
const smallProduct = 4_000_000

/**
 * Small matrix products by TensorFlow's MatMul instead of BatchMatMulV2, which stock tfjs takes for all and which shares even
 * the smallest out among threads: a head of 512×10 at batch 64 takes 0.025 ms instead of 0.07, and most of a linear probe's
 * step is that. Large ones stay: there MatMul is up to three times slower.
 *
 * @param stock the backend's own kernel
 */
export function smallMatrixProduct(stock: tf.KernelConfig): tf.KernelConfig {
  return {
    ...stock,
    kernelFunc: (call) => {
      const { a, b } = call.inputs as Record<'a' | 'b', tf.TensorInfo>
      const { transposeA, transposeB } = call.attrs as unknown as { transposeA: boolean, transposeB: boolean }
      if (a.shape.length !== 2 || b.shape.length !== 2 || a.dtype !== 'float32' || b.dtype !== 'float32') return stock.kernelFunc(call)
      const columns = b.shape[transposeB ? 0 : 1]!
      if (a.shape[0]! * a.shape[1]! * columns > smallProduct) return stock.kernelFunc(call)
      const native = operationsOf(call.backend as NodeJSKernelBackend)
      return native.run('MatMul', [a, b], [native.float(), native.flag('transpose_a', transposeA), native.flag('transpose_b', transposeB)])
    }
  }
}
