import { writeFile } from 'node:fs/promises'
import { compareRuns } from '../../library/comparison'
import { studyReport } from '../../library/studies'
import type { Metric } from '../../contract/runs'
import { suggestNext } from '../../rules/next/suggest'
import { nextText } from '../output/report/next'
import { usageError } from '../output/errors'
import { facts, table } from '../../rules/format/columns'
import { balanceTexts } from '../../rules/format/balance'
import { duration, moment, percent } from '../../rules/format/figures'
import { findRun } from '../input/identify'
import { comparisonDocument, comparisonText } from '../output/report/comparison'
import { comparisonPage } from '../../rules/page/page'
import { marksOf, pinnedFirst } from '../../rules/marks'
import { standingOf } from '../../rules/states'
import { JsonTexts, localise } from '../output/result'
import { runDocument, runEntry, runText, specText } from '../output/report/run'
import { verdictsText } from '../output/report/study'
import { removed, sayWhatToRestore, undoOption } from '../running/remove'
import { addAnswersCommand } from './runs-answers'
import { addMarkCommands, marksText } from './runs-marks'
import { addSharingCommands } from './runs-sharing'
import type { CliCommand } from './shared/command'

/** As many as can be told apart by colour and line style; the window compares as many. */
const mostCompared = 8

export const runs: CliCommand = (program, context) => {
  const { say, language, surroundings: { programMark } } = context
  const zh = language === 'zh'
  const noun = program.command('runs').description(say({ en: 'Saved runs: list, show, compare, answers, tag, note, pin, save, open, remove, restore', zh: '已保存的运行：列出、查看、比较、逐图像的回答、标记、备注、固定、保存为文件、打开文件、删除、恢复' }))

  noun.command('list')
    .description(say({ en: 'List the runs: pinned ones on top, then the newest first', zh: '列出运行：固定的在顶部，其余最新的在前' }))
    .option('--tag <tag>', say({ en: 'Only runs with this tag', zh: '只列出带此标记的运行' }))
    .action(context.action(async ({ tag }: { tag?: string }) => {
      const library = await context.readyLibrary()
      const { runs: all, damaged } = await library.runs.overview()
      context.tellDamaged(damaged)
      const known = pinnedFirst(tag === undefined ? all : all.filter((run) => marksOf(run).tags.includes(tag)))
      const isMarkedAny = known.some((run) => run.marks)
      const text = (): string => all.length === 0
        ? say({ en: 'No runs yet. "graft demo" makes the first ones.', zh: '还没有运行。“graft demo”可生成第一批。' })
        : known.length === 0
          ? say({ en: `No run is tagged “${tag}”.`, zh: `没有带标记“${tag}”的运行。` })
          : table([
              { title: zh ? '运行' : 'run' }, { title: zh ? '状态' : 'state' }, { title: zh ? '名称' : 'name' },
              { title: zh ? '方法' : 'method' }, { title: zh ? '测试' : 'test', align: 'right' },
              { title: zh ? '平衡' : 'balanced', align: 'right' }, { title: zh ? '宏平均 F1' : 'macro-F1', align: 'right' },
              { title: zh ? '轮数' : 'epochs', align: 'right' }, { title: zh ? '用时' : 'time', align: 'right' },
              { title: zh ? '创建于' : 'created' }, ...(isMarkedAny ? [{ title: zh ? '标记' : 'marks' }] : [])
            ], known.map((run) => [
              run.id, standingOf(run)[language], run.name, run.spec.method.id,
              run.metrics.test ? percent(run.metrics.test.accuracy) : '–', ...balanceTexts(run.metrics.test),
              `${run.epochs}/${run.spec.training.epochs}`, duration(run.seconds, language), moment(run.createdAt),
              ...(isMarkedAny ? [marksText(run).trim()] : [])
            ]))
      const document = async (): Promise<unknown> => {
        const texts = await library.runs.texts(`entries-${language}`, programMark(), (run) => JSON.stringify(localise(runEntry(run), language)))
        return { runs: new JsonTexts(known.flatMap(({ id }) => texts.get(id) ?? [])), damaged }
      }
      return { document, text }
    }))

  noun.command('show')
    .description(say({ en: 'Everything about one run', zh: '查看一次运行的全部信息' }))
    .argument('<run>', say({ en: 'The run', zh: '运行' }))
    .action(context.action(async (id: string) => {
      const library = await context.keptLibrary()
      const run = await findRun(library, id)
      const metrics = await library.runs.readMetrics(run.id)
      const { folder } = library.runs.paths(run.id)
      const study = run.study?.role === 'candidate' ? await studyReport(library, run.study.id) : undefined
      const suggestions = suggestNext({
        run, epochs: metrics.filter((line) => line.kind === 'epoch'), runs: (await library.runs.overview()).runs,
        target: await library.datasets.get(run.spec.target.dataset).catch(() => undefined)
      })
      return {
        document: { ...runDocument(run), metrics: run.metrics, folder, next: suggestions, series: metrics.filter((line) => line.kind === 'epoch') },
        text: [
          runText(run, language), ...(study ? verdictsText(study, run.id, language) : []), nextText(suggestions, language), '', seriesText(metrics), zh ? '设置：' : 'Settings:', specText(run.spec, language), '',
          facts([[zh ? '文件夹' : 'folder', folder]])
        ].join('\n')
      }
    }))

  const seriesText = (metrics: readonly Metric[]): string => {
    const epochs = metrics.flatMap((line) => line.kind === 'epoch' ? [line] : [])
    if (epochs.length === 0) return ''
    return `${table([
      { title: zh ? '轮' : 'epoch', align: 'right' }, { title: zh ? '训练损失' : 'training loss', align: 'right' },
      { title: zh ? '训练' : 'training', align: 'right' }, { title: zh ? '验证损失' : 'validation loss', align: 'right' },
      { title: zh ? '验证' : 'validation', align: 'right' }, { title: zh ? '用时' : 'time', align: 'right' }
    ], epochs.map((line) => [
      String(line.epoch), line.train.loss.toFixed(4), line.train.accuracy === undefined ? '–' : percent(line.train.accuracy),
      line.validation ? line.validation.loss.toFixed(4) : '–', line.validation ? percent(line.validation.accuracy) : '–',
      duration(line.seconds, language)
    ]))}\n`
  }

  noun.command('compare')
    .description(say({ en: 'Runs side by side; differences are against the first', zh: '并排比较运行；差异以第一个为基准' }))
    .argument('<run...>', say({ en: 'Two to eight runs', zh: '两到八次运行' }))
    .option('--html <file>', say({ en: 'Write a page with figures and curves', zh: '写出含结果与曲线的网页' }))
    .action(context.action(async (texts: string[], flags: { html?: string }) => {
      const library = await context.keptLibrary()
      const found = []
      for (const text of texts) found.push(await findRun(library, text))
      const ids = [...new Set(found.map((run) => run.id))]
      if (ids.length < 2 || ids.length > mostCompared) {
        throw usageError('invalid-value', {
          en: `"runs compare" takes 2 to ${mostCompared} different runs, not ${ids.length}.`,
          zh: `“runs compare”需要 2 到 ${mostCompared} 个不同的运行，而不是 ${ids.length} 个。`
        }, { field: 'run' })
      }
      const comparison = await compareRuns(library, ids)
      const { html } = flags
      if (html !== undefined) {
        const metrics = await Promise.all(ids.map((id) => library.runs.readMetrics(id)))
        const { version } = context.surroundings
        await writeFile(html, comparisonPage({ comparison, metrics, language, version, now: new Date() }))
        context.notice({ en: `Wrote ${html}`, zh: `已写入 ${html}` })
      }
      return {
        document: { ...comparisonDocument(comparison), ...(html !== undefined && { html }) },
        text: comparisonText(comparison, language)
      }
    }))

  addAnswersCommand(noun, context)
  addMarkCommands(noun, context)
  addSharingCommands(noun, context)

  noun.command('remove')
    .description(say({ en: 'Remove runs', zh: '删除运行' }))
    .argument('<run...>', say({ en: 'The runs', zh: '运行' }))
    .addOption(undoOption(context))
    .action(context.action(async (texts: string[], flags: { undo: boolean }) => {
      const library = await context.keptLibrary()
      const ids: string[] = []
      for (const text of texts) ids.push((await findRun(library, text)).id)
      const unique = [...new Set(ids)]
      const token = await library.runs.remove(unique)
      return removed(context, 'runs', unique, [token], flags.undo)
    }))

  noun.command('restore')
    .description(say({ en: 'Bring back what was removed', zh: '恢复已删除的运行' }))
    .argument('[token...]', say({ en: 'The token that "remove" printed', zh: '“remove”给出的标识' }))
    .action(context.action(async (tokens: string[]) => {
      if (tokens.length === 0) await sayWhatToRestore(context, 'runs')
      for (const token of tokens) await context.library.runs.restore(token)
      return { document: { restored: tokens }, text: say({ en: 'Restored.', zh: '已恢复。' }) }
    }))
}
