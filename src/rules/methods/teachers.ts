import type { Dataset } from '../../contract/datasets'
import type { MethodNeeds } from '../../contract/methods'
import type { ModelRef, ModelSummary } from '../../contract/models'
import type { Text } from '../../contract/text'
import { sameClasses, sameClassNames } from '../classes'

/** Why a model cannot join the others of a fusion; `reason` in a few words, for a list of models. */
interface Unfit { code: string, reason: Text, message: Text, remedy?: Text }

/**
 * What is wrong with one of the saved models that a parameter names, as far as its summary tells.
 * @param earlier references that came before it, the source's among them
 */
export function unfitTeacher(model: ModelSummary, { needs, source, target, earlier }: {
  needs: MethodNeeds, source: ModelSummary | undefined, target: Dataset | undefined, earlier: readonly ModelRef[]
}): Unfit | undefined {
  const name = `“${model.name}” (${model.ref})`
  const nameZh = `“${model.name}”（${model.ref}）`
  if (earlier.includes(model.ref)) {
    return {
      code: 'model-named-twice',
      reason: model.ref === source?.ref ? { en: 'It is the source.', zh: '它就是源模型。' } : { en: 'It is there already.', zh: '已被选中。' },
      message: { en: `${name} is there twice: as the source or another time in this list.`, zh: `${nameZh} 出现了两次：作为源模型或在此列表中重复。` },
      remedy: { en: 'Take it out of the list.', zh: '请将其从列表中移除。' }
    }
  }
  if (model.classifier) {
    const { title } = model.classifier
    return {
      code: 'classifier-not-network',
      reason: { en: `Answers with ${title.en}, not with a network.`, zh: `由${title.zh}作答，而不是网络。` },
      message: {
        en: `${name} answers with a classifier of another kind (${title.en}), not with a network.`,
        zh: `${nameZh} 由另一种分类器（${title.zh}）作答，而不是网络。`
      },
      remedy: { en: 'Choose the models that it was made from.', zh: '请选择它所基于的模型。' }
    }
  }
  if (needs.classes === 'same' && target && !sameClassNames(model.classes, target.classes)) {
    return {
      code: 'classes-differ',
      reason: { en: `Knows other classes than ${target.name}.`, zh: `类别与 ${target.name} 不同。` },
      message: { en: `${name} knows other classes than “${target.name}”.`, zh: `${nameZh} 的类别与“${target.name}”不同。` },
      remedy: { en: 'Choose models that learned these classes.', zh: '请选择学习过这些类别的模型。' }
    }
  }
  const difference = needs.teachers?.alike && source ? shapeDifference(source, model) ?? orderDifference(model, target) : undefined
  return difference && {
    code: 'models-unlike',
    reason: { en: `Not like the source: its ${difference.en}.`, zh: `与源模型不同：${difference.zh}。` },
    message: {
      en: `${name} does not share the source's shape: its ${difference.en}. Their weights cannot be averaged.`,
      zh: `${nameZh} 与源模型的结构不同：${difference.zh}。无法平均其权重。`
    },
    remedy: {
      en: 'Choose models that were fine-tuned from the same one on the same classes, or an ensemble.', zh: '请选择由同一模型在相同类别上微调得到的模型，或使用集成。'
    }
  }
}

function shapeDifference(one: ModelSummary, other: ModelSummary): Text | undefined {
  if (one.architecture !== other.architecture) {
    return { en: `architecture is ${other.architecture}, not ${one.architecture}`, zh: `架构为 ${other.architecture}，而非 ${one.architecture}` }
  }
  if (one.input.join() !== other.input.join()) {
    return { en: `input is ${other.input.join('×')}, not ${one.input.join('×')}`, zh: `输入为 ${other.input.join('×')}，而非 ${one.input.join('×')}` }
  }
  if (JSON.stringify(one.normalisation) !== JSON.stringify(other.normalisation)) {
    return { en: 'pixels are normalised in another way', zh: '像素归一化方式不同' }
  }
  if (!sameClasses(one.classes, other.classes)) {
    return { en: 'classes are others, or in another order', zh: '类别不同，或顺序不同' }
  }
  const sizes = ({ blocks, parameters: all }: ModelSummary) => [...blocks.map(({ name, parameters }) => `${name} ${parameters}`), all].join()
  return sizes(one) === sizes(other) ? undefined : { en: 'blocks are of other sizes', zh: '各块大小不同' }
}

/** Weights that are averaged answer in the order that they learned, which must be the target's. */
function orderDifference({ classes }: ModelSummary, target: Dataset | undefined): Text | undefined {
  if (!target || sameClasses(classes, target.classes)) return undefined
  return { en: `classes are in another order than those of “${target.name}”`, zh: `类别顺序与“${target.name}”不同` }
}
