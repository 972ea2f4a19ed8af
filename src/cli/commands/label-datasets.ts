import { writeFile } from 'node:fs/promises'
import type { Command } from 'commander'
import type { Dataset, SplitName } from '../../contract/datasets'
import { defaultExaminer } from '../../contract/examinations'
import { labelNextWantedSchema, type LabelNext } from '../../contract/labelling'
import { namingFile } from '../../library/disk'
import { planFor } from '../../rules/examination/propose'
import { table, wrap } from '../../rules/format/columns'
import { count, percent } from '../../rules/format/figures'
import type { Context } from '../context'
import { deviceOption, readDevice, readId, readModelRef } from '../input/options'
import { usageError } from '../output/errors'
import { checkNewFile } from '../output/new-file'

/** What stands in a plan where nobody has said the class yet. */
export const unsaid = '?'

/** `graft datasets label-next`. */
export function addLabelCommand(noun: Command, context: Context): void {
  const { say, language } = context

  noun.command('label-next')
    .description(say({
      en: 'Which unlabelled pictures of a data set would teach most: those that stand for many others, later those that the labels so far leave in doubt',
      zh: '数据集中哪些未标注的图像最有价值：先是能代表许多其他图像的，之后是现有标签难以判断的'
    }))
    .argument('<id>', say({ en: 'The data set; some of its pictures have no label', zh: '数据集，其中有未标注的图像' }))
    .option('--count <n>', say({ en: 'How many pictures (default 20)', zh: '图像数（默认 20）' }))
    .option('--source <ref>', say({ en: `The trained model to look with: model:<id> or run:<id> (default ${defaultExaminer})`, zh: `用于查看的已训练模型：model:<id> 或 run:<id>（默认 ${defaultExaminer}）` }))
    .option('--images <n>', say({ en: 'Unlabelled and labelled pictures to look at, at most (default 3000 of each split)', zh: '每个划分最多查看的未标注与已标注图像数（默认 3000）' }))
    .option('--plan <file>', say({
      en: 'Write a plan for “datasets mend” in which you say the classes: in place of each guess, or of each “?”', zh: '写出用于“datasets mend”的计划，由您填写类别：替换其中的猜测或“?”'
    }))
    .addOption(deviceOption(context))
    .action(context.action(async (id: string, flags: { count?: string, source?: string, images?: string, plan?: string, device?: string }) => {
      const wanted = labelNextWantedSchema.parse({
        dataset: readId(id, 'ID', 'dataset'),
        source: flags.source === undefined ? defaultExaminer : readModelRef(flags.source, '--source', 'source'),
        ...(flags.count !== undefined && { count: readWhole(flags.count, '--count', 1, 500) }),
        ...(flags.images !== undefined && { images: readWhole(flags.images, '--images', 20, 100_000) }),
        device: readDevice(flags.device ?? 'auto')
      })
      if (flags.plan !== undefined) await checkNewFile(flags.plan, '--plan', 'plan')
      const library = await context.readyLibrary()
      await context.readyModels({ mentioned: wanted.source })
      const dataset = await library.datasets.get(wanted.dataset)
      const progress = context.progress()
      try {
        const found = await (await context.engine()).labelNext(wanted, { signal: context.signal, onProgress: (...at) => progress.labelNext(...at) })
        progress.stop()
        const written = flags.plan === undefined ? '' : await writePlan(flags.plan, dataset, found, context)
        const reader = await library.datasets.open(wanted.dataset, { wholePass: false })
        try {
          const names = await Promise.all(found.pictures.map(async ({ split, position }) =>
            reader.hasNames(split) ? (await reader.readNames(split, [position]))[0]! : ''))
          const pictures = found.pictures.map((picture, index) => ({ ...picture, ...(names[index] !== '' && { file: names[index] }) }))
          return { document: { ...found, pictures }, text: textOf(found, names, language === 'zh') + written }
        } finally {
          await reader.close()
        }
      } finally {
        progress.stop()
      }
    }))
}

function textOf({ name, waiting, looked, labelled, why, pictures }: LabelNext, names: readonly string[], zh: boolean): string {
  const place = ({ split, position }: { split: SplitName, position: number }): string => `${split} ${position}`
  return [
    zh ? `${name}：${count(waiting)} 张图像没有标签，查看了 ${count(looked)} 张；已有 ${count(labelled)} 个标签`
      : `${name}: ${count(waiting)} pictures wait for a label, ${count(looked)} were looked at; ${count(labelled)} have one`,
    wrap(why[zh ? 'zh' : 'en'], 100), '',
    table([{ title: zh ? '图像' : 'picture' }, { title: zh ? '文件' : 'file' }, { title: zh ? '猜测' : 'guess' }],
      pictures.map((picture, index) => [place(picture), names[index]!, picture.guess === undefined ? '' : `${picture.guess} ${percent(picture.confidence ?? 0)}`]))
  ].join('\n')
}

/** Keeps no file that is there already. */
async function writePlan(file: string, dataset: Dataset, { pictures }: LabelNext, { say }: Context): Promise<string> {
  const plan = planFor(dataset, pictures.map(({ split, position, guess }) => ({ do: 'label', split, position, to: guess ?? unsaid })))
  await writeFile(file, `${JSON.stringify(plan, undefined, 2)}\n`, { flag: 'wx' }).catch((error: unknown) => { throw namingFile(error, file) })
  return say({
    en: `\n\n${file}: ${count(plan.corrections.length)} pictures. Say the class of each, then: graft datasets mend ${dataset.id} --plan ${file}`,
    zh: `\n\n${file}：${count(plan.corrections.length)} 张图像。请填写每张的类别，然后运行：graft datasets mend ${dataset.id} --plan ${file}`
  })
}

/** @throws GraftError (usage) */
function readWhole(text: string, flag: string, least: number, most: number): number {
  const value = Number(text)
  if (Number.isInteger(value) && value >= least && value <= most) return value
  throw usageError('invalid-value', {
    en: `${flag} takes a whole number from ${least} to ${most}, not "${text}".`, zh: `${flag} 应为 ${least} 到 ${most} 的整数，而不是“${text}”。`
  }, { field: flag.slice(2) })
}
