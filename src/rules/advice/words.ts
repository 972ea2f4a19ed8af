import type { Evidence, Expected } from '../../contract/advice'
import type { MethodSummary } from '../../contract/methods'
import { twinRoles } from '../../contract/runs'
import type { Text } from '../../contract/text'
import { percent } from '../format/figures'
import { learnsOnFeatures } from './cost'

const points = (share: number): string => Math.abs(100 * share).toFixed(1)

/** Why a method is put forward, in plain words: what was seen, and what that has meant on measured tasks. */
export function reasonOf(
  method: MethodSummary, { crossValidated, labelled, labelsPerClass }: Evidence, expected: Expected | undefined, gain: number | undefined
): Text {
  const way = wayOf(method)
  if (labelsPerClass === 0) {
    return gain === undefined ? way : {
      en: `${way.en} On the measured tasks like this one it was ${points(gain)} points ${gain >= 0 ? 'better' : 'worse'} than the source as it is.`,
      zh: `${way.zh}在与此相似的实测任务上，它比直接使用源模型${gain >= 0 ? '高' : '低'} ${points(gain)} 个百分点。`
    }
  }
  if (!crossValidated || !expected) return way
  const difference = expected.accuracy - crossValidated.value
  return {
    en: `${way.en} On the ${labelled} labelled images the features alone gave ${percent(crossValidated.value)}; on like tasks this method came ${points(difference)} points ${difference >= 0 ? 'above' : 'below'} that.`,
    zh: `${way.zh}在 ${labelled} 张已标注图像上，仅凭特征达到 ${percent(crossValidated.value)}；在相似任务上，该方法比它${difference >= 0 ? '高' : '低'} ${points(difference)} 个百分点。`
  }
}

/** What sort of method it is. */
function wayOf({ id, needs, recipe }: MethodSummary): Text {
  if (id === 'scratch') return { en: 'Learns from your labels alone and takes nothing from a source.', zh: '只从您的标签学习，不借用源模型。' }
  if (learnsOnFeatures({ recipe })) {
    return { en: 'Keeps the source\'s features as they are and learns a rule on them: quick, and hard to overfit.', zh: '保持源特征不变，只在其上学习分类规则：快速，且不易过拟合。' }
  }
  if (needs.targetImages && needs.targetLabels === 'none') {
    return { en: 'Brings the source to your images without any of their labels.', zh: '不使用任何目标标签，使源模型适应您的图像。' }
  }
  if (needs.targetLabels === 'none') return { en: 'Uses what the source knows without your labels.', zh: '不使用您的标签，直接利用源模型的知识。' }
  return { en: 'Trains the source\'s weights further on your labels.', zh: '在您的标签上继续训练源模型的权重。' }
}

/** What a method is held against. The controls themselves are what the others are held against. */
export function controlOf(method: string, labelled: boolean): Text {
  if (twinRoles.some((role) => role === method)) return { en: 'none: it is what the others are held against.', zh: '无：它本身就是其他方法的对照。' }
  return labelled ? fromScratch : sourceOnly
}

const fromScratch: Text = { en: 'From scratch: the same labels and budget, without the source.', zh: '从零训练：相同的标签与预算，但不用源模型。' }
const sourceOnly: Text = { en: 'Source only: the same source, without any adaptation.', zh: '仅源数据：相同的源，不做任何适应。' }
