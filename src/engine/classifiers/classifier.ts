import * as tf from '@tensorflow/tfjs-core'
import type { Text } from '../../contract/text'

/** Numbers of a classifier that are too many for JSON. */
export interface StoredTensor { shape: readonly number[], data: Float32Array | Int32Array }

/** The caller disposes of it. */
export const tensorOf = ({ shape, data }: StoredTensor): tf.Tensor => tf.tensor(data, [...shape] as [number])

/** What a file must keep of a classifier. */
export interface Stored {
  /** Plain data for `classifier.json`. */
  state: unknown
  /** For `classifier.safetensors`. */
  tensors: ReadonlyMap<string, StoredTensor>
}

/** Answers in place of a network's head. */
export interface Classifier {
  /** One of the list in index.ts. */
  readonly kind: string
  /** What it is, for people. */
  readonly title: Text
  /** Normalised images [batch, height, width, channels] → logits [batch, classes]; run in a tidy. */
  logits(inputs: tf.Tensor4D): tf.Tensor2D
  /** The same from the backbone's features [batch, features], where it looks at nothing else: whoever has them spares the backbone. */
  ofFeatures?(features: tf.Tensor2D): tf.Tensor2D
  stored(): Stored
  dispose(): void
}

/** Answers for feature vectors; what is fitted in the classical methods. */
export interface Scorer {
  /** Features [batch, length] → log-probabilities, or scores that rank as they would, [batch, classes]; run in a tidy. */
  logits(features: tf.Tensor2D): tf.Tensor2D
  stored(): Stored
  dispose(): void
}
