import type { MethodSummary } from '../../contract/methods'
import type { Condition, Parameters } from '../../contract/parameters'
import type { Language } from '../../contract/text'

/** `Source epochs is 0`, in the words of the parameter. */
function conditionText({ parameter: name, in: values }: Condition, parameters: Parameters, language: Language): string {
  const parameter = parameters[name]
  const words = values.map((value) =>
    (parameter?.kind === 'choice' ? parameter.options.find((option) => option.value === value)?.label[language] : undefined) ?? String(value))
  return language === 'zh' ? `${parameter?.label.zh ?? name}为${words.join('、')}` : `${parameter?.label.en ?? name} is ${words.join(' or ')}`
}

/** What a method needs, in words. */
export function needsText({ needs, parameters }: MethodSummary, language: Language): string {
  const zh = language === 'zh'
  const labels = {
    all: zh ? '目标的全部标签' : 'all target labels', some: zh ? '部分目标标签' : 'some target labels',
    none: zh ? '无需目标标签' : 'no target labels'
  }[needs.targetLabels]
  return [
    needs.sourceModel ? (zh ? '训练好的源模型' : 'a trained source model') : (zh ? '全新权重或训练好的源模型' : 'fresh weights or a trained source model'),
    needs.sourceModelWhile && (zh ? `${conditionText(needs.sourceModelWhile, parameters, language)}时需要训练好的源模型`
      : `a trained source model while ${conditionText(needs.sourceModelWhile, parameters, language)}`),
    needs.sourceData ? (zh ? '带标签的源图像' : 'labelled source images') : undefined,
    labels,
    needs.classes === 'same' ? (zh ? '源与目标类别相同' : 'the same classes in both')
      : needs.classes === 'overlapping' ? (zh ? '源与目标有共同类别' : 'classes that both share') : undefined,
    needs.sourceHead && (zh ? '能区分类别的源模型' : 'a source model that tells classes apart'),
    needs.domains ? (zh ? `至少 ${needs.domains} 个源域` : `source images of at least ${needs.domains} domains`) : undefined,
    needs.batchNormalisation && (zh ? '带批归一化的源模型' : 'batch normalisation in the source model'),
    needs.colour && (zh ? `${conditionText(needs.colour, parameters, language)}时需要彩色源图像`
      : `source images in colour while ${conditionText(needs.colour, parameters, language)}`),
    needs.largestPair && (zh ? `任意两类合计不超过 ${needs.largestPair} 张带标签图像` : `at most ${needs.largestPair} labelled images of two classes together`),
    needs.square && (zh ? '正方形图像' : 'square images'),
    needs.validation && (zh ? '带标签的验证图像' : 'labelled validation images'),
    needs.teachers && (zh ? `源模型之外 ${needs.teachers.minimum} 到 ${needs.teachers.maximum} 个已保存的模型${needs.teachers.alike ? '（架构、输入与类别相同）' : ''}`
      : `${needs.teachers.minimum} to ${needs.teachers.maximum} saved models beside the source${needs.teachers.alike ? ' of its architecture, input and classes' : ''}`)
  ].filter(Boolean).join(zh ? '、' : ', ')
}
