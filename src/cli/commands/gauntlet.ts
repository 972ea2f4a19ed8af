import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { controlName, gauntletRows, Results, resultsPage, resultsText, standingOf, trainRows, type GauntletRow } from '../../gauntlet'
import { writeFileDurably } from '../../library/disk'
import type { Context } from '../context'
import { jobsOption, readJobs, readSeeds } from '../input/options'
import { exitCodes, usageError } from '../output/errors'
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
    .option('--report', say({ en: 'Show the kept results and train nothing', zh: '只显示已保存的结果，不训练' }))
    .option('--data <folder>', say({ en: 'Folder with mnist, usps, cifar-10-binary.tar.gz, cifar-100-binary', zh: '包含 mnist、usps、cifar-10-binary.tar.gz、cifar-100-binary 的文件夹' }))
    .addOption(jobsOption(context, say({ en: '2 on a processor of two cores or more', zh: '双核及以上处理器为 2' })))
    .option('--write', say({ en: 'Write the table into docs/results.md', zh: '将表格写入 docs/results.md' }))
    .action(context.action(async (flags: GauntletFlags) => {
      const quick = flags.quick === true
      const options = { quick, seeds: quick ? 1 : flags.seeds === undefined ? usualSeeds : readSeeds(flags.seeds) }
      const chosen = flags.only === undefined ? gauntletRows : flags.only.split(',').map(rowNamed)
      const path = resolve('docs', 'results.md')
      if (flags.write === true && !existsSync(dirname(path))) throw noPage()
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

interface GauntletFlags { only?: string, quick?: boolean, seeds?: string, report?: boolean, data?: string, jobs?: string, write?: boolean }

/** Two trainings at once on the processor. On a graphics card one, for the first takes all its memory. */
async function usualJobs(context: Context): Promise<number> {
  const { chosen } = await (await context.engine()).doctor()
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
const noPage = (): Error => usageError('no-docs-folder', {
  en: 'There is no folder docs here to write results.md into.', zh: '此处没有可写入 results.md 的 docs 文件夹。'
}, { field: 'write', remedy: { en: 'Call it in a checkout of Graft, or without --write.', zh: '请在 Graft 的检出目录中运行，或去掉 --write。' } })
const noFolder = (): Error => usageError('data-missing', {
  en: 'The gauntlet needs research data (MNIST, USPS, CIFAR), and no folder is named.', zh: '此命令需要研究数据（MNIST、USPS、CIFAR），但未指定文件夹。'
}, { field: 'data', remedy: { en: 'Name it with --data FOLDER.', zh: '请用 --data FOLDER 指定。' } })
