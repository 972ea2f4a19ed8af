import * as tf from '@tensorflow/tfjs-core'
import type { Block, NetworkDefinition } from '../network/definition'
import { inference, type Network } from '../network/network'
import { blockOutputSize, blockSizes, type Size } from '../network/shapes'

/** The layer whose activations make the map: the last one that still has places. */
interface SaliencyLayer { block: string, layer: string, height: number, width: number }

/** Layers that only blur or thin out what the layer before them saw: a map over these would be coarser. */
const passive: readonly string[] = ['max-pooling', 'average-pooling', 'dropout', 'zero-padding']

/**
 * The last layer of the backbone whose output has more than one place and that is no pooling; undefined if there is none. Of a
 * transformer it is the last attention, and the places are its patches.
 */
export function saliencyLayer({ definition }: Network): SaliencyLayer | undefined {
  const attention = lastAttention(definition)
  if (attention) return attention
  let found: SaliencyLayer | undefined
  let size: Size = definition.input
  for (const block of definition.blocks) {
    for (const { kind, name } of block.layers) {
      const output = blockSizes(block, size).get(name)!
      if (output.length === 3 && output[0] * output[1] > 1 && !passive.includes(kind)) {
        found = { block: block.name, layer: name, height: output[0], width: output[1] }
      }
    }
    size = blockOutputSize(block, size)
  }
  return found
}

/**
 * Grad-CAM (Selvaraju et al. 2017, equations 1 and 2): with A the activations [height, width, channels] of the last layer
 * that has places, and y the logit of a class, each channel is weighted by the mean of ∂y/∂A over the places, and the map
 * is the positive part of the weighted sum. Here the map is scaled so that its highest place is 1. It is all zero if
 * nothing speaks for the class.
 *
 * @param inputs normalised images [batch, height, width, channels]
 * @param classes the class that each image is asked about
 * @returns one map [height, width] per image, row by row, or undefined if the network has no such layer
 */
export function gradCam(
  network: Network, inputs: tf.Tensor4D, classes: readonly number[]
): { height: number, width: number, maps: Float32Array[] } | undefined {
  const at = saliencyLayer(network)
  if (!at) return undefined
  const { height, width } = at
  if (lastAttention(network.definition)) return attentionMaps(network, inputs, classes, at)
  const { before, after } = split(network.definition.blocks, at)
  const values = tf.tidy(() => {
    const activations = network.runBlocks(before, inputs, inference) as tf.Tensor4D
    const wanted = tf.oneHot(tf.tensor1d([...classes], 'int32'), network.definition.classes.length, 1, 0, 'float32')
    const gradient = tf.grad((x: tf.Tensor) => {
      const output = network.runBlocks(after, x, inference)
      const features = output.rank === 2 ? output : tf.reshape(output, [output.shape[0]!, -1])
      return tf.sum(tf.mul(network.logits(features as tf.Tensor2D, inference), wanted))
    })(activations)
    return channelSum(activations, gradient as tf.Tensor4D).dataSync<'float32'>()
  })
  const places = height * width
  return { height, width, maps: classes.map((_, image) => scaled(values.slice(image * places, (image + 1) * places))) }
}

/** The last attention of a vision transformer, with the patches of its images. */
function lastAttention({ blocks, input }: NetworkDefinition): SaliencyLayer | undefined {
  const last = blocks.flatMap(({ name, layers }) => layers.flatMap((layer) => layer.kind === 'attention' ? [{ block: name, layer: layer.name }] : [])).at(-1)
  let size: Size = input
  for (const block of blocks) {
    const sizes = blockSizes(block, size)
    const at = block.layers.findIndex(({ kind }) => kind === 'tokens')
    const image = at < 0 ? undefined : at === 0 ? size : sizes.get(block.layers[at - 1]!.name)
    if (last && image?.length === 3) return { ...last, height: image[0], width: image[1] }
    size = blockOutputSize(block, size)
  }
  return undefined
}

/**
 * Gradient-weighted attention (Chefer et al. 2021, arXiv:2103.15679, equation 5) of the last attention: with A its probabilities
 * [heads, from, to] and y the logit of a class, what the class token looks at is the mean over the heads of the positive part of
 * ∂y/∂A · A. Scaled as Grad-CAM's maps.
 */
function attentionMaps(
  network: Network, inputs: tf.Tensor4D, classes: readonly number[], { block, layer, height, width }: SaliencyLayer
): { height: number, width: number, maps: Float32Array[] } {
  const places = height * width
  const values = tf.tidy(() => {
    const wanted = tf.oneHot(tf.tensor1d([...classes], 'int32'), network.definition.classes.length, 1, 0, 'float32')
    let seen: tf.Tensor | undefined
    const run = (change: (probabilities: tf.Tensor) => tf.Tensor): tf.Scalar =>
      tf.sum(tf.mul(network.forward(inputs, { ...inference, attention: { layer: `${block}.${layer}`, change } }), wanted))
    run((probabilities) => {
      seen = tf.keep(tf.clone(probabilities))
      return probabilities
    })
    // Nothing is added, and what that nothing would change is the gradient by the probabilities.
    const gradient = tf.grad((nothing: tf.Tensor) => run((probabilities) => tf.add(probabilities, nothing)))(tf.zerosLike(seen!))
    const looked = tf.mean(tf.relu(tf.mul(gradient, seen!)), 1)
    seen!.dispose()
    return tf.slice(looked, [0, 0, looked.shape[2]! - places], [-1, 1, places]).dataSync<'float32'>()
  })
  return { height, width, maps: classes.map((_, image) => scaled(values.slice(image * places, (image + 1) * places))) }
}

/**
 * The positive part of the sum over the channels, each weighted by the mean of its gradient: [batch, height, width].
 * @param activations and their gradient, [batch, height, width, channels]
 */
function channelSum(activations: tf.Tensor4D, gradient: tf.Tensor4D): tf.Tensor3D {
  return tf.tidy(() => tf.relu(tf.sum(tf.mul(activations, tf.mean(gradient, [1, 2], true)), 3)) as tf.Tensor3D)
}

function scaled(map: Float32Array): Float32Array {
  const highest = map.reduce((most, value) => Math.max(most, value), 0)
  return highest > 0 ? map.map((value) => value / highest) : map
}

/** The backbone cut in two after one layer. The second part takes that layer's output as its input. */
function split(blocks: readonly Block[], { block, layer }: SaliencyLayer): { before: Block[], after: Block[] } {
  const index = blocks.findIndex(({ name }) => name === block)
  const { layers, ...cut } = blocks[index]!
  const end = layers.findIndex(({ name }) => name === layer) + 1
  const rest = layers.slice(end).map((each) => ({
    ...each, ...(each.inputs && { inputs: each.inputs.map((name) => name === layer ? 'input' : name) })
  }))
  return {
    before: [...blocks.slice(0, index), { ...cut, layers: layers.slice(0, end) }],
    after: [...(rest.length > 0 ? [{ ...cut, layers: rest }] : []), ...blocks.slice(index + 1)]
  }
}
