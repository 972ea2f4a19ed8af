import type * as tf from '@tensorflow/tfjs-core'
import type { Text } from '../../contract/text'
import type { Network } from '../network/network'
import type { Batch, BatchStream, ImageTransform } from '../batches/batch-stream'

/** Where images of a training come from. The first stream that a stage names decides how long its epoch is. */
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

/** What one step gives: the loss to minimise under `total`, every named term a chart line. */
export interface StepResult {
  losses: { total: tf.Scalar } & Record<string, tf.Scalar>
  /** Logits [batch, classes] of the labelled batch, for the training accuracy. */
  logits?: tf.Tensor2D
}

/** One loss and the variables that it moves. */
export interface GradientStep {
  /** Variables to train in this epoch (counted from zero in the stage): gradual unfreezing changes it. */
  groups(epoch: number): ParameterGroup[]
  /** Called inside the gradient tape and a tidy. */
  step(batches: Partial<Record<StreamName, Batch>>, position: Position): StepResult
}

/** What a stage may look at beside the batches of its steps. */
export interface StageAccess {
  /** The stage's streams, as its steps get them. */
  streams: Partial<Record<StreamName, BatchStream>>
  /** A stream's images in the order of their positions, neither augmented nor transformed; whoever asks closes it. */
  inOrder(name: StreamName): BatchStream
  /**
   * The target's validation images in order, with labels; undefined where the spec grants no labels or the target has no
   * labelled validation split. Whoever asks closes it.
   */
  validation(): Promise<BatchStream | undefined>
  signal: AbortSignal
}

/** A stage that minimises a loss by gradient steps; the shared loop does everything else. */
export interface GradientStage extends GradientStep {
  kind: 'gradient'
  name: Text
  streams: readonly StreamName[]
  /** Batches are cached features of this frozen backbone instead of images. */
  featuresOf?: Network
  /** What happens to a stream's images after the spec's augmentation. */
  transforms?: Partial<Record<StreamName, ImageTransform>>
  /**
   * Copies of each image in a batch of a stream, each augmented and transformed on its own: all images of the first
   * view, then all of the second. Labels and positions are those of one view. One when absent.
   */
  views?: Partial<Record<StreamName, number>>
  /** Every batch of the source holds as many images of each of its domains, one domain after the other. */
  byDomain?: boolean
  /** Leaves out the smaller batch at an epoch's end: for losses over whole batches. */
  wholeBatches?: boolean
  /** Epochs of this stage; the spec's when absent. */
  epochs?: number
  /**
   * Steps after which the stage minimises what it is for: an epoch that ends no later is kept only where every epoch does.
   * All may be kept when absent.
   */
  settledAfter?: number
  /**
   * Whether the network answers already when the stage begins, as one that has learned the source does: its start then
   * stands for epoch 0 where a score chooses the epoch that is kept, so that adapting it never ends below it by that score.
   */
  startCompetes?: boolean
  /** A term of the loss that counts for at most so much in a step: the record tells how often it did. */
  cap?: { term: string, at: number }
  /** Prepares a later stage: the network's answers mean nothing yet, so it is not judged. */
  pretext?: boolean
  /**
   * Further optimiser steps on the same batches, one after the other, each seeing the variables as the one before left
   * them (an adversary's turn). Their named losses join the first one's, their totals do not.
   */
  further?: readonly GradientStep[]
  /** Called after the optimiser's last step, inside a tidy. */
  afterStep?(position: Position): void
  /** Called once when the stage begins, not when it is resumed. */
  begin?(access: StageAccess): Promise<void>
  /**
   * Called before an epoch's first step (counted from zero), not when it is resumed within: what it finds out and later
   * steps need belongs into the state.
   */
  beginEpoch?(epoch: number, access: StageAccess): Promise<void>
  /** Variables beside the network's to keep in a checkpoint (a discriminator, a second head, pseudo-labels). */
  state?(): ReadonlyMap<string, tf.Variable>
  /** Logits of source images where these are not the network's own, in inference (its own statistics, its own encoder). */
  sourceLogits?(inputs: tf.Tensor4D): tf.Tensor2D
}

/** A stage without gradient steps (statistics, forests, soups): one call, with progress and cancel. */
export interface FitStage {
  kind: 'fit'
  name: Text
  /** Streams to look at; their batches are drawn as for a gradient stage, and not augmented. */
  streams?: readonly StreamName[]
  fit(access: StageAccess & { onProgress(done: number, total: number): void }): Promise<void>
}
export type Stage = GradientStage | FitStage
