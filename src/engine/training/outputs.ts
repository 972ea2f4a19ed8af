import * as tf from '@tensorflow/tfjs-core'
import type { BatchStream } from '../batches/batch-stream'
import { openLook } from '../network/look'
import { inference, type Network } from '../network/network'
import { yieldToEvents } from '../yield'
import type { Pass } from './pass'
import type { GradientStage } from './stage'

/** How the stage's network sees the images of its target. */
export const passOf = (stage: GradientStage, network: Network): Pass => ({
  features: (inputs) => stage.featuresOf ? tf.clone(inputs) as tf.Tensor2D : network.features(inputs as tf.Tensor4D, inference),
  logits: (features) => network.logits(features, inference)
})

/** How it sees the images of its source: with the statistics or the encoder that are the source's own, where there are such. */
export const sourcePassOf = (stage: GradientStage, network: Network): Pass => stage.source ?? passOf(stage, network)

/** Logits [images, classes] and features [images, length] of all images of a stream, in its order. The stream must not shuffle. */
export async function allOutputs(
  pass: Pass, { definition, featureLength }: Network, stream: BatchStream, signal: AbortSignal
): Promise<{ logits: Float32Array, features: Float32Array }> {
  const logits = new Float32Array(stream.count * definition.classes.length)
  const features = new Float32Array(stream.count * featureLength)
  const look = await openLook(definition, stream.count)
  let [logitsAt, featuresAt] = [0, 0]
  for (let step = 0; step < stream.stepsPerEpoch; step++) {
    signal.throwIfAborted()
    const { inputs, labels } = await stream.next(0, step)
    labels?.dispose()
    const both = (): [tf.Tensor2D, tf.Tensor2D] => tf.tidy(() => {
      const vectors = pass.features(inputs)
      return [vectors, pass.logits(vectors)]
    })
    const [seen, said] = inputs.rank === 2 ? both() : look(inputs.shape[0]!, both)
    inputs.dispose()
    const [vectors, values] = await Promise.all([seen.data<'float32'>(), said.data<'float32'>()]).finally(() => tf.dispose([seen, said]))
    features.set(vectors, featuresAt)
    logits.set(values, logitsAt)
    featuresAt += vectors.length
    logitsAt += values.length
    await yieldToEvents()
  }
  return { logits, features }
}
