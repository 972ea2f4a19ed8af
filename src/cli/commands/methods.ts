import type { MethodSummary } from '../../contract/methods'
import type { Parameter, Parameters } from '../../contract/parameters'
import { trainingParameters } from '../../contract/training'
import type { Language } from '../../contract/text'
import { facts, table, wrap } from '../../rules/format/columns'
import { lossesText } from '../output/losses-text'
import { needsText } from '../output/needs-text'
import { defaultOf, ownDefault, rangeOf, settingDefault } from '../input/options'
import { methodNamed } from '../input/spec'
import type { CliCommand } from './shared/command'

/** Parameters with what they take, as a table. */
function parametersTable(parameters: Parameters, language: Language, usual = (_name: string, parameter: Parameter): string => defaultOf(parameter)): string {
  const zh = language === 'zh'
  return table([
    { title: zh ? '参数' : 'parameter' }, { title: zh ? '取值' : 'takes' },
    { title: zh ? '默认' : 'default' }, { title: zh ? '说明' : 'what it does' }
  ], Object.entries(parameters).map(([name, parameter]) => [
    name, rangeOf(parameter, language), usual(name, parameter), parameter.help[language]
  ]))
}

function methodText(method: MethodSummary, language: Language): string {
  const zh = language === 'zh'
  const own = Object.keys(method.parameters).length > 0
  return [
    `${method.title[language]} (${method.id})`,
    wrap(method.summary[language], 100),
    '',
    facts([
      [zh ? '类别' : 'family', method.family],
      [zh ? '出处' : 'reference', method.reference],
      [zh ? '需要' : 'needs', needsText(method, language)],
      [zh ? '损失项' : 'losses', lossesText(method, language)]
    ]),
    '',
    own ? parametersTable(method.parameters, language, ownDefault(method.parameters)) : zh ? '没有自己的参数。' : 'It has no parameters of its own.',
    '',
    ...(method.recipe?.noSteps
      ? [zh ? '该方法不做梯度训练：训练设置中只有 seed 起作用。' : 'It takes no gradient steps: of the training settings, only seed means something to it.']
      : [
          zh ? '训练设置（同样用 --set 或各自的选项；auto 由数据与源模型决定，运行时会说明）：'
            : 'Training settings (with --set too, or their own flags; auto follows from the data and the source, and the run says what and why):',
          parametersTable(trainingParameters, language, (name, parameter) => settingDefault(name, parameter, method))
        ])
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
