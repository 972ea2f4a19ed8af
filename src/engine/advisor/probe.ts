import * as tf from '@tensorflow/tfjs-core'
import type { KnownPace, Pace } from '../../contract/advice'
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

/** What is tried, on a network with a new head. */
interface Trial {
  tuned: Network
  batchSize: number
  labels: tf.Tensor1D
  /** The images of a step. Whoever takes them disposes of them. */
  images(step: number): Promise<tf.Tensor4D>
}

/** Steps on all weights of the network, with a new head and made-up labels: nothing is learned, and no label is read. */
async function withTrial<Value>(network: Network, target: DatasetView, classes: readonly string[], work: (trial: Trial) => Promise<Value>): Promise<Value> {
  const count = target.dataset.splits.train?.count ?? 0
  const { input, normalisation } = network.definition
  const batchSize = Math.min(count, input[0] * input[1] >= 64 * 64 ? 8 : 32)
  const { network: tuned } = withHeadFor(network, classes, 1)
  const stream = new ImageStream({
    reader: target, split: 'train', positions: everything(Math.min(count, batchSize * mostSteps)), input, normalisation, batchSize, seed: 1, name: 'probe',
    shuffle: false, dropLast: count >= batchSize
  })
  const labels = tf.tidy(() => tf.tensor1d(Int32Array.from({ length: batchSize }, (_, index) => index % classes.length), 'int32'))
  try {
    return await work({
      tuned, batchSize, labels,
      images: async (step) => (await stream.next(0, step % stream.stepsPerEpoch)).inputs as tf.Tensor4D
    })
  } finally {
    labels.dispose()
    await stream.close()
    tuned.dispose()
  }
}

/** Loss of a step, and its gradients, all of them computed. @param onForward told once the way there is computed */
function stepOf({ tuned, labels }: Trial, inputs: tf.Tensor4D, step: number, onForward: () => void = () => undefined): number {
  return tf.tidy(() => {
    const trainable = [...tuned.weights.values()].filter((weight) => weight.trainable)
    const { grads, value } = tf.variableGrads(() => {
      const loss = crossEntropy(tuned.forward(inputs, { training: true, randomKey: ['probe', step] }), labels)
      onForward()
      return loss
    }, trainable)
    const loss = value.dataSync()[0]!
    Object.values(grads).at(-1)?.dataSync()
    return loss
  })
}

/**
 * Up to twenty gradient steps, as a measure of time and memory alone. They are computed as a training's are where it is long:
 * as functions, where they can be.
 */
export function probePace(
  network: Network, target: DatasetView, classes: readonly string[], { signal, looking }: { signal: AbortSignal, looking?: number | undefined }
): Promise<Pace> {
  return withTrial(network, target, classes, async (trial) => {
    const { tuned, batchSize } = trial
    const weightBytes = [...tuned.weights.values()].reduce((sum, { size }) => sum + 4 * size, 0)
    const computer = await openStepComputer({ functions: true, precision: 'float32' })
    let [steps, seconds, held, seen] = [0, 0, 0, looking]
    for (let step = 0; step < mostSteps && (steps < 2 || seconds < mostSeconds); step++) {
      signal.throwIfAborted()
      const inputs = await trial.images(step)
      try {
        if (seen === undefined) {
          tf.tidy(() => tuned.features(inputs, inference).dataSync())
          const began = performance.now()
          tf.tidy(() => tuned.features(inputs, inference).dataSync())
          seen = 1000 * batchSize / (performance.now() - began)
        }
        const began = performance.now()
        const before = tf.memory().numBytes
        computer.compute(() => stepOf(trial, inputs, step, () => { held = Math.max(held, tf.memory().numBytes - before) }))
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
    // Weights, their gradients, what the optimiser keeps and the best epoch's copy; of each image what the way back needs, and as much again on that way.
    return { looking: seen!, training: steps * batchSize / seconds, baseBytes: 4 * weightBytes, bytesPerImage: 2 * held / batchSize, steps }
  })
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!

/**
 * What bfloat16 gains and costs: steps in both precisions by turns on the same images and weights, up to ten of each.
 * @throws GraftError where steps cannot be computed in bfloat16
 */
export function probeBfloat16(
  network: Network, target: DatasetView, classes: readonly string[], { signal }: { signal: AbortSignal }
): Promise<NonNullable<KnownPace['bfloat16']>> {
  return withTrial(network, target, classes, async (trial) => {
    const computers = [
      await openStepComputer({ functions: true, precision: 'float32' }), await openStepComputer({ functions: true, precision: 'bfloat16' })
    ]
    const ratios: number[] = []
    let [apart, seconds] = [0, 0]
    // The first of each compiles, and does not count.
    for (let step = 0; step <= mostSteps / 2 && (ratios.length < 3 || seconds < mostSeconds); step++) {
      signal.throwIfAborted()
      const inputs = await trial.images(step)
      try {
        const [exact, fast] = computers.map((computer) => {
          const began = performance.now()
          const loss = computer.compute(() => stepOf(trial, inputs, step))
          return { loss, milliseconds: performance.now() - began }
        }) as [Record<'loss' | 'milliseconds', number>, Record<'loss' | 'milliseconds', number>]
        if (step > 0) {
          ratios.push(exact.milliseconds / fast.milliseconds)
          apart += Math.abs(fast.loss - exact.loss) / Math.abs(exact.loss)
          seconds += (exact.milliseconds + fast.milliseconds) / 1000
        }
      } finally {
        inputs.dispose()
      }
      await yieldToEvents()
    }
    return { speed: median(ratios), apart: apart / ratios.length, steps: ratios.length }
  })
}
