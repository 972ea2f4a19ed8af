import type { MethodSummary } from '../../contract/methods'
import type { Condition, Parameters } from '../../contract/parameters'
import { trainingParameters } from '../../contract/training'
import type { Language } from '../../contract/text'
import { facts, table, wrap } from '../output/format'
import { defaultOf, rangeOf } from '../input/options'
import { methodNamed } from '../input/spec'
import type { CliCommand } from './shared/command'

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
    needs.sourceModel ? (zh ? '训练好的源模型' : 'a trained source model') : (zh ? '任意结构（全新权重）' : 'any architecture (fresh weights)'),
    needs.sourceModelWhile && (zh ? `${conditionText(needs.sourceModelWhile, parameters, language)}时需要训练好的源模型`
      : `a trained source model while ${conditionText(needs.sourceModelWhile, parameters, language)}`),
    needs.sourceData ? (zh ? '带标签的源图像' : 'labelled source images') : undefined,
    labels,
    needs.classes === 'same' ? (zh ? '源与目标类别相同' : 'the same classes in both')
      : needs.classes === 'overlapping' ? (zh ? '源与目标有共同类别' : 'classes that both share') : undefined,
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

/** Parameters with what they take, as a table. */
export function parametersTable(parameters: Parameters, language: Language): string {
  const zh = language === 'zh'
  return table([
    { title: zh ? '参数' : 'parameter' }, { title: zh ? '取值' : 'takes' },
    { title: zh ? '默认' : 'default' }, { title: zh ? '说明' : 'what it does' }
  ], Object.entries(parameters).map(([name, parameter]) => [
    name, rangeOf(parameter, language), defaultOf(parameter), parameter.help[language]
  ]))
}

function methodText(method: MethodSummary, language: Language): string {
  const zh = language === 'zh'
  const own = Object.keys(method.parameters).length > 0
  const usual = Object.entries(method.trainingDefaults ?? {}).map(([name, value]) => `${name}=${String(value)}`).join(', ')
  return [
    `${method.title[language]} (${method.id})`,
    wrap(method.summary[language], 100),
    '',
    facts([
      [zh ? '类别' : 'family', method.family],
      [zh ? '出处' : 'reference', method.reference],
      [zh ? '需要' : 'needs', needsText(method, language)],
      [zh ? '默认训练设置' : 'training defaults', usual]
    ]),
    '',
    own ? parametersTable(method.parameters, language) : zh ? '没有自己的参数。' : 'It has no parameters of its own.',
    '',
    zh ? '训练设置（同样用 --set 或各自的选项）：' : 'Training settings (with --set too, or their own flags):',
    parametersTable(trainingParameters, language)
  ].join('\n')
}

export const methods: CliCommand = (program, context) => {
  const { say, language } = context
  program.command('methods')
    .description(say({ en: 'The ways to transfer: what each does, needs and takes', zh: '迁移方法：作用、所需条件与参数' }))
    .argument('[id]', say({ en: 'One method, with all its parameters', zh: '某个方法及其全部参数' }))
    .action(context.action(async (id: string | undefined) => {
      const known = await context.methods()
      if (id !== undefined) {
        const method = methodNamed(known, id)
        return { document: method, text: methodText(method, language) }
      }
      const text = known.map((method) => [
        `${method.id}  ${method.title[language]}`,
        wrap(method.summary[language], 96, '  '),
        `  ${language === 'zh' ? '需要：' : 'Needs '}${needsText(method, language)}${language === 'zh' ? '。' : '.'}`
      ].join('\n')).join('\n\n')
      return {
        document: { methods: known },
        text: `${text}\n\n${say({ en: 'Parameters: graft methods ID', zh: '参数：graft methods ID' })}`
      }
    }))
}
