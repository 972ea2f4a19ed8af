import type { Dataset } from '../../contract/datasets'
import type { ErrorValue } from '../../contract/errors'
import type { MethodSummary } from '../../contract/methods'
import type { ModelSummary } from '../../contract/models'
import type { Parameter } from '../../contract/parameters'
import type { Spec } from '../../contract/runs'
import { finding, type Finding } from './finding'

/** What is wrong with the shape of the images that the network takes: a saved model's own, else the target's. */
export function unmetShape({ title, needs }: MethodSummary, sourceModel: ModelSummary | undefined, target: Dataset | undefined): Finding[] {
  const input = sourceModel?.input ?? target?.shape
  if (!needs.square || !input || input[0] === input[1]) return []
  const size = `${input[0]}×${input[1]}`
  return [finding(
    { en: `Needs square images; these are ${size}.`, zh: `需要正方形图像，而这里是 ${size}。` },
    'not-square', 'method.id',
    { en: `${title.en} turns images by a quarter, and the network takes them as ${size}: turned they would have another shape.`,
      zh: `“${title.zh}”会将图像旋转四分之一圈，而网络接收的图像为 ${size}：旋转后形状会改变。` },
    { en: 'Import the data set with a square size, or choose another method.', zh: '请以正方形尺寸导入数据集，或选择其他方法。' }
  )]
}

/** What is wrong with a change of colours where the source's images have none. */
export function checkColour({ needs, parameters }: MethodSummary, spec: Spec, sourceData: Dataset | undefined): ErrorValue[] {
  if (!needs.colour || !sourceData || sourceData.shape[2] !== 1) return []
  const { parameter: name, in: coloured } = needs.colour
  const parameter = parameters[name]
  const value = spec.method.params[name] ?? parameter?.default
  if (typeof value !== 'string' || !coloured.includes(value)) return []
  const labels = (language: 'en' | 'zh', keep: (value: string) => boolean): string[] => optionsOf(parameter)
    .filter((option) => keep(option.value)).map(({ label }) => label[language])
  const others = (language: 'en' | 'zh') => labels(language, (option) => !coloured.includes(option))
  const chosen = (language: 'en' | 'zh') => labels(language, (option) => option === value)[0] ?? value
  return [{
    code: 'rule-without-effect', field: `method.params.${name}`, usage: true,
    message: {
      en: `The images of “${sourceData.name}” are grey: “${chosen('en')}” changes nothing in them.`,
      zh: `“${sourceData.name}”的图像是灰度图：“${chosen('zh')}”不会改变它们。`
    },
    remedy: { en: `Choose one of: ${others('en').join(', ')}.`, zh: `请选择：${others('zh').join('、')}。` }
  }]
}

const optionsOf = (parameter: Parameter | undefined) => parameter?.kind === 'choice' ? parameter.options : []
