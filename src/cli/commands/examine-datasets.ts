import { readFile, writeFile } from 'node:fs/promises'
import type { Command } from 'commander'
import type { Dataset, SplitName } from '../../contract/datasets'
import { mendPlanSchema, type MendPlan } from '../../contract/mending'
import { namingFile } from '../../library/disk'
import { mendDataset } from '../../library/intake'
import { cutShort, planFor, proposedFor } from '../../rules/examination/propose'
import { count } from '../../rules/format/figures'
import { defaultExaminer, type Examination } from '../../contract/examinations'
import type { Context } from '../context'
import { deviceOption, readDevice, readId, readModelRef, readName } from '../input/options'
import { usageError } from '../output/errors'
import { checkNewFile } from '../output/new-file'
import { examinationText } from '../output/report/examination'
import { unsaid } from './label-datasets'

/** `graft datasets doctor` and `graft datasets mend`. */
export function addDoctorCommands(noun: Command, context: Context, describe: (dataset: Dataset) => string): void {
  const { say, language } = context

  noun.command('doctor')
    .description(say({
      en: 'Look for what is wrong with a data set: labels that are likely wrong, copies, look-alikes, outliers, dark and blurred pictures, shortcuts; nothing is changed',
      zh: '检查数据集的问题：可能有误的标签、副本、相似图像、离群图像、过暗或模糊的图像、捷径；不作任何更改'
    }))
    .argument('<id>', say({ en: 'The data set', zh: '数据集' }))
    .option('--source <ref>', say({ en: `The trained model to look with: model:<id> or run:<id> (default ${defaultExaminer})`, zh: `用于查看的已训练模型：model:<id> 或 run:<id>（默认 ${defaultExaminer}）` }))
    .option('--test-labels', say({ en: 'Judge the labels of the test split too; without, they are not read', zh: '也判断测试集的标签；否则不读取' }))
    .option('--images <n>', say({ en: 'Pictures of each split to look at, at most (default 3000)', zh: '每个划分最多查看的图像数（默认 3000）' }))
    .option('--plan <file>', say({
      en: 'Write a plan for “datasets mend”: labels as suggested, copies and blank pictures left out', zh: '写出用于“datasets mend”的计划：采用建议的标签，去掉副本和空白图像'
    }))
    .addOption(deviceOption(context))
    .action(context.action(async (id: string, flags: { source?: string, testLabels?: true, images?: string, plan?: string, device?: string }) => {
      const wanted = {
        dataset: readId(id, 'ID', 'dataset'),
        source: flags.source === undefined ? defaultExaminer : readModelRef(flags.source, '--source', 'source'),
        testLabels: flags.testLabels === true,
        ...(flags.images !== undefined && { images: readImages(flags.images) }),
        device: readDevice(flags.device ?? 'auto')
      } as const
      if (flags.plan !== undefined) await checkNewFile(flags.plan, '--plan', 'plan')
      const library = await context.readyLibrary()
      await context.readyModels({ mentioned: wanted.source })
      const dataset = await library.datasets.get(wanted.dataset)
      const progress = context.progress()
      try {
        const found = await (await context.engine()).examine(wanted, {
          signal: context.signal, onProgress: (...at) => progress.examination(...at)
        })
        progress.stop()
        const written = flags.plan === undefined ? '' : await writePlan(flags.plan, dataset, found, context)
        const reader = await library.datasets.open(wanted.dataset, { wholePass: false })
        try {
          const names = async (split: SplitName, position: number): Promise<string> =>
            reader.hasNames(split) ? (await reader.readNames(split, [position]))[0]! : String(position)
          return { document: found, text: await examinationText(found, names, language) + written }
        } finally {
          await reader.close()
        }
      } finally {
        progress.stop()
      }
    }))

  noun.command('mend')
    .description(say({
      en: 'Make a corrected data set from an existing one: pictures relabelled, left out or moved by a plan, classes renamed or merged; the original does not change',
      zh: '由已有数据集生成更正后的数据集：按计划改标签、剔除或移动图像，重命名或合并类别；原数据集保持不变'
    }))
    .argument('<id>', say({ en: 'The data set to start from', zh: '来源数据集' }))
    .option('--plan <file>', say({ en: 'The corrections, as “datasets doctor --plan” writes them', zh: '更正计划，即“datasets doctor --plan”写出的文件' }))
    .option('--rename-class <old=new...>', say({ en: 'Rename classes; those that get the same name become one', zh: '重命名类别；同名的类别合并为一个' }))
    .option('--id <id>', say({ en: 'Id of the new data set (by default made from its name)', zh: '新数据集的 id（默认取自名称）' }))
    .option('--name <name>', say({ en: 'Name on screen (by default it says how many corrections there are)', zh: '显示的名称（默认说明更正的数量）' }))
    .action(context.action(async (id: string, flags: { plan?: string, renameClass?: string[], id?: string, name?: string }) => {
      const library = await context.readyLibrary()
      const plan = flags.plan === undefined ? mendPlanSchema.parse({}) : await readPlan(flags.plan)
      const progress = context.progress()
      try {
        const dataset = await mendDataset(library, {
          from: readId(id, 'ID', 'dataset'), plan: { ...plan, classes: { ...plan.classes, ...readRenames(flags.renameClass ?? []) } },
          ...(flags.id !== undefined && { id: readId(flags.id, '--id', 'id') }),
          ...(flags.name !== undefined && { name: readName(flags.name) })
        }, { signal: context.signal, onProgress: (at) => progress.import(at) })
        progress.stop()
        return { document: dataset, text: describe(dataset) }
      } finally {
        progress.stop()
      }
    }))
}

/** @throws GraftError (usage) where the file is no plan */
async function readPlan(file: string): Promise<MendPlan> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => { throw namingFile(error, file) })
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw notAPlan(file)
  }
  const plan = mendPlanSchema.safeParse(value)
  if (plan.success) {
    const open = plan.data.corrections.filter((each) => each.do === 'label' && each.to === unsaid).length
    if (open > 0) throw unfinished(file, open)
    return plan.data
  }
  const [issue] = plan.error.issues
  throw notAPlan(file, issue && `${issue.path.join('.')}: ${issue.message}`)
}

const unfinished = (file: string, open: number): Error => usageError('unfinished-plan', {
  en: `${file} says “${unsaid}” in place of the class of ${open === 1 ? '1 picture' : `${open} pictures`}.`, zh: `${file} 中有 ${open} 张图像的类别仍为“${unsaid}”。`
}, { field: 'plan', remedy: { en: 'Say their classes, or take these entries out.', zh: '请填写类别，或删去这些条目。' } })

const notAPlan = (file: string, why?: string): Error => usageError('invalid-plan', {
  en: `${file} is no plan of corrections${why === undefined ? '' : ` (${why})`}.`, zh: `${file} 不是更正计划${why === undefined ? '' : `（${why}）`}。`
}, { field: 'plan', remedy: { en: '“graft datasets doctor ID --plan FILE” writes one.', zh: '“graft datasets doctor ID --plan FILE”可写出计划。' } })

/** `old=new`, each. @throws GraftError (usage) */
const readRenames = (texts: readonly string[]): Record<string, string> => Object.fromEntries(texts.map((text) => {
  const at = text.indexOf('=')
  if (at > 0 && text.slice(at + 1).trim() !== '') return [text.slice(0, at), text.slice(at + 1).trim()]
  throw usageError('invalid-value', { en: `--rename-class takes OLD=NEW, not "${text}".`, zh: `--rename-class 应为 旧名=新名，而不是“${text}”。` }, { field: 'renameClass' })
}))

/** Writes what the findings propose, to be read and changed before it is used; says where. Keeps no file that is there already. */
async function writePlan(file: string, dataset: Dataset, { findings, classes }: Examination, { say, language }: Context): Promise<string> {
  const plan = planFor(dataset, findings.flatMap((finding) => proposedFor(finding, classes)))
  await writeFile(file, `${JSON.stringify(plan, undefined, 2)}\n`, { flag: 'wx' }).catch((error: unknown) => { throw namingFile(error, file) })
  const [made, id] = [plan.corrections.length, dataset.id]
  const rest = cutShort(findings, classes).map(({ title, planned, found }) => say({
    en: `\n${title[language]}: ${count(planned)} of ${count(found)} found are in the plan; mend, then look again.`,
    zh: `\n${title[language]}：发现 ${count(found)} 个，计划中有 ${count(planned)} 个；请更正后再次检查。`
  }))
  return say({
    en: `\n\n${file}: ${count(made)} corrections. Read it, change it, then: graft datasets mend ${id} --plan ${file}`,
    zh: `\n\n${file}：${count(made)} 处更正。请先查看和修改，然后运行：graft datasets mend ${id} --plan ${file}`
  }) + rest.join('')
}

/** From 20 to 100,000. @throws GraftError (usage) */
function readImages(text: string): number {
  const images = Number(text)
  if (Number.isInteger(images) && images >= 20 && images <= 100_000) return images
  throw usageError('invalid-value', {
    en: `--images takes a whole number from 20 to 100000, not "${text}".`, zh: `--images 应为 20 到 100000 的整数，而不是“${text}”。`
  }, { field: 'images' })
}
