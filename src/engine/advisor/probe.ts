import * as tf from '@tensorflow/tfjs-core'
import type { Pace } from '../../contract/advice'
import type { DatasetView } from '../../library/datasets'
import { ImageStream } from '../batches/batches'
import { crossEntropy } from '../maths/cross-entropy'
import { inference, type Network } from '../network/network'
import { withHeadFor } from '../surgery/surgery'
import { everything } from '../training/data'
import { openStepComputer } from '../training/step-computer'
import { yieldToEvents } from '../yield'

const mostSteps = 20
/** Seconds after which no further step is tried: a large network tells its pace in two. */
const mostSeconds = 6

/**
 * Up to twenty gradient steps on all weights of the network, with a new head and made-up labels, as a measure of time and memory alone: nothing is learned, and no
 * label is read. The steps are computed as a training's are where it is long: as functions, where they can be.
 */
export async function probePace(
  network: Network, target: DatasetView, classes: readonly string[], { signal, looking }: { signal: AbortSignal, looking?: number | undefined }
): Promise<Pace> {
  const count = target.dataset.splits.train?.count ?? 0
  const { input, normalisation } = network.definition
  const batchSize = Math.min(count, input[0] * input[1] >= 64 * 64 ? 8 : 32)
  const { network: tuned } = withHeadFor(network, classes, 1)
  const stream = new ImageStream({
    reader: target, split: 'train', positions: everything(Math.min(count, batchSize * mostSteps)), input, normalisation, batchSize, seed: 1, name: 'probe',
    shuffle: false, dropLast: count >= batchSize
  })
  try {
    const labels = tf.tidy(() => tf.tensor1d(Int32Array.from({ length: batchSize }, (_, index) => index % classes.length), 'int32'))
    const weightBytes = [...tuned.weights.values()].reduce((sum, { size }) => sum + 4 * size, 0)
    const computer = await openStepComputer({ functions: true, precision: 'float32' })
    let [steps, seconds, held, seen] = [0, 0, 0, looking]
    for (let step = 0; step < mostSteps && (steps < 2 || seconds < mostSeconds); step++) {
      signal.throwIfAborted()
      const { inputs } = await stream.next(0, step % stream.stepsPerEpoch)
      try {
        if (seen === undefined) {
          tf.tidy(() => tuned.features(inputs as tf.Tensor4D, inference).dataSync())
          const began = performance.now()
          tf.tidy(() => tuned.features(inputs as tf.Tensor4D, inference).dataSync())
          seen = 1000 * batchSize / (performance.now() - began)
        }
        const began = performance.now()
        const before = tf.memory().numBytes
        computer.compute(() => tf.tidy(() => {
          const trainable = [...tuned.weights.values()].filter((weight) => weight.trainable)
          const { grads, value } = tf.variableGrads(() => {
            const loss = crossEntropy(tuned.forward(inputs as tf.Tensor4D, { training: true, randomKey: ['probe', step] }), labels)
            held = Math.max(held, tf.memory().numBytes - before)
            return loss
          }, trainable)
          value.dataSync()
          Object.values(grads).at(-1)?.dataSync()
        }))
        // The first step also sets things up, and compiles.
        if (step > 0) {
          steps += 1
          seconds += (performance.now() - began) / 1000
        }
      } finally {
        inputs.dispose()
      }
      await yieldToEvents()
    }
    labels.dispose()
    // Weights, their gradients, what the optimiser keeps and the best epoch's copy; of each image what the way back needs, and as much again on that way.
    return { looking: seen!, training: steps * batchSize / seconds, baseBytes: 4 * weightBytes, bytesPerImage: 2 * held / batchSize, steps }
  } finally {
    await stream.close()
    tuned.dispose()
  }
}
