import * as tf from '@tensorflow/tfjs-core'
import { crossEntropy } from '../../maths/cross-entropy'
import { inference, type Network } from '../../network/network'
import type { BatchStream } from '../../batches/batch-stream'
import { yieldToEvents } from '../../yield'

/**
 * How much the loss rises when a channel is switched off, for each channel of each named block: the mean over some
 * batches (DELTA, Li et al. 2019, section 3.3; there the filter is set to zero, here what leaves the block).
 * @param images labelled batches
 * @returns scores [blocks][channels]
 */
export async function channelScores(
  network: Network, names: readonly string[], images: BatchStream, batches: number, signal: AbortSignal
): Promise<number[][]> {
  const count = Math.min(batches, images.stepsPerEpoch)
  const scores = names.map((name) => new Array<number>(network.sizeOf(name).at(-1)!).fill(0))
  for (let step = 0; step < count; step++) {
    const { inputs, labels } = await images.next(0, step)
    const { blocks, loss } = tf.tidy(() => {
      const { features, blocks } = network.outputs(inputs as tf.Tensor4D, names, inference)
      return { blocks, loss: crossEntropy(network.logits(features, inference), labels!).dataSync()[0]! }
    })
    try {
      for (const [index, name] of names.entries()) {
        for (const channel of scores[index]!.keys()) {
          signal.throwIfAborted()
          scores[index]![channel]! += (lossWithout(network, name, blocks[index]!, channel, labels!) - loss) / count
          if (channel % 16 === 15) await yieldToEvents()
        }
      }
    } finally {
      tf.dispose([inputs, labels!, ...blocks])
    }
  }
  return scores
}

function lossWithout(network: Network, name: string, output: tf.Tensor, channel: number, labels: tf.Tensor1D): number {
  return tf.tidy(() => {
    const length = output.shape.at(-1)!
    const others = tf.tensor1d(Float32Array.from({ length }, (_, index) => index === channel ? 0 : 1))
    return crossEntropy(network.logitsAfter(name, tf.mul(output, others), inference), labels).dataSync()[0]!
  })
}
