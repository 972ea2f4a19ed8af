import { Option, type Command } from 'commander'
import type { GraftError } from '../../../contract/errors'
import type { Parameters } from '../../../contract/parameters'
import { testSplits } from '../../../contract/runs'
import { trainingParameters } from '../../../contract/training'
import type { Context } from '../../context'
import { deviceOption, domainOf, kebab, settingDefault } from '../../input/options'
import type { SpecFlags } from '../../input/spec'
import { usageError } from '../../output/errors'

// The flags that describe one transfer.

const settings: Parameters = trainingParameters
const collect = (value: string, earlier: string[]): string[] => [...earlier, value]

/** A flag for each training setting, from its schema. */
function trainingOptions({ say, language }: Context): Option[] {
  return Object.entries(settings).map(([name, parameter]) => {
    const takes = domainOf(parameter)[language]
    const usual = language === 'zh' ? `${takes}；默认 ${settingDefault(name, parameter)}` : `${takes}; default ${settingDefault(name, parameter)}`
    const value = parameter.kind === 'integer' ? '<n>' : parameter.kind === 'number' ? '<x>' : '<value>'
    return new Option(`--${kebab(name)} ${value}`, `${say(parameter.help)} (${usual})`)
  })
}

/** What is transferred to what, and how. */
export function addTransferOptions(command: Command, context: Context): Command {
  const { say } = context
  return command
    .option('--source <ref>', say({
      en: 'Source model: arch:<architecture>, model:<id> or run:<id>', zh: '源模型：arch:<结构>、model:<id> 或 run:<id>'
    }))
    .option('--target <id>', say({ en: 'Target data set', zh: '目标数据集' }))
    .option('--method <id>', say({ en: 'Transfer method; "graft methods" lists them', zh: '迁移方法；“graft methods”列出全部' }))
    .option('--source-data <id>', say({ en: 'Source data set, for methods that need one', zh: '源数据集（供需要它的方法使用）' }))
    .option('--source-domain <name...>', say({
      en: 'Learn from these domains of the source data set alone; several may follow', zh: '只从源数据集的这些域学习；可列出多个'
    }))
    .option('--labels <all|none|K>', say({
      en: 'Target labels to use: all, none, or K per class (by default what the method needs)', zh: '使用的目标标签：all、none 或每类 K 个（默认按方法所需）'
    }))
    .option('--validation-labels <all|K>', say({
      en: 'Labelled validation images that may choose the epoch: all, or K per class (by default all, or with --labels K as many)',
      zh: '可用于选择轮次的带标签验证图像：all 或每类 K 张（默认全部；使用 --labels K 时数量相同）'
    }))
    .option('--target-domain <name>', say({
      en: 'Only this domain of the target data set is the target; a source from the same data set leaves it out',
      zh: '以目标数据集中的一个域作为目标；若源为同一数据集，则留出该域'
    }))
    .option(`--test-split <${testSplits.join('|')}>`, say({
      en: 'What to test on: the test images (default); the validation images, which then choose no epoch; or, without labels, all pictures of the target',
      zh: '在哪些图像上测试：测试图像（默认）；验证图像（此时不用于选择轮次）；或在不使用标签时目标的全部图像'
    }))
    .option('--set <key=value>', say({
      en: 'A parameter of the method or a training setting; may be given several times', zh: '方法参数或训练设置；可多次给出'
    }), collect, [] as string[])
    .addOption(deviceOption(context))
}

/** All training settings, under a heading of their own. */
export function addTrainingOptions(command: Command, context: Context): void {
  command.optionsGroup(context.say({ en: 'Training settings:', zh: '训练设置：' }))
  for (const option of trainingOptions(context)) command.addOption(option)
}

/** @throws GraftError (usage) for the first flag without which there is no transfer */
export function refuseMissing(flags: Record<string, unknown>, verb: string): void {
  for (const [name, value] of [['source', '<ref>'], ['target', '<id>'], ['method', '<id>']] as const) if (flags[name] === undefined) throw missing(name, value, verb)
}

const missing = (name: string, value: string, verb: string): GraftError => usageError('missing-mandatory-option-value', {
  en: `The flag --${name} ${value} is missing.`, zh: `缺少选项 --${name} ${value}。`
}, { remedy: { en: `See graft ${verb} --help.`, zh: `参见 graft ${verb} --help。` } })

/** Commander's values as the flags of a spec. */
export function specFlags(flags: Record<string, unknown>): SpecFlags {
  const text = (name: string): string | undefined => typeof flags[name] === 'string' ? flags[name] : undefined
  const sourceData = text('sourceData')
  const labels = text('labels')
  const validationLabels = text('validationLabels')
  const device = text('device')
  const targetDomain = text('targetDomain')
  const testSplit = text('testSplit')
  return {
    source: text('source') ?? '',
    target: text('target') ?? '',
    method: text('method') ?? '',
    ...(sourceData !== undefined && { sourceData }),
    ...(labels !== undefined && { labels }),
    ...(validationLabels !== undefined && { validationLabels }),
    ...(targetDomain !== undefined && { targetDomain }),
    ...(testSplit !== undefined && { testSplit }),
    ...(Array.isArray(flags.sourceDomain) && { sourceDomains: flags.sourceDomain.map(String) }),
    ...(device !== undefined && { device }),
    set: Array.isArray(flags.set) ? flags.set.map(String) : [],
    training: Object.fromEntries(Object.keys(settings).map((name) => [name, text(name)]))
  }
}
