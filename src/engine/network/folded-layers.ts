import * as tf from '@tensorflow/tfjs-core'
import { biasActivation, type Activation } from '../runtime/kernels/bias-activation'
import type { Block, Layer, LayerOf } from './definition'
import { paddedFor, type LayerContext } from './layers'

/** A convolution with its batch normalisation in its weights, and the activation after both. */
interface FoldedConvolution {
  convolution: LayerOf<'convolution'> | LayerOf<'depthwise-convolution'>
  normalisation: LayerOf<'batch-normalisation'>
  activation: Activation
  /** How many layers it stands for. */
  length: 2 | 3
}

/** Whether the output of a layer goes to the next one alone. */
const readByNextAlone = ({ layers }: Block, index: number): boolean =>
  layers[index + 1] !== undefined && layers[index + 1]!.inputs === undefined && !layers.some(({ inputs }) => inputs?.includes(layers[index]!.name))

const activationOf = (layer: Layer | undefined): Activation => layer?.kind === 'relu' || layer?.kind === 'relu6' ? layer.kind : 'none'

/** Convolution, batch normalisation and, where one follows, ReLU or ReLU6 from `index` on, whose outputs in between no other layer reads. */
export function foldedConvolutionAt(block: Block, index: number): FoldedConvolution | undefined {
  const [convolution, normalisation, after] = block.layers.slice(index, index + 3)
  if (convolution?.kind !== 'convolution' && convolution?.kind !== 'depthwise-convolution') return undefined
  if (normalisation?.kind !== 'batch-normalisation' || !readByNextAlone(block, index)) return undefined
  const activation = readByNextAlone(block, index + 1) ? activationOf(after) : 'none'
  return { convolution, normalisation, activation, length: activation === 'none' ? 2 : 3 }
}

/**
 * The output of the layers with the moving statistics, outside of any gradient: with s = γ / √(variance + ε),
 * γ (W ∗ x + b − mean) / √(variance + ε) + β = (W s) ∗ x + (b − mean) s + β. The weights are few beside the outputs of a batch.
 * @param contextOf of a layer by its name
 */
export function applyFoldedConvolution(
  { convolution, normalisation, activation }: FoldedConvolution, x: tf.Tensor4D, contextOf: (layer: string) => Pick<LayerContext, 'weight'>
): tf.Tensor {
  const [own, { weight }] = [contextOf(convolution.name), contextOf(normalisation.name)]
  const [input, padding] = paddedFor(convolution, x)
  const scale = tf.mul(weight('gamma'), tf.rsqrt(tf.add(weight('movingVariance'), normalisation.epsilon)))
  const shift = convolution.bias ? tf.sub(weight('movingMean'), own.weight('bias')) : weight('movingMean')
  const bias = tf.sub(weight('beta'), tf.mul(shift, scale)) as tf.Tensor1D
  if (convolution.kind === 'convolution') {
    return biasActivation(tf.conv2d(input, tf.mul(own.weight('kernel'), scale) as tf.Tensor4D, convolution.strides, padding), bias, activation)
  }
  const kernel = own.weight('depthwiseKernel')
  const scaled = tf.mul(kernel, tf.reshape(scale, kernel.shape.slice(2))) as tf.Tensor4D
  return biasActivation(tf.depthwiseConv2d(input, scaled, convolution.strides, padding), bias, activation)
}
