import type * as tf from '@tensorflow/tfjs-core'
import type { ImageShape } from '../../contract/datasets'
import type { AugmentationKey } from './augmentation'

/** Images of one step. Labels are absent where the spec did not grant them. */
export interface Batch {
  /** Normalised network input [batch, height, width, channels], or features [batch, features] for a stage on features. */
  inputs: tf.Tensor
  /** Class indices [batch], int32. */
  labels?: tf.Tensor1D
  /** How much an image of each class counts in the loss, where rare classes count more. */
  classWeights?: readonly number[]
  /** Images of each domain, one domain after the other, where the stage draws its source by domain. */
  domainSizes?: readonly number[]
  /** Positions in the split, in order. */
  positions: Int32Array
}

/** Batches by epoch and step; any of them can be asked for at any time. */
export interface BatchStream {
  /** Images of one epoch, before the last batch is dropped. */
  readonly count: number
  readonly stepsPerEpoch: number
  /** The batch of a step. Its tensors are handed over: the caller disposes of them. */
  next(epoch: number, stepInEpoch: number): Promise<Batch>
  /** Waits for a read that is under way; nothing is read after it. The reader stays open. */
  close(): Promise<void>
}

/**
 * Changes images in place before they are normalised: a rule, a rotation, a view. Random parts are drawn per image
 * from the key. @param images bytes [batch, height, width, channels]
 */
export type ImageTransform = (images: Uint8Array, shape: ImageShape, key: AugmentationKey) => void
