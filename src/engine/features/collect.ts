import * as tf from '@tensorflow/tfjs-core'
import { z } from 'zod'
import { GraftError } from '../../contract/errors'
import { openLook } from '../network/look'
import { inference, type Network } from '../network/network'
import type { BatchStream } from '../batches/batch-stream'
import { yieldToEvents } from '../yield'
import type { Examples, FitHooks } from './examples'

/** What is looked at of an image. */
export const featureChoiceSchema = z.object({
  /** The output of a block; the backbone's features when absent. */
  block: z.string().optional(),
  /** The normalised pixels themselves. */
  pixels: z.boolean(),
  /** Maps are averaged over their pixels, so that a channel is one number. */
  average: z.boolean()
})
export type FeatureChoice = z.infer<typeof featureChoiceSchema>

/** Largest table of features in memory, in bytes. */
const limitBytes = 2 ** 30

/** Whether what is looked at is what the backbone ends in: features that are kept once they have been computed. */
export const isBackbone = ({ block, pixels }: FeatureChoice): boolean => !pixels && block === undefined

/** Features [batch, length] of normalised images, in inference mode; features that are there already as they are. */
export function featuresOf(network: Network, inputs: tf.Tensor, { block, pixels, average }: FeatureChoice): tf.Tensor2D {
  return tf.tidy(() => {
    if (inputs.rank === 2) return tf.clone(inputs as tf.Tensor2D)
    const images = inputs as tf.Tensor4D
    const output: tf.Tensor = pixels ? images : block === undefined ? network.features(images, inference) : network.blockOutput(images, block, inference)
    if (output.rank === 4 && average && !pixels) return tf.mean(output, [1, 2]) as tf.Tensor2D
    return tf.reshape(output, [output.shape[0]!, -1])
  })
}

/** Numbers in the feature vector of one image. */
function featureLength(network: Network, { block, pixels, average }: FeatureChoice): number {
  const size = pixels ? network.definition.input : block === undefined ? [network.featureLength] : network.sizeOf(block)
  return average && !pixels ? size[size.length - 1]! : size.reduce((product, length) => product * length, 1)
}

/**
 * Features of a labelled source that does not shuffle, in its order.
 * @throws GraftError `too-many-features` where they would not fit into memory
 */
export async function collectFeatures(
  network: Network, choice: FeatureChoice, images: BatchStream, classes: number, { signal, onProgress }: FitHooks
): Promise<Examples> {
  const length = featureLength(network, choice)
  const { count } = images
  if (count * length * 4 > limitBytes) throw tooMany(count, length)
  const values = new Float32Array(count * length)
  const labels = new Int32Array(count)
  const look = await openLook(network.definition, count)
  let done = 0
  for (let step = 0; step < images.stepsPerEpoch; step++) {
    signal.throwIfAborted()
    const batch = await images.next(0, step)
    const features = look(batch.positions.length, () => featuresOf(network, batch.inputs, choice))
    try {
      values.set(features.dataSync<'float32'>(), done * length)
      labels.set(batch.labels!.dataSync<'int32'>(), done)
    } finally {
      tf.dispose([features, batch.inputs, batch.labels!])
    }
    done += batch.positions.length
    onProgress(done, count)
    await yieldToEvents()
  }
  return { values, length, labels, classes }
}

const tooMany = (count: number, length: number): GraftError => new GraftError('too-many-features', {
  en: `${length} features of ${count} images do not fit into memory.`, zh: `${count} 张图像、每张 ${length} 个特征，内存放不下。`
}, {
  usage: true, field: 'method.params.block',
  remedy: {
    en: 'Choose a later block, average its maps, or grant fewer labels.', zh: '请选择更靠后的块、对特征图取平均，或减少授予的标签。'
  }
})

/** Brings each feature to mean 0 and standard deviation 1 over the examples; a constant one to 0. */
export interface Standardisation { mean: Float32Array, scale: Float32Array }

export function standardisationOf({ values, length, labels }: Examples): Standardisation {
  const count = labels.length
  const [sums, squares] = [new Float64Array(length), new Float64Array(length)]
  values.forEach((value, index) => { sums[index % length]! += value })
  const mean = sums.map((sum) => sum / count)
  values.forEach((value, index) => { squares[index % length]! += (value - mean[index % length]!) ** 2 })
  return {
    mean: Float32Array.from(mean),
    scale: Float32Array.from(squares, (sum, index) => {
      const deviation = Math.sqrt(sum / count)
      return deviation > 1e-7 * Math.max(1, Math.abs(mean[index]!)) ? deviation : 1
    })
  }
}

/** In place. */
export function standardise({ values, length }: Examples, { mean, scale }: Standardisation): void {
  for (let index = 0; index < values.length; index++) {
    values[index] = (values[index]! - mean[index % length]!) / scale[index % length]!
  }
}
