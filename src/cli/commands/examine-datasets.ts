import type { Command } from 'commander'
import { defaultExaminer } from '../../contract/examinations'
import type { Context } from '../context'
import { deviceOption, readDevice, readId, readModelRef } from '../input/options'
import { usageError } from '../output/errors'
import { examinationText } from '../output/report/examination'

/** `graft datasets doctor`. */
export function addDoctorCommand(noun: Command, context: Context): void {
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
    .addOption(deviceOption(context))
    .action(context.action(async (id: string, flags: { source?: string, testLabels?: true, images?: string, device?: string }) => {
      const wanted = {
        dataset: readId(id, 'ID', 'dataset'),
        source: flags.source === undefined ? defaultExaminer : readModelRef(flags.source, '--source', 'source'),
        testLabels: flags.testLabels === true,
        ...(flags.images !== undefined && { images: readImages(flags.images) }),
        device: readDevice(flags.device ?? 'auto')
      } as const
      const library = await context.readyLibrary()
      await context.readyModels({ mentioned: wanted.source })
      await library.datasets.get(wanted.dataset)
      const progress = context.progress()
      try {
        const found = await (await context.engine()).examine(wanted, {
          signal: context.signal, onProgress: (...at) => progress.examination(...at)
        })
        progress.stop()
        const reader = await library.datasets.open(wanted.dataset, { wholePass: false })
        try {
          const names = async (split: 'train' | 'validation' | 'test', position: number): Promise<string> =>
            reader.hasNames(split) ? (await reader.readNames(split, [position]))[0]! : String(position)
          return { document: found, text: await examinationText(found, names, language) }
        } finally {
          await reader.close()
        }
      } finally {
        progress.stop()
      }
    }))
}

/** From 20 to 100,000. @throws GraftError (usage) */
function readImages(text: string): number {
  const images = Number(text)
  if (Number.isInteger(images) && images >= 20 && images <= 100_000) return images
  throw usageError('invalid-value', {
    en: `--images takes a whole number from 20 to 100000, not "${text}".`, zh: `--images 应为 20 到 100000 的整数，而不是“${text}”。`
  }, { field: 'images' })
}
