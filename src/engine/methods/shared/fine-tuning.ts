import * as tf from '@tensorflow/tfjs-core'
import { number } from '../../../contract/parameters'
import { crossEntropy } from '../../maths/cross-entropy'
import type { Network } from '../../network/network'
import type { GradientStage, ParameterGroup, Position } from '../../training/stage'
import type { MethodContext } from './method'
import { allGroups, targetBatch } from './supervised'

/** What the terms of a step see; `blocks` in the order asked for. */
interface TaskStep {
  inputs: tf.Tensor4D
  blocks: tf.Tensor[]
  features: tf.Tensor2D
  logits: tf.Tensor2D
  labels: tf.Tensor1D
  position: Position
}

interface FineTuning {
  network: Network
  /** Every block and the head when absent. */
  groups?(epoch: number): ParameterGroup[]
  /** Blocks that stay as they are in this epoch; they run in inference mode. */
  frozen?(epoch: number): readonly string[]
  /** Blocks whose output the terms get. */
  blocks?: readonly string[]
  /** Weights that a step reads in place of the network's own, by name; made within the step, so that its gradient reaches what they are made of. */
  weights?(): ReadonlyMap<string, tf.Tensor>
  /** Further loss terms by name, added to the task's. */
  terms?(step: TaskStep): Record<string, tf.Scalar>
}

/** How much faster the head learns than the blocks. */
export const headFactor = number({
  label: { en: 'Head learning rate ×', zh: '分类头学习率倍数' },
  help: {
    en: 'The head learns this many times faster than the blocks: a new head has more to learn.',
    zh: '分类头的学习率是其他块的多少倍：新的分类头需要学得更多。'
  },
  minimum: 0.1, maximum: 100, default: 1
})

/** The stage that most transfers share: cross-entropy on the target's labelled images, and terms of the method's own. */
export function fineTuningStage(context: MethodContext, { network, groups, frozen, blocks = [], weights, terms }: FineTuning): GradientStage {
  return {
    kind: 'gradient',
    name: { en: 'Fine-tuning', zh: '微调' },
    streams: ['target'],
    groups: groups ?? (() => allGroups(network)),
    step: (batches, position) => {
      const { inputs, labels, classWeights } = targetBatch(batches)
      const mode = {
        training: true,
        frozen: new Set(frozen?.(position.epoch)),
        ...(weights && { weights: weights() }),
        randomKey: [context.training.seed, position.stage, position.step]
      }
      const { features, blocks: maps } = network.outputs(inputs, blocks, mode)
      const logits = network.logits(features, mode)
      const task = crossEntropy(logits, labels, classWeights)
      const more = terms?.({ inputs, blocks: maps, features, logits, labels, position }) ?? {}
      if (Object.keys(more).length === 0) return { losses: { total: task }, logits }
      const total = Object.values(more).reduce((sum, term) => tf.add(sum, term), task)
      return { losses: { total, task, ...more }, logits }
    }
  }
}
