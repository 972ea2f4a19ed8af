import { totalmem } from 'node:os'
import { Option } from 'commander'
import type { GraftError } from '../../contract/errors'
import type { Parameters } from '../../contract/parameters'
import { testSplits } from '../../contract/runs'
import { trainingParameters } from '../../contract/training'
import { memoryFor, memoryOf, memoryText } from '../../rules/advice/memory'
import type { Context } from '../context'
import { newId } from '../../library/disk'
import { deviceOption, domainOf, jobsOption, kebab, readDepths, readJobs, readName, readSeeds, settingDefault } from '../input/options'
import { methodNamed, specFromFlags, voidSettings, type SpecFlags } from '../input/spec'
import { refuseIgnored } from '../input/together'
import { usageError } from '../output/errors'
import { chosenSettingsText } from '../output/report/run'
import { runSpecFile } from '../running/from-spec'
import { chosenHere } from '../running/settings-shelf'
import { depthsOf, runStudy } from '../running/study'
import { createRun, train, trainResult } from '../running/train'
import type { CliCommand } from './shared/command'

const settings: Parameters = trainingParameters
/** What may stand beside `--spec`. */
const besideSpec = ['spec', 'name', 'threads', 'from', 'attempt', 'queue']
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

export const run: CliCommand = (program, context) => {
  const { say } = context
  const command = program.command('run')
    .description(say({ en: 'Train one transfer and keep it as a run', zh: '训练一次迁移，并保存为一次运行' }))
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
    .option('--twins', say({
      en: 'Add control runs with the same budget (from scratch, source only, all target labels) and a verdict',
      zh: '添加相同预算的对照运行（从零训练、仅源数据、全部目标标签）并给出结论'
    }))
    .option('--seeds <n>', say({ en: 'Repeat with this many seeds, counting up from --seed', zh: '用多个种子重复运行（从 --seed 起递增）' }))
    .option('--depths <tuned|frozen|both>', say({
      en: 'With feature-transfer: copy the first 0, 1, 2 … blocks in turn, trained further or kept frozen, for the depth-of-transfer curve',
      zh: '用于 feature-transfer：依次迁移前 0、1、2…个块（继续训练或冻结），得到迁移深度曲线'
    }))
    .option('--name <name>', say({ en: 'Name of the run', zh: '运行的名称' }))
    .addOption(jobsOption(context))
  command
    .option('--spec <file>', say({
      en: 'A whole spec as JSON in place of --source, --target, --method and all settings: spec.json of a run\'s folder repeats that run', zh: '以完整规格的 JSON 文件代替 --source、--target、--method 及全部设置：运行文件夹中的 spec.json 可重复该运行'
    }))
    .option('--threads <n>', say({ en: 'With --spec: threads to compute with (default all cores)', zh: '与 --spec 一起：计算线程数（默认全部核）' }))
    // What a cluster's nodes are called with.
    .addOption(new Option('--from <store>').hideHelp())
    .addOption(new Option('--attempt <n>').hideHelp())
    .addOption(new Option('--queue <key>').hideHelp())
  command.optionsGroup(say({ en: 'Training settings:', zh: '训练设置：' }))
  for (const option of trainingOptions(context)) command.addOption(option)
  command.action(context.action(async (flags: Record<string, unknown>) => {
    if (typeof flags.spec === 'string') {
      refuseIgnored(command, (name) => !besideSpec.includes(name), {
        en: 'With --spec everything else is as the file says; --name and --threads may be given.', zh: '使用 --spec 时，其余一切以该文件为准；只可另给 --name 与 --threads。'
      })
      return runSpecFile(context, { ...flags, spec: flags.spec })
    }
    refuseIgnored(command, (name) => ['threads', 'from', 'attempt', 'queue'].includes(name), { en: 'It goes with --spec.', zh: '它须与 --spec 一起使用。' })
    for (const [name, value] of [['source', '<ref>'], ['target', '<id>'], ['method', '<id>']] as const) if (flags[name] === undefined) throw missing(name, value)
    const methods = await context.methods()
    // Before anything is read, so that a flag that does not fit is told at once.
    const open = specFromFlags(specFlags(flags), methods)
    for (const { name: setting, because } of voidSettings(open, methodNamed(methods, open.method.id))) {
      context.notice({ en: `${setting} has no effect with ${because}.`, zh: `${because} 时 ${setting} 不起作用。` })
    }
    const name = typeof flags.name === 'string' ? readName(flags.name) : undefined
    const seeds = typeof flags.seeds === 'string' ? readSeeds(flags.seeds) : 1
    const jobs = readJobs(typeof flags.jobs === 'string' ? flags.jobs : undefined)
    await context.readyLibrary()
    await context.readyModels({ mentioned: JSON.stringify(open) })
    const { specs: [chosen], shelf } = await chosenHere(context, (known) => [specFromFlags(specFlags(flags), methods, known)])
    const spec = chosen!
    // Once nothing refuses it: else nothing starts with these settings.
    const onAccepted = (): void => {
      const why = chosenSettingsText(spec, context.language)
      if (why !== '') context.notice({ en: `Chosen for you:\n${why}`, zh: `为您选择：\n${why}` })
      const needed = memoryOf(spec, { methods, ...shelf })
      if (needed !== undefined) context.notice(memoryText(needed, memoryFor(spec.device, { here: totalmem() })))
    }
    if (flags.twins === true || seeds > 1 || flags.depths !== undefined) {
      const specs = flags.depths === undefined ? [spec] : await depthsOf(context, spec, readDepths(flags.depths))
      return runStudy(context, { id: newId(), specs, seeds, twins: flags.twins === true, jobs, onAccepted, ...(name !== undefined && { name }) })
    }
    const created = await createRun(context, spec, name)
    onAccepted()
    context.notice({ en: `Run ${created.id}`, zh: `运行 ${created.id}` })
    return trainResult(context, await train(context, created))
  }))
}

const missing = (name: string, value: string): GraftError => usageError('missing-mandatory-option-value', {
  en: `The flag --${name} ${value} is missing.`, zh: `缺少选项 --${name} ${value}。`
}, { remedy: { en: 'See graft run --help.', zh: '参见 graft run --help。' } })

/** Commander's values as the flags of a spec. Commander has already checked that the required ones are there. */
function specFlags(flags: Record<string, unknown>): SpecFlags {
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
