import * as tf from '@tensorflow/tfjs-core'
import { biasReluMaxPooling } from '../runtime/kernels/bias-relu-pooling'
import type { Block, LayerOf } from './definition'
import { paddedFor, type LayerContext } from './layers'

/** Three layers in a row that are cheaper as one. */
interface PooledConvolution { convolution: LayerOf<'convolution'>, pooling: LayerOf<'max-pooling'> }

/** Convolution, ReLU and max-pooling from `index` on, whose outputs in between no other layer reads. */
export function pooledConvolutionAt(block: Block, index: number): PooledConvolution | undefined {
  const [convolution, relu, pooling] = block.layers.slice(index, index + 3)
  if (convolution?.kind !== 'convolution' || relu?.kind !== 'relu' || pooling?.kind !== 'max-pooling') return undefined
  if (relu.inputs || pooling.inputs || (typeof pooling.padding === 'number' && pooling.padding > 0)) return undefined
  const readElsewhere = block.layers.some(({ inputs }) => inputs?.includes(convolution.name) || inputs?.includes(relu.name))
  return readElsewhere ? undefined : { convolution, pooling }
}

/** The output of the three layers; `context` is the convolution's. */
export function applyPooledConvolution({ convolution, pooling }: PooledConvolution, x: tf.Tensor4D, context: LayerContext): tf.Tensor {
  const [input, padding] = paddedFor(convolution, x)
  return biasReluMaxPooling(
    tf.conv2d(input, context.weight('kernel') as tf.Tensor as tf.Tensor4D, convolution.strides, padding),
    convolution.bias ? context.weight('bias') : undefined,
    pooling.size, pooling.strides, pooling.padding === 'same' ? 'same' : 'valid'
  )
}
