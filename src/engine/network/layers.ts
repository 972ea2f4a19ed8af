import * as tf from '@tensorflow/tfjs-core'
import { randomStream } from '../random'
import { batchNormalisationTraining } from '../runtime/kernels/batch-normalisation'
import { networkProduct } from '../runtime/kernels/network-product'
import { attention, withTokens } from './attention'
import { gelu, hardSigmoid, layerNormalisation } from './activations'
import type { Layer, LayerOf } from './definition'
import { runGraph } from './graph-layer'

/** How a block is run. */
export interface LayerContext {
  /** Weight of this layer by its short name (`kernel`, `bias`, …). */
  weight(name: string): tf.Variable
  /** Batch statistics and dropout; false for inference and for frozen blocks. */
  training: boolean
  /** Whether training drops out. */
  dropout: boolean
  /** How far a batch moves the statistics of a batch normalisation; the layer's own momentum when absent. */
  statisticsMomentum?: number
  /** Where the layer's own momentum is smaller, this one is taken. */
  leastMomentum?: number
  /** What is done to the probabilities of an attention, [batch, heads, from, to], before they are used. */
  attention?: ((probabilities: tf.Tensor) => tf.Tensor) | undefined
  /** Names the stream that dropout draws from. */
  randomKey: readonly (string | number)[]
}

/** The image with so many zeros around it, and the padding that is left to do. */
function padded(x: tf.Tensor4D, padding: 'same' | 'valid' | number): [tf.Tensor4D, 'same' | 'valid'] {
  if (typeof padding !== 'number') return [x, padding]
  return [padding === 0 ? x : tf.pad(x, [[0, 0], [padding, padding], [padding, padding], [0, 0]]), 'valid']
}

function withBias(x: tf.Tensor, layer: { bias: boolean }, context: LayerContext): tf.Tensor {
  return layer.bias ? tf.add(x, context.weight('bias')) : x
}

/**
 * The image for a convolution, and the padding that is left to do. Around a window that moves pixel by pixel 'same' is as
 * many zeros as half of it, and needs no larger copy of the image: a step of ResNet-20 spent a tenth of its time on these.
 */
export function paddedFor({ padding, kernelSize, strides }: Pick<LayerOf<'convolution'>, 'padding' | 'kernelSize' | 'strides'>, x: tf.Tensor4D): [tf.Tensor4D, 'same' | 'valid'] {
  const moves = strides[0] === 1 && strides[1] === 1
  const isSame = typeof padding === 'number' && moves && kernelSize.every((side) => side === 2 * padding + 1)
  return padded(x, isSame ? 'same' : padding)
}

function convolution(layer: LayerOf<'convolution'>, x: tf.Tensor4D, context: LayerContext): tf.Tensor {
  const [input, padding] = paddedFor(layer, x)
  return withBias(tf.conv2d(input, context.weight('kernel') as tf.Tensor as tf.Tensor4D, layer.strides, padding), layer, context)
}

function depthwiseConvolution(layer: LayerOf<'depthwise-convolution'>, x: tf.Tensor4D, context: LayerContext): tf.Tensor {
  const [input, padding] = paddedFor(layer, x)
  const kernel = context.weight('depthwiseKernel') as tf.Tensor as tf.Tensor4D
  return withBias(tf.depthwiseConv2d(input, kernel, layer.strides, padding), layer, context)
}

/** Batch normalisation; in training it moves its averages by `momentum` with the unbiased variance, as PyTorch does. */
function batchNormalisation(layer: LayerOf<'batch-normalisation'>, x: tf.Tensor, context: LayerContext): tf.Tensor {
  const [gamma, beta] = [context.weight('gamma'), context.weight('beta')]
  const [movingMean, movingVariance] = [context.weight('movingMean'), context.weight('movingVariance')]
  if (!context.training) {
    return tf.batchNorm(
      x as tf.Tensor4D, movingMean as tf.Tensor as tf.Tensor1D, movingVariance as tf.Tensor as tf.Tensor1D,
      beta as tf.Tensor as tf.Tensor1D, gamma as tf.Tensor as tf.Tensor1D, layer.epsilon
    )
  }
  const momentum = context.statisticsMomentum ?? Math.max(layer.momentum, context.leastMomentum ?? 0)
  const { y, mean, variance } = batchNormalisationTraining(x, gamma, beta, layer.epsilon, { mean: movingMean, variance: movingVariance, momentum })
  if (momentum === 0) return y
  movingMean.assign(mean)
  movingVariance.assign(variance)
  return y
}

function dropout(layer: LayerOf<'dropout'>, x: tf.Tensor, context: LayerContext): tf.Tensor {
  if (!context.training || !context.dropout || layer.rate === 0) return x
  const random = randomStream(...context.randomKey, 'dropout', layer.name)
  const scale = 1 / (1 - layer.rate)
  const shape = layer.wholeChannels ? [x.shape[0]!, ...x.shape.slice(1, -1).map(() => 1), x.shape[x.rank - 1]!] : x.shape
  const mask = new Float32Array(shape.reduce((product, length) => product * length, 1))
  for (let index = 0; index < mask.length; index++) mask[index] = random.uniform() < layer.rate ? 0 : scale
  return tf.mul(x, tf.tensor(mask, shape))
}

function paddedShortcut(layer: LayerOf<'padded-shortcut'>, x: tf.Tensor4D): tf.Tensor {
  const channels = x.shape[3]
  // A window of one pixel takes every stride-th: tfjs has no gradient for a strided slice.
  const sampled = layer.stride === 1 ? x : tf.avgPool(x, 1, layer.stride, 'valid')
  const before = Math.floor((layer.channels - channels) / 2)
  return tf.pad(sampled, [[0, 0], [0, 0], [0, 0], [before, layer.channels - channels - before]])
}

function pooling(layer: LayerOf<'max-pooling'> | LayerOf<'average-pooling'>, x: tf.Tensor4D): tf.Tensor {
  if (layer.kind === 'average-pooling') {
    const [input, padding] = padded(x, layer.padding)
    return tf.avgPool(input, layer.size, layer.strides, padding)
  }
  if (typeof layer.padding === 'number' && layer.padding > 0) {
    const sides: [number, number] = [layer.padding, layer.padding]
    return tf.maxPool(tf.pad(x, [[0, 0], sides, sides, [0, 0]], -3.4e38), layer.size, layer.strides, 'valid')
  }
  return tf.maxPool(x, layer.size, layer.strides, layer.padding === 'same' ? 'same' : 'valid')
}

/** One layer's output; tensors are [batch, height, width, channels] or [batch, features]. */
export function applyLayer(layer: Layer, inputs: readonly tf.Tensor[], context: LayerContext): tf.Tensor {
  const x = inputs[0]!
  const image = x as tf.Tensor4D
  switch (layer.kind) {
    case 'convolution': return convolution(layer, image, context)
    case 'depthwise-convolution': return depthwiseConvolution(layer, image, context)
    case 'dense': return withBias(networkProduct(x, context.weight('kernel')), layer, context)
    case 'batch-normalisation': return batchNormalisation(layer, x, context)
    case 'relu': return tf.relu(x)
    case 'relu6': return tf.relu6(x)
    case 'silu': return tf.mul(x, tf.sigmoid(x))
    case 'gelu': return gelu(x)
    case 'sigmoid': return tf.sigmoid(x)
    case 'hard-sigmoid': return hardSigmoid(x)
    case 'hard-swish': return tf.mul(x, hardSigmoid(x))
    case 'layer-normalisation': return layerNormalisation(x, context.weight('gamma'), context.weight('beta'), layer.epsilon)
    case 'channel-scale': return tf.mul(x, context.weight('scale'))
    case 'tokens': return withTokens(image, context.weight('tokens'))
    case 'positions': return tf.add(x, tf.expandDims(context.weight('positions'), 1))
    case 'attention': return attention(image, layer.heads, context.attention)
    case 'first-token': return tf.reshape(tf.slice(image, [0, 0, 0, 0], [-1, 1, 1, -1]), [x.shape[0]!, -1])
    case 'squeeze': return tf.mean(x, [1, 2], true)
    case 'multiply': return tf.mul(x, inputs[1]!)
    case 'max-pooling':
    case 'average-pooling': return pooling(layer, image)
    case 'global-average-pooling': return tf.mean(x, [1, 2])
    case 'flatten': return tf.reshape(x, [x.shape[0]!, -1])
    case 'dropout': return dropout(layer, x, context)
    case 'add': return inputs.slice(1).reduce((sum, input) => tf.add(sum, input), x)
    case 'padded-shortcut': return paddedShortcut(layer, image)
    case 'graph': return runGraph(layer, image, context.weight('graph'))
    case 'zero-padding': {
      const [top, bottom, left, right] = layer.sides
      return tf.pad(image, [[0, 0], [top, bottom], [left, right], [0, 0]])
    }
  }
}
