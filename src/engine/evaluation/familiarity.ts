import * as tf from '@tensorflow/tfjs-core'
import { join } from 'node:path'
import type { Calibration } from '../../contract/calibration'
import { GraftError } from '../../contract/errors'
import type { BatchStream } from '../batches/batch-stream'
import { openLook } from '../network/look'
import { inference, type Network } from '../network/network'
import { readSafetensors, writeSafetensors } from '../safetensors/safetensors'
import { yieldToEvents } from '../yield'
import { fewestImages, thresholdOf, turnedAway } from './calibration'

/** Pictures of the training that are kept to compare with: so many times the features' length, and no more on disk. */
export const mostKept = 300
/** The distance is that to this nearest of them: to the first alone, one odd training picture would make odd ones familiar. */
const neighbour = 5
const fileName = 'familiar.safetensors'

/**
 * What training pictures look like to a network, to tell pictures that are unlike them: the distance of a picture's
 * features, at length one, to the fifth nearest of them. Sun, Ming, Zhu and Li 2022 ("Out-of-Distribution Detection with
 * Deep Nearest Neighbors", arXiv:2204.06507), with few pictures and so with a small k.
 */
export class FamiliarPictures {
  private constructor(private readonly rows: tf.Tensor2D) {}

  /** @param values features of training pictures [pictures, length], at any length */
  static of(values: Float32Array, length: number): FamiliarPictures {
    return new FamiliarPictures(tf.tidy(() => unit(tf.tensor2d(values, [values.length / length, length]))))
  }

  get count(): number {
    return this.rows.shape[0]
  }

  /** The distance of each picture [batch, 1], from 0 for the same direction to 2 for the opposite one; run in a tidy. @param features [batch, length] */
  distances(features: tf.Tensor2D): tf.Tensor2D {
    const nearest = tf.topk(tf.matMul(unit(features), this.rows, false, true), Math.min(neighbour, this.count)).values
    const last = tf.slice(nearest, [0, nearest.shape[1]! - 1], [-1, 1])
    return tf.sqrt(tf.maximum(tf.sub(2, tf.mul(last, 2)), 0)) as tf.Tensor2D
  }

  /** How far each of them lies from the others, as if it were a new picture. @returns one distance each */
  distancesAmong(): Float64Array {
    return Float64Array.from(tf.tidy(() => {
      // Each is its own nearest, so that one more is counted.
      const nearest = tf.topk(tf.matMul(this.rows, this.rows, false, true), Math.min(neighbour + 1, this.count)).values
      const last = tf.slice(nearest, [0, nearest.shape[1]! - 1], [-1, 1])
      return tf.sqrt(tf.maximum(tf.sub(2, tf.mul(last, 2)), 0)).dataSync<'float32'>()
    }))
  }

  /** Writes them beside a model's other files, whose record holds them by their hash. */
  async save(folder: string): Promise<void> {
    await writeSafetensors(join(folder, fileName), new Map([['features', { dtype: 'F32' as const, shape: this.rows.shape, data: this.rows.dataSync<'float32'>() }]]), { format: 'graft' })
  }

  /** What lies beside a model whose record says that it does. @throws GraftError where it is missing or fits another network */
  static async load(folder: string, length: number): Promise<FamiliarPictures> {
    const path = join(folder, fileName)
    const { tensors } = await readSafetensors(path, { finite: true })
    const found = tensors.get('features')
    if (found?.shape.length !== 2 || found.shape[1] !== length || !(found.data instanceof Float32Array)) throw misfit(path)
    return FamiliarPictures.of(found.data, length)
  }

  dispose(): void {
    this.rows.dispose()
  }
}

const unit = (rows: tf.Tensor2D): tf.Tensor2D => tf.div(rows, tf.add(tf.norm(rows, 2, 1, true), 1e-12)) as tf.Tensor2D

/**
 * Features of a stream's pictures, of every n-th where they are more than are kept, so that all of it is seen.
 * @param stream in order, of images, or of the network's own features
 */
export async function familiarIn(network: Network, stream: BatchStream, signal: AbortSignal): Promise<FamiliarPictures | undefined> {
  const length = network.featureLength
  const every = Math.max(1, Math.ceil(stream.count / mostKept))
  const kept: Float32Array[] = []
  const look = await openLook(network.definition, stream.count)
  let seen = 0
  for (let step = 0; step < stream.stepsPerEpoch; step++) {
    signal.throwIfAborted()
    const { inputs, labels, positions } = await stream.next(0, step)
    const values = tf.tidy(() => (inputs.rank === 2 ? inputs : look(positions.length, () => network.features(inputs as tf.Tensor4D, inference))).dataSync<'float32'>())
    tf.dispose(labels ? [inputs, labels] : inputs)
    positions.forEach((_, row) => { if ((seen + row) % every === 0) kept.push(values.slice(row * length, (row + 1) * length)) })
    seen += positions.length
    await yieldToEvents()
  }
  if (kept.length <= neighbour || !kept.every((row) => row.every(Number.isFinite))) return undefined
  const all = new Float32Array(kept.length * length)
  kept.forEach((row, place) => { all.set(row, place * length) })
  return FamiliarPictures.of(all, length)
}

/**
 * From which distance on a picture is unlike the training's: what at most one in twenty of pictures like them exceeds, none of
 * which is compared with itself. Undefined where there are too few.
 * @param known distances of validation pictures; and of the training's own from each other, where the network has not learned
 * from them: then they are to it what any other such picture is, and a small data set has many of them
 */
export function unlikeOf(familiar: FamiliarPictures, known: Float64Array, test: Float64Array | undefined): Calibration['unlike'] {
  const threshold = known.length < fewestImages ? undefined : thresholdOf(known, turnedAway)
  if (threshold === undefined) return undefined
  return {
    neighbour: Math.min(neighbour, familiar.count), references: familiar.count, images: known.length, threshold, expected: turnedAway,
    ...(test && test.length > 0 && { test: { share: test.filter((value) => value > threshold).length / test.length, images: test.length } })
  }
}

const misfit = (path: string): GraftError => new GraftError('model-damaged', {
  en: `${path} does not fit the network beside it.`, zh: `${path} 与旁边的网络不符。`
}, { remedy: { en: 'Put the files back as they were saved together.', zh: '请恢复一起保存的文件。' } })
