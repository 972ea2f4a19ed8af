import * as tf from '@tensorflow/tfjs-core'
import type { Batch } from '../batches/batch-stream'
import type { StepComputer } from './step-computer'
import type { GradientStage, GradientStep, ParameterGroup, Position, StepResult, StreamName } from './stage'
import type { Optimizer } from './optimizers'

export type Batches = Partial<Record<StreamName, Batch>>

/** What a loop step measured. */
export interface StepOutcome {
  losses: Record<string, number>
  /** Images of the first stream. */
  images: number
  correct: number
  answered: number
}

/** A step with the variables it moves in this epoch. */
interface PlannedStep { step: GradientStep['step'], groups: readonly ParameterGroup[] }

/** The optimiser steps of one loop step, in order, with the groups of an epoch. */
export const stepsOf = (stage: GradientStage, epoch: number): PlannedStep[] =>
  [stage, ...(stage.further ?? [])].map((part) => ({
    step: (batches, position) => part.step(batches, position), groups: part.groups(epoch)
  }))

/**
 * The gradient steps on the batches of one loop step. Disposes the batches; leaves no tensor.
 * @param clipNorm the largest common norm of a step's gradients; 0 leaves them as they are
 * @param compute carries the step out; recorded as functions where it is `StepComputer.compute`
 */
export function takeSteps(
  stage: GradientStage, steps: readonly PlannedStep[], batches: Batches, position: Position, optimizer: Optimizer, learningRate: number, clipNorm = 0,
  compute: StepComputer['compute'] = (work) => work()
): StepOutcome {
  const firstBatch = batches[stage.streams[0]!]!
  try {
    return compute(() => tf.tidy(() => {
      const { losses, ...answers } = takeStep(steps[0]!, batches, position, optimizer, learningRate)
      for (const further of steps.slice(1)) {
        if (!Object.values(losses).every(Number.isFinite)) break
        const { total, ...named } = takeStep(further, batches, position, optimizer, learningRate).losses
        Object.assign(losses, named)
        if (!Number.isFinite(total)) losses.total = total!
      }
      if (Number.isFinite(losses.total)) stage.afterStep?.(position)
      return { losses, images: firstBatch.positions.length, ...answers }
    }))
  } finally {
    for (const batch of Object.values(batches)) {
      batch.inputs.dispose()
      batch.labels?.dispose()
    }
  }

  /** Loss and gradients in the tape, then the optimiser, unless the loss is no number. */
  function takeStep(
    { step, groups }: PlannedStep, batches: Batches, position: Position, optimizer: Optimizer, learningRate: number
  ): Pick<StepOutcome, 'losses' | 'correct' | 'answered'> {
    return tf.tidy(() => {
      const variables = groups.flatMap((group) => [...group.variables.values()])
      const kept: tf.Tensor[] = []
      let result: StepResult | undefined
      const { value, grads } = tf.variableGrads(() => {
        result = step(batches, position)
        // The tape's own tidy would free all but the total.
        kept.push(...Object.values(result.losses), ...(result.logits ? [result.logits] : []))
        for (const tensor of kept) tf.keep(tensor)
        return result.losses.total
      }, variables)
      const losses = Object.fromEntries(Object.entries(result!.losses).map(([name, loss]) => [name, loss.dataSync()[0]!]))
      const answers = countCorrect(result!.logits, firstBatch.labels)
      for (const tensor of kept) tensor.dispose()
      value.dispose()

      if (Number.isFinite(losses.total)) {
        const gradients: Record<string, tf.Tensor> = {}
        for (const group of groups) {
          for (const [key, variable] of group.variables) {
            const gradient = grads[variable.name]
            if (gradient) gradients[key] = gradient
          }
        }
        const applied = clipNorm > 0 ? clipped(gradients, clipNorm) : gradients
        if (applied) optimizer.apply(groups, applied, learningRate)
        // Nothing can be learned from here: it is told as a loss that is no number is.
        else losses.total = Number.NaN
      }
      return { losses, ...answers }
    })
  }
}

/**
 * The gradients, scaled so that their common norm √Σ‖g‖² is at most `limit` (Pascanu et al. 2013, algorithm 1;
 * torch.nn.utils.clip_grad_norm_ with its 1e-6); undefined where they are no numbers.
 */
export function clipped(gradients: Readonly<Record<string, tf.Tensor>>, limit: number): Record<string, tf.Tensor> | undefined {
  const squares = Object.values(gradients).map((gradient) => tf.sum(tf.square(gradient)))
  if (squares.length === 0) return {}
  const norm = Math.sqrt(tf.addN(squares).dataSync()[0]!)
  if (norm <= limit) return { ...gradients }
  if (!Number.isFinite(norm)) return undefined
  return Object.fromEntries(Object.entries(gradients).map(([key, gradient]) => [key, tf.mul(gradient, limit / (norm + 1e-6))]))
}

function countCorrect(logits: tf.Tensor2D | undefined, labels: tf.Tensor1D | undefined): { correct: number, answered: number } {
  if (!logits || !labels) return { correct: 0, answered: 0 }
  const [scores, truth, classes] = [logits.dataSync(), labels.dataSync(), logits.shape[1]]
  let correct = 0
  for (let row = 0; row < truth.length; row++) {
    let best = 0
    for (let column = 1; column < classes; column++) {
      if (scores[row * classes + column]! > scores[row * classes + best]!) best = column
    }
    if (best === truth[row]) correct++
  }
  return { correct, answered: truth.length }
}
