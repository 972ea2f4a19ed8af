import type * as tf from '@tensorflow/tfjs-core'
import type { Text } from '../../contract/text'
import type { TrainingSettings } from '../../contract/training'
import type { Network } from '../network/network'
import type { Pass } from './pass'
import type { Batch, BatchStream, ImageTransform } from '../batches/batch-stream'

/** Where the images of a training come from. The first stream of a stage decides how long its epochs are. */
export type StreamName = 'target' | 'target-unlabelled' | 'source'

/** Where a training stands; all counts from zero. */
export interface Position {
  stage: number
  epoch: number
  stepInEpoch: number
  /** Steps done in this stage. */
  step: number
  stepsPerEpoch: number
  /** Steps that the stage will have. */
  steps: number
}

/** Variables that share a learning rate. */
export interface ParameterGroup {
  name: string
  /** Keyed by a name that is unique in the run: the optimiser's state is stored under it. */
  variables: ReadonlyMap<string, tf.Variable>
  /** Multiplies the schedule's learning rate. */
  learningRateFactor: number
  /** Overrides the spec's weight decay. */
  weightDecay?: number
}

/** What a step gives: under `total` the loss to minimise, and named losses, each a line of the chart. */
export interface StepResult {
  losses: { total: tf.Scalar } & Record<string, tf.Scalar>
  /** Logits [batch, classes] of the labelled batch, for the training accuracy. */
  logits?: tf.Tensor2D
}

/** A loss, and the variables that it moves. */
export interface GradientStep {
  /** The variables to train in this epoch, counted from zero within the stage. Gradual unfreezing changes them. */
  groups(epoch: number): ParameterGroup[]
  /** Called inside the gradient tape and a tidy. */
  step(batches: Partial<Record<StreamName, Batch>>, position: Position): StepResult
}

/** What a stage may look at besides the batches of its steps. */
export interface StageAccess {
  /** The stage's streams, as its steps get them. */
  streams: Partial<Record<StreamName, BatchStream>>
  /** The images of a stream by position, neither augmented nor transformed. The caller closes it. */
  inOrder(name: StreamName): BatchStream
  /**
   * The target's validation images in order, with labels; undefined if the spec grants no labels or the target has no
   * labelled validation split. The caller closes it.
   */
  validation(): Promise<BatchStream | undefined>
  signal: AbortSignal
}

/** A stage that minimises a loss by gradient steps; the shared loop does everything else. */
export interface GradientStage extends GradientStep {
  kind: 'gradient'
  name: Text
  streams: readonly StreamName[]
  /** If given, batches are cached features of this frozen backbone instead of images. */
  featuresOf?: Network
  /** What happens to a stream's images after the spec's augmentation. */
  transforms?: Partial<Record<StreamName, ImageTransform>>
  /**
   * How many copies of each image a batch of a stream holds. Each copy is augmented and transformed by itself. All images
   * of the first view come first, then all of the second. Labels and positions are those of one view. 1 when absent.
   */
  views?: Partial<Record<StreamName, number>>
  /** What part of the spec's batch size a stream's batches have, where others have all of it: one image at least; 1 when absent. */
  batchFactors?: Partial<Record<StreamName, number>>
  /** Each batch of the source holds equally many images of each domain, one domain after the other. */
  byDomain?: boolean
  /** Leaves out the smaller batch at the end of an epoch, for losses over whole batches. */
  wholeBatches?: boolean
  /** Epochs of this stage; the spec's when absent. */
  epochs?: number
  /** What takes its steps, where that is not the spec's. */
  settings?: Partial<Pick<TrainingSettings, 'optimizer' | 'learningRate' | 'schedule'>>
  /**
   * From this many steps on the stage minimises what it is meant to (a penalty has set in). An epoch that ends no later is
   * kept only if all epochs do. When absent every epoch may be kept.
   */
  settledAfter?: number
  /** Before the step of this number (counted from zero) the optimiser forgets what it has seen: the loss becomes another one. */
  optimizerAnewAt?: number
  /**
   * Whether the network answers already when the stage begins, as one that has learned the source does: its start then
   * stands for epoch 0 where a score chooses the epoch that is kept, so that adapting it never ends below it by that score.
   */
  startCompetes?: boolean
  /** A term of the loss that counts for at most so much in a step: the record tells how often it did. */
  cap?: { term: string, at: number }
  /** This stage only prepares a later one. The network's answers mean nothing yet, so it is not judged. */
  pretext?: boolean
  /**
   * Further optimiser steps on the same batches, such as an adversary's turn. Each sees the variables as the one before
   * left them. Their named losses are reported with those of the first, their totals are not.
   */
  further?: readonly GradientStep[]
  /** Called after the optimiser's last step, inside a tidy. */
  afterStep?(position: Position): void
  /** Called once when the stage begins, not when it is resumed. */
  begin?(access: StageAccess): Promise<void>
  /**
   * Called before the first step of an epoch (counted from zero), but not when a run is resumed within the epoch. So what
   * it finds out for later steps must go into the state.
   */
  beginEpoch?(epoch: number, access: StageAccess): Promise<void>
  /** Variables besides the network's that a checkpoint must keep (a discriminator, a second head, pseudo-labels). */
  state?(): ReadonlyMap<string, tf.Variable>
  /** How source images are seen in inference, if not as the network itself sees them (source statistics, a source encoder). */
  source?: Pass
}

/** What a stage without gradient steps may look at, and whom it tells. */
export interface FitAccess extends StageAccess {
  /** The backbone's features of a stream's images by position, in the place of these: kept once they have been computed. The caller closes it. */
  featuresInOrder(name: StreamName): Promise<BatchStream>
  onProgress(done: number, total: number): void
}

/** A stage without gradient steps (statistics, forests, soups). It is one call with progress and cancel. */
export interface FitStage {
  kind: 'fit'
  name: Text
  /** The streams it looks at. Their batches are drawn as for a gradient stage, but not augmented. */
  streams?: readonly StreamName[]
  /** Whether all that it looks at are features of the network's backbone, which stays as it is. */
  onFeatures?: boolean
  fit(access: FitAccess): Promise<void>
}
export type Stage = GradientStage | FitStage
