import type { Command } from 'commander'
import { answerListOf } from '../../library/comparison'
import { writeFileDurably } from '../../library/disk'
import { answersCsv, mistakesIn } from '../../rules/format/answers'
import { table } from '../../rules/format/columns'
import { count, percent } from '../../rules/format/figures'
import type { Context } from '../context'
import { findRun } from '../input/identify'
import { checkNewFile } from '../output/new-file'

/** How many mistakes the text shows; `--json` and `--csv` have every image. */
const shownMistakes = 40

/** `graft runs answers`: what a run took each test image for, by the file that it was. */
export function addAnswersCommand(noun: Command, context: Context): void {
  const { say, language } = context
  const zh = language === 'zh'
  noun.command('answers')
    .description(say({
      en: 'Which test images a run took for another class, each by its file; with several runs, the mistakes of the first',
      zh: '查看一次运行将哪些测试图像误认为其他类别，并给出其文件；给出多个运行时列出第一个的错误'
    }))
    .argument('<run...>', say({ en: 'One or several runs', zh: '一次或多次运行' }))
    .option('--csv <file>', say({ en: 'Write a table with every test image and what each run took it for', zh: '写出含每张测试图像及各运行预测的表格' }))
    .action(context.action(async (texts: string[], flags: { csv?: string }) => {
      if (flags.csv !== undefined) await checkNewFile(flags.csv, '--csv', 'csv')
      const library = await context.keptLibrary()
      const ids: string[] = []
      for (const text of texts) ids.push((await findRun(library, text)).id)
      const list = await answerListOf(library, [...new Set(ids)])
      if (flags.csv !== undefined) {
        await writeFileDurably(flags.csv, answersCsv(list))
        context.notice({ en: `Wrote ${flags.csv}`, zh: `已写入 ${flags.csv}` })
      }
      const nameOf = (index: number | undefined): string => index === undefined ? '' : list.classes[index] ?? String(index)
      const wrong = mistakesIn(list)
      const rows = wrong.slice(0, shownMistakes).map((image) => [
        list.files?.[image] ?? `${list.split} ${list.positions[image]}`, nameOf(list.truth[image]),
        ...list.runs.flatMap(({ predicted, confidence }) => [nameOf(predicted[image]), confidence ? percent(confidence[image]!) : '–'])
      ])
      const more = wrong.length - rows.length
      return {
        document: { ...list, mistakes: wrong.length, ...(flags.csv !== undefined && { csv: flags.csv }) },
        text: [
          say({
            en: `${count(wrong.length)} of ${count(list.truth.length)} test images were taken for another class${wrong.length === 0 ? '' : list.runs[0]!.confidence ? ', the surest first' : ''}.`,
            zh: `${count(list.truth.length)} 张测试图像中有 ${count(wrong.length)} 张被误认为其他类别${wrong.length === 0 ? '' : list.runs[0]!.confidence ? '，最有把握的在前' : ''}。`
          }),
          ...(list.files ? [] : [say({
            en: 'The data set keeps no file names: each image is named by its place in the split.', zh: '该数据集未保存文件名：以图像在该部分中的位置表示。'
          })]),
          ...(rows.length === 0 ? [] : ['', table([
            { title: zh ? '文件' : 'file' }, { title: zh ? '真实类别' : 'true' },
            ...list.runs.flatMap(({ name }) => [{ title: list.runs.length === 1 ? (zh ? '预测为' : 'taken for') : name }, { title: zh ? '把握' : 'sure', align: 'right' as const }])
          ], rows)]),
          ...(more > 0 ? [say({ en: `… and ${count(more)} more: --csv FILE writes all.`, zh: `……另有 ${count(more)} 张：--csv FILE 可写出全部。` })] : [])
        ].join('\n')
      }
    }))
}
