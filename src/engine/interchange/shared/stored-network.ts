import type { StoredClassifier } from '../../classifiers'
import type { NetworkDefinition } from '../../network/definition'

/** A network as files keep it: its weights are plain numbers, and nothing computes. */
export interface StoredNetwork {
  definition: NetworkDefinition
  /** Every weight of the network by name (and whatever else the file held). */
  weights: ReadonlyMap<string, { shape: readonly number[], data: Float32Array }>
}

/** A model as files keep it: what answers in the place of the network's head, where something does. */
export interface StoredModel extends StoredNetwork { classifier?: StoredClassifier | undefined }
