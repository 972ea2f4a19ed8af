import type * as tf from '@tensorflow/tfjs-core'
import { boolean } from '../../../contract/parameters'
import { GraftError } from '../../../contract/errors'
import type { Network } from '../../network/network'
import { withHeadFor } from '../../surgery/surgery'
import type { Batch } from '../../batches/batch-stream'
import type { ParameterGroup, StreamName } from '../../training/stage'
import type { MethodContext } from './method'

/** Images of a step with their labels, and how much each class counts where they do not count alike. */
export interface LabelledBatch { inputs: tf.Tensor4D, labels: tf.Tensor1D, classWeights?: readonly number[] }

export const labelledBatch = ({ inputs, classWeights }: Batch, labels: tf.Tensor1D): LabelledBatch =>
  ({ inputs: inputs as tf.Tensor4D, labels, ...(classWeights && { classWeights }) })

/** The labelled target batch of a supervised step. */
export function targetBatch(batches: Partial<Record<StreamName, Batch>>): LabelledBatch {
  const batch = batches.target
  if (!batch?.labels) throw new Error('A supervised step needs a labelled target batch')
  return labelledBatch(batch, batch.labels)
}

/** Every block at the schedule's learning rate, and the head at so many times that. */
export function allGroups(network: Network, headFactor = 1): ParameterGroup[] {
  return [...network.blockNames, 'head'].map((name) => ({
    name, variables: network.trainableOf(name), learningRateFactor: name === 'head' ? headFactor : 1
  }))
}

/** The source model that a transfer starts from. @throws GraftError where the spec names a fresh architecture. */
export function sourceOf(context: MethodContext): Network {
  if (context.source) return context.source
  throw new GraftError('source-model-needed', {
    en: 'This method needs a trained source model, not a fresh architecture.',
    zh: '该方法需要训练过的源模型，而不是全新的架构。'
  }, { usage: true, field: 'source.model', remedy: { en: 'Choose a saved run or an imported model.', zh: '请选择已保存的运行或导入的模型。' } })
}

/** The source data set. @throws GraftError where the spec names none. */
export function sourceDataOf({ sourceData }: MethodContext): NonNullable<MethodContext['sourceData']> {
  if (sourceData) return sourceData
  throw new GraftError('source-data-needed', {
    en: 'This method learns from the source data, and none is named.', zh: '该方法需要从源数据学习，但未指定源数据。'
  }, { usage: true, field: 'source.dataset', remedy: { en: 'Choose the source data set.', zh: '请选择源数据集。' } })
}

/**
 * The network that a method starts with: the source's weights where the spec names a model, fresh ones otherwise. The
 * head is the source's where the classes are the target's, unless a new one is asked for.
 */
export function startOf({ source, classes, training: { seed }, freshNetwork }: MethodContext, { newHead = false } = {}): Network {
  return source ? withHeadFor(source, classes, seed, { newHead }).network : freshNetwork()
}

/** Whether a new head starts from the source's weights for the classes that both name alike. */
export const keepRows = boolean({
  label: { en: 'Keep the head for classes of the same name', zh: '保留同名类别的分类头' },
  help: {
    en: 'Where the classes differ the head is new. With this, each class that the source knows by the same name starts from what the source has for it.',
    zh: '类别不同时分类头会重新建立。开启后，与源同名的类别从源模型已学到的权重开始。'
  },
  // Off, so that a record of before it was there means what it meant; a new run that has such classes turns it on.
  default: false, advanced: true
})

/** Says in the run's record that the head is new, and why; or which part of it is not. */
export function noteHead(context: MethodContext, replaced: boolean, rowsKept = 0): void {
  if (!replaced) return
  const { length } = context.classes
  if (rowsKept > 0) {
    context.note({
      en: `The source knows ${rowsKept} of the ${length} classes by name: the head starts from what it has for ${rowsKept === 1 ? 'it' : 'them'}${rowsKept < length ? '; the rest is new' : ''}.`,
      zh: `源模型认识 ${length} 个类别中的 ${rowsKept} 个（同名）：分类头以其已有权重开始${rowsKept < length ? '，其余为新建' : ''}。`
    })
    return
  }
  context.note({
    en: `The head is new: the target has ${context.classes.length} classes of its own.`,
    zh: `分类头是新的：目标有自己的 ${context.classes.length} 个类别。`
  })
}
