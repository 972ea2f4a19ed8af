import type { Pace } from '../../contract/advice'
import type { Dataset } from '../../contract/datasets'
import type { MethodSummary } from '../../contract/methods'
import type { ParameterValue } from '../../contract/parameters'
import type { LabelGrant } from '../../contract/runs'
import type { Text } from '../../contract/text'
import type { TrainingSettings } from '../../contract/training'

/** How fast a network was seen to train on this machine: images per second, and the steps that were tried. */
export type Measured = Pick<Pace, 'training' | 'steps'>

/** A batch that fits into memory, with what the one that was chosen would need, and what there is. */
export interface FittingBatch { batchSize: number, needed: number, total: number }

/** What the choice of settings looks at. */
export interface ChoiceFacts {
  method: Pick<MethodSummary, 'id' | 'needs' | 'blocks' | 'recipe' | 'trainingDefaults' | 'parameters'>
  /** Whether the source has learned something already. */
  trained: boolean
  /** Whether its head answers in the target's classes; undefined where nobody knows. */
  knowsClasses?: boolean
  /** How many of the target's classes it knows by name though its head is another. */
  shared?: { known: number, of: number }
  /** Numbers that the source's network learns; undefined where nobody knows. */
  parameters?: number
  /** Multiply-adds of its network for one image, where a processor is to compute them; undefined where nobody knows, or a GPU does. */
  multiplyAdds?: number
  /** Whether training steps can be computed as functions; undefined where nobody knows. */
  functions?: boolean
  /** How fast this network was seen to train here; undefined where nobody tried, or where a GPU computes. */
  measured?: Measured
  /** The batch that fits into this machine's memory, where the one that is chosen otherwise does not. */
  fits?: FittingBatch
  /** Told that the training may be long and that nobody knows how fast the network trains here; absent where nobody would try. */
  onUnmeasured?(): void
  target: Dataset
  /** The one domain of the target that is the target; undefined where all of it is. */
  domain?: string
  sourceData?: Dataset
  /** Its domains that are learned from, where they are named. */
  sourceDomains?: readonly string[]
  labels: LabelGrant
}

/** Settings that a person fixed. */
export type Given = Readonly<Record<string, ParameterValue>>

/** A training setting that was chosen, and why. */
export interface Choice { name: keyof TrainingSettings, value: TrainingSettings[keyof TrainingSettings], why: Text }
