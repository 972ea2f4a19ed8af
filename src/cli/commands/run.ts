import { totalmem } from 'node:os'
import { Option } from 'commander'
import { memoryFor, memoryOf, memoryText } from '../../rules/advice/memory'
import { newId } from '../../library/disk'
import { jobsOption, readDepths, readJobs, readName, readSeeds } from '../input/options'
import { methodNamed, specFromFlags, voidSettings } from '../input/spec'
import { refuseIgnored } from '../input/together'
import { chosenSettingsText } from '../output/report/run'
import { runSpecFile } from '../running/from-spec'
import { chosenHere } from '../running/settings-shelf'
import { depthsOf, runStudy } from '../running/study'
import { createRun, train, trainResult } from '../running/train'
import type { CliCommand } from './shared/command'
import { addTrainingOptions, addTransferOptions, refuseMissing, specFlags } from './shared/transfer-flags'

/** What may stand beside `--spec`. */
const besideSpec = ['spec', 'name', 'threads', 'from', 'attempt', 'queue']

export const run: CliCommand = (program, context) => {
  const { say } = context
  const command = addTransferOptions(program.command('run')
    .description(say({ en: 'Train one transfer and keep it as a run', zh: '训练一次迁移，并保存为一次运行' })), context)
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
  addTrainingOptions(command, context)
  command.action(context.action(async (flags: Record<string, unknown>) => {
    if (typeof flags.spec === 'string') {
      refuseIgnored(command, (name) => !besideSpec.includes(name), {
        en: 'With --spec everything else is as the file says; --name and --threads may be given.', zh: '使用 --spec 时，其余一切以该文件为准；只可另给 --name 与 --threads。'
      })
      return runSpecFile(context, { ...flags, spec: flags.spec })
    }
    refuseIgnored(command, (name) => ['threads', 'from', 'attempt', 'queue'].includes(name), { en: 'It goes with --spec.', zh: '它须与 --spec 一起使用。' })
    refuseMissing(flags, 'run')
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
