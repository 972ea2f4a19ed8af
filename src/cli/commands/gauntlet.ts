import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import {
  controlName, faultOf, firstTryPage, firstTryText, gauntletRows, medianBehind, pairs, prepare, Results, resultsPage, resultsText, standingOf,
  trainRows, tryPair, type GauntletRow, type Trial
} from '../../gauntlet'
import { writeFileDurably } from '../../library/disk'
import type { Context } from '../context'
import { jobsOption, readJobs, readSeeds } from '../input/options'
import { exitCodes, usageError } from '../output/errors'
import type { Result } from '../output/result'
import { TrainingPool } from '../running/training-pool'
import type { CliCommand } from './shared/command'

const usualSeeds = 3

/** The folder of research data beside a checkout. */
const usualData = join('..', 'shared', 'data')

export const gauntlet: CliCommand = (program, context) => {
  const { say } = context
  program.command('gauntlet')
    .description(say({
      en: 'Rerun published results and show ours, theirs, the control and the band; results are kept, and finished runs are not repeated',
      zh: '重做已发表的结果，并列出我们的结果、原结果、对照与范围；结果会保留，已完成的不会重复'
    }))
    .option('--only <rows>', say({ en: 'Rows of the table, separated by commas', zh: '表中的行，以逗号分隔' }))
    .option('--quick', say({ en: 'One seed and few steps: shows that it works, not how well', zh: '一个种子、少量步数：只验证可行，不评判成绩' }))
    .option('--seeds <n>', say({ en: 'Seeds per row (default 3); more can be added later', zh: '每行的种子数（默认 3）；以后可以再加' }))
    .option('--first-try', say({
      en: 'Every method that fits with nothing set, on pairs of data sets; with --only, pairs or methods',
      zh: '在若干数据集组合上以全部默认设置运行每个适用的方法；配合 --only 可指定组合或方法'
    }))
    .option('--report', say({ en: 'Show the kept results and train nothing', zh: '只显示已保存的结果，不训练' }))
    .option('--data <folder>', say({ en: 'Folder with mnist, usps, cifar-10-binary.tar.gz, cifar-100-binary', zh: '包含 mnist、usps、cifar-10-binary.tar.gz、cifar-100-binary 的文件夹' }))
    .addOption(jobsOption(context, say({ en: '2 on a processor of two cores or more', zh: '双核及以上处理器为 2' })))
    .option('--write', say({ en: 'Write the table into docs/results.md', zh: '将表格写入 docs/results.md' }))
    .action(context.action(async (flags: GauntletFlags) => {
      const quick = flags.quick === true
      const options = { quick, seeds: quick ? 1 : flags.seeds === undefined ? usualSeeds : readSeeds(flags.seeds) }
      const path = resolve('docs', 'results.md')
      if (flags.write === true && !existsSync(dirname(path))) throw noPage()
      if (flags.firstTry === true) return firstTry(context, flags, path)
      const chosen = flags.only === undefined ? gauntletRows : flags.only.split(',').map(rowNamed)
      // Its runs and data are kept apart from a person's own.
      context.dataDir = join(context.dataDir, 'gauntlet')
      const results = await Results.open(context.dataDir)
      const train = async (jobs: number): Promise<string[]> => {
        // Do this first, or several processes would each look for what is missing.
        await context.readyLibrary()
        return trainRows(context, new TrainingPool(context, jobs), chosen, results, { ...options, jobs, data: () => dataFolder(flags.data) })
      }
      const asked = flags.jobs === undefined ? undefined : readJobs(flags.jobs)
      const missing = flags.report === true ? [] : await train(asked ?? await usualJobs(context))
      if (flags.write === true) {
        const page = existsSync(path) ? await readFile(path, 'utf8') : ''
        await writeFileDurably(path, resultsPage(gauntletRows, results, page))
      }
      const cancelled = context.signal.aborted
      return {
        document: {
          rows: chosen.map((row) => ({
            id: row.id, title: row.title, published: row.published, where: row.where ?? null, control: controlName(row), band: row.band,
            standing: standingOf(row, results.of(row)), result: results.of(row) ?? null
          }))
        },
        text: resultsText(chosen, results, context.language),
        exitCode: cancelled ? exitCodes.cancelled : missing.length > 0 ? exitCodes.failed : exitCodes.done,
        ...((cancelled || missing.length > 0) && {
          reason: {
            code: 'gauntlet-unfinished',
            message: {
              en: `Not finished: ${missing.join(', ')}; what is done is kept.`, zh: `未完成：${missing.join('、')}；已完成的部分会保留。`
            },
            remedy: { en: 'Call it again to go on.', zh: '再次运行即可继续。' }
          }
        })
      }
    }))
}

interface GauntletFlags {
  only?: string
  quick?: boolean
  seeds?: string
  firstTry?: boolean
  report?: boolean
  data?: string
  jobs?: string
  write?: boolean
}

/** Every method with nothing set: what a person gets who sets nothing. */
async function firstTry(context: Context, flags: GauntletFlags, path: string): Promise<Result> {
  const quick = flags.quick === true
  const seeds = flags.seeds === undefined ? undefined : readSeeds(flags.seeds)
  // Its runs and data are kept apart from a person's own: before anything opens the library.
  context.dataDir = join(context.dataDir, 'gauntlet')
  const asked = flags.only?.split(',').map((name) => name.trim())
  const methods = asked?.filter((name) => !pairs.some(({ id }) => id === name))
  const known = (await context.methods()).map(({ id }) => id)
  for (const name of methods ?? []) if (!known.includes(name)) throw unknownPair(name)
  const ofAll = !asked || asked.length === methods?.length
  const wanted = pairs.filter(({ id, quick: short, onlyNamed }) => (!quick || short !== undefined) && (ofAll ? onlyNamed !== true : asked.includes(id)))
  const results = await Results.open(context.dataDir)
  await context.readyLibrary()
  await context.readyModels({ mentioned: JSON.stringify(wanted.map(({ source }) => source)) })
  const pool = new TrainingPool(context, flags.jobs === undefined ? 1 : readJobs(flags.jobs))
  const trials: Trial[] = []
  for (const pair of wanted) {
    if (context.signal.aborted) break
    await prepare(pair, context, () => dataFolder(flags.data))
    pool.say(context.say({ en: `— ${pair.title}`, zh: `— ${pair.title}` }))
    trials.push(...await tryPair(context, pool, pair, { quick, seeds, only: methods && methods.length > 0 ? methods : undefined }, (trial) => {
      pool.say(firstTryText([trial], results, context.language))
    }))
  }
  if (flags.write === true) await writeFileDurably(path, firstTryPage(trials, results, existsSync(path) ? await readFile(path, 'utf8') : ''))
  const faults = trials.flatMap((trial) => {
    const fault = faultOf(trial)
    return fault ? [{ pair: trial.pair, method: trial.method, fault }] : []
  })
  const cancelled = context.signal.aborted
  const listed = faults.map(({ pair, method, fault }) => `${pair} ${method}: ${context.say(fault)}`).join('; ')
  return {
    document: { trials, faults, behindTuned: medianBehind(trials, results) ?? null },
    text: firstTryText(trials, results, context.language),
    exitCode: cancelled ? exitCodes.cancelled : faults.length > 0 ? exitCodes.failed : exitCodes.done,
    ...((cancelled || faults.length > 0) && {
      reason: {
        code: 'first-try-faults',
        message: cancelled
          ? { en: 'Not finished; what is done is kept.', zh: '未完成；已完成的部分会保留。' }
          : { en: `Not as it should be: ${listed}.`, zh: `未达要求：${listed}。` }
      }
    })
  }
}

/** Two trainings at once on the processor. On a graphics card one, for the first takes all its memory. */
async function usualJobs(context: Context): Promise<number> {
  const { chosen } = await context.surroundings.diagnose(context.dataDir)
  return chosen.kind === 'cpu' ? Math.min(2, availableParallelism()) : 1
}

/** The folder of research data. @throws GraftError if none is named and none lies beside the checkout */
function dataFolder(named: string | undefined): string {
  if (named === undefined && !existsSync(usualData)) throw noFolder()
  return resolve(named ?? usualData)
}

function rowNamed(name: string): GauntletRow {
  const row = gauntletRows.find(({ id }) => id === name.trim())
  if (row) return row
  throw unknownRow(name)
}

const rowIds = gauntletRows.map(({ id }) => id).join(', ')
const unknownRow = (name: string): Error => usageError('unknown-row', {
  en: `There is no row "${name}".`, zh: `没有“${name}”这一行。`
}, { field: 'only', remedy: { en: `Rows: ${rowIds}.`, zh: `可用的行：${rowIds}。` } })
const unknownPair = (name: string): Error => usageError('unknown-pair', {
  en: `There is neither a pair nor a method "${name}".`, zh: `没有名为“${name}”的组合或方法。`
}, { field: 'only', remedy: { en: `Pairs: ${pairs.map(({ id }) => id).join(', ')}.`, zh: `可用的组合：${pairs.map(({ id }) => id).join('、')}。` } })
const noPage = (): Error => usageError('no-docs-folder', {
  en: 'There is no folder docs here to write results.md into.', zh: '此处没有可写入 results.md 的 docs 文件夹。'
}, { field: 'write', remedy: { en: 'Call it in a checkout of Graft, or without --write.', zh: '请在 Graft 的检出目录中运行，或去掉 --write。' } })
const noFolder = (): Error => usageError('data-missing', {
  en: 'The gauntlet needs research data (MNIST, USPS, CIFAR), and no folder is named.', zh: '此命令需要研究数据（MNIST、USPS、CIFAR），但未指定文件夹。'
}, { field: 'data', remedy: { en: 'Name it with --data FOLDER.', zh: '请用 --data FOLDER 指定。' } })
