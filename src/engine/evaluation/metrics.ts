import * as tf from '@tensorflow/tfjs-core'
import { GraftError } from '../../contract/errors'
import type { Score } from '../../contract/runs'
import { balanceOf } from '../../rules/statistics/balance'
import type { BatchStream } from '../batches/batch-stream'
import type { Look } from '../network/look'
import { yieldToEvents } from '../yield'

/** With more classes than this a record has no confusion matrix: it would be a megabyte of zeros. */
const confusionLimit = 256

/** Adds up a score batch by batch, in double precision. */
export class ScoreCounter {
  private readonly confusion: Int32Array
  private readonly predicted: number[] = []
  private readonly sure: number[] = []
  private lossSum = 0

  constructor(private readonly classes: readonly string[]) {
    this.confusion = new Int32Array(classes.length ** 2)
  }

  /**
   * Counts a batch. Among equal logits the first class wins. Throws `outputs-not-finite` where logits are NaN or infinite.
   * @param logits [batch, classes]
   * @param labels class indices [batch]
   */
  add(logits: Float32Array, labels: ArrayLike<number>): void {
    const count = this.classes.length
    for (let index = 0; index < labels.length; index++) {
      const row = logits.subarray(index * count, (index + 1) * count)
      const label = labels[index]!
      if (!(label >= 0 && label < count)) throw new RangeError(`label ${label} with ${count} classes`)
      const best = argMax(row)
      let sum = 0
      for (const logit of row) sum += Math.exp(logit - row[best]!)
      const loss = Math.log(sum) + row[best]! - row[label]!
      if (!Number.isFinite(loss)) throw notFinite()
      this.lossSum += loss
      this.predicted.push(best)
      this.sure.push(1 / sum)
      this.confusion[label * count + best]!++
    }
  }

  /** The predicted class of each image so far, in order. */
  get predictions(): Int32Array {
    return Int32Array.from(this.predicted)
  }

  /** Probability (softmax) of the predicted class of every image counted, in order. */
  get confidences(): Float32Array {
    return Float32Array.from(this.sure)
  }

  score(): Score {
    const count = this.classes.length
    const n = this.predicted.length
    const rows = this.classes.map((_, label) => Array.from(this.confusion.subarray(label * count, (label + 1) * count)))
    const totals = rows.map((row) => row.reduce((sum, value) => sum + value, 0))
    const right = rows.reduce((sum, row, label) => sum + row[label]!, 0)
    const perClass = this.classes.map((name, label) => ({
      class: name, accuracy: totals[label] === 0 ? null : rows[label]![label]! / totals[label]!, n: totals[label]!
    }))
    return {
      accuracy: n === 0 ? 0 : right / n,
      ...balanceOf({ perClass, confusion: rows }),
      loss: n === 0 ? 0 : this.lossSum / n,
      n,
      perClass,
      ...(count <= confusionLimit && { confusion: rows })
    }
  }
}

/**
 * The predicted class of each row; among equal logits the first wins. Throws `outputs-not-finite` if a logit is NaN or
 * infinite.
 * @param logits [batch, classes]
 */
export function predictedClasses(logits: Float32Array, classes: number): Int32Array {
  if (!logits.every(Number.isFinite)) throw notFinite()
  return Int32Array.from({ length: logits.length / classes }, (_, index) => argMax(logits.subarray(index * classes, (index + 1) * classes)))
}

function argMax(row: Float32Array): number {
  let best = 0
  for (let index = 1; index < row.length; index++) if (row[index]! > row[best]!) best = index
  return best
}

const notFinite = (): GraftError => new GraftError('outputs-not-finite', {
  en: 'The model\'s outputs are not finite numbers, so it cannot be scored.',
  zh: '模型的输出不是有限数值，无法评分。'
}, { remedy: { en: 'Train it again with a smaller learning rate.', zh: '请以更小的学习率重新训练。' } })

interface EvaluateOptions {
  signal?: AbortSignal
  /** Told how many images are done, and of how many. */
  onProgress?(done: number, total: number): void
  /** Told the logits [batch, classes] and labels of each batch, in order. */
  onAnswers?(logits: Float32Array, labels: Int32Array): void
  /** How the images are looked at; operation by operation where nobody says. */
  look?: Look
}

/**
 * The score of a classifier on all images of a stream. The stream must be labelled and must not shuffle; the predictions,
 * and how sure it was of each, are in its order. A cancel takes effect between two batches.
 * @param classifier inputs → logits [batch, classes]; runs in a tidy
 */
export async function evaluate(
  classifier: (inputs: tf.Tensor) => tf.Tensor2D, stream: BatchStream, classes: readonly string[],
  { signal, onProgress, onAnswers, look = (_images, work) => work() }: EvaluateOptions = {}
): Promise<{ score: Score, predictions: Int32Array, confidences: Float32Array }> {
  const counter = new ScoreCounter(classes)
  let done = 0
  for (let step = 0; step < stream.stepsPerEpoch; step++) {
    signal?.throwIfAborted()
    const { inputs, labels, positions } = await stream.next(0, step)
    try {
      if (labels === undefined) throw new TypeError('evaluation needs labels')
      const logits = look(positions.length, () => tf.tidy(() => classifier(inputs)))
      const [values, truth] = await Promise.all([logits.data<'float32'>(), labels.data<'int32'>()])
        .finally(() => logits.dispose())
      counter.add(values, truth)
      onAnswers?.(values, truth)
    } finally {
      inputs.dispose()
      labels?.dispose()
    }
    done += positions.length
    onProgress?.(done, stream.count)
    await yieldToEvents()
  }
  return { score: counter.score(), predictions: counter.predictions, confidences: counter.confidences }
}
