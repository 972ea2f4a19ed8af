import * as tf from '@tensorflow/tfjs-core'
import { z } from 'zod'
import { overtakesStart } from '../evaluation/label-free'
import type { GradientStage } from './stage'

/**
 * How good an epoch was. The higher `value` wins; between equal values the lower `loss` does. With `scores`, those without
 * labels, an epoch may also earn the place of the start.
 */
export interface EpochScore { score: string, value: number, loss: number, scores?: Record<string, number> | undefined }

export const selectionStateSchema = z.object({
  best: z.object({ epoch: z.int(), score: z.string(), value: z.number(), loss: z.number(), scores: z.record(z.string(), z.number()).optional() }).nullable(),
  epochsSinceBest: z.int()
})
type SelectionState = z.infer<typeof selectionStateSchema>

/** Whether an epoch that ends after so many steps of a stage is settled. If any epoch is, only settled ones may be chosen. */
export const isSettled = ({ settledAfter = 0 }: Pick<GradientStage, 'settledAfter'>, step: number): boolean => step > settledAfter

/** Only the start gives way to another opinion; between epochs the score that chooses has the word. */
const earnsStart = (best: { epoch: number, scores?: EpochScore['scores'] }, { scores }: EpochScore): boolean =>
  best.epoch === 0 && best.scores !== undefined && scores !== undefined && overtakesStart(scores, best.scores)

/** Remembers the best epoch of a stage with its weights, and says when to stop early. */
export class Selection {
  state: SelectionState = { best: null, epochsSinceBest: 0 }
  private weights = new Map<string, tf.Tensor>()

  /** @param patience stop after this many epochs without a better one; 0 never stops */
  constructor(private readonly patience: number) {}

  /**
   * Takes the score of an epoch (counted from one), and its weights if it is the best so far. A settled epoch is better
   * than every unsettled one, and patience begins with the first settled one.
   * @param settled whether this epoch is settled
   */
  consider(
    epoch: number, score: EpochScore, variables: ReadonlyMap<string, tf.Tensor>, settled: (epoch: number) => boolean = () => true
  ): void {
    const { best } = this.state
    const now = settled(epoch)
    const first = !best || (now && !settled(best.epoch))
    const better = first || score.value > best.value || (score.value === best.value && score.loss < best.loss) || earnsStart(best, score)
    if (!better) {
      this.state = { best, epochsSinceBest: now ? this.state.epochsSinceBest + 1 : 0 }
      return
    }
    this.state = { best: { epoch, ...score }, epochsSinceBest: 0 }
    this.keep(variables)
  }

  /** Whether the best epoch is longer ago than patience allows. */
  get exhausted(): boolean {
    return this.patience > 0 && this.state.epochsSinceBest >= this.patience
  }

  /** Weights of the best epoch; empty before the first. The selection owns them. */
  get bestWeights(): ReadonlyMap<string, tf.Tensor> {
    return this.weights
  }

  restore(state: SelectionState, weights: ReadonlyMap<string, tf.Tensor>): void {
    this.state = state
    this.keep(weights)
  }

  dispose(): void {
    for (const tensor of this.weights.values()) tensor.dispose()
    this.weights = new Map()
  }

  /** Clones copy nothing: they share the variable's numbers until the next step assigns new ones. */
  private keep(tensors: ReadonlyMap<string, tf.Tensor>): void {
    this.dispose()
    this.weights = new Map([...tensors].map(([name, tensor]) => [name, tf.keep(tf.clone(tensor))]))
  }
}
