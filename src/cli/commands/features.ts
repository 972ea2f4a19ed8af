import { extname, resolve } from 'node:path'
import { Option } from 'commander'
import { anySplitSchema } from '../../contract/datasets'
import { featureFormats } from '../../contract/features'
import { isFresh } from '../../rules/refs'
import { facts } from '../../rules/format/columns'
import { bytes, count } from '../../rules/format/figures'
import { usageError } from '../output/errors'
import { deviceOption, readDevice, readId, readModelRef } from '../input/options'
import type { CliCommand } from './shared/command'
import { untrained } from './predict'

export const features: CliCommand = (program, context) => {
  const { say, language } = context
  const zh = language === 'zh'
  program.command('features')
    .description(say({
      en: 'Save what a model sees in a data set\'s images, with labels and file names, for NumPy, pandas and the like',
      zh: '保存模型从数据集图像中得到的特征，以及标签和文件名，供 NumPy、pandas 等使用'
    }))
    .argument('<ref>', say({ en: 'model:<id> or run:<id>', zh: 'model:<id> 或 run:<id>' }))
    .argument('<out>', say({
      en: 'The file to write: .npy, with labels and file names in a .csv beside it, or .parquet, with all in one', zh: '要写的文件：.npy（标签和文件名在旁边的 .csv 中），或 .parquet（全部在一个文件中）'
    }))
    .requiredOption('--dataset <id>', say({ en: 'The data set', zh: '数据集' }))
    .addOption(new Option('--split <split>', say({ en: 'Which of its images', zh: '哪些图像' })).choices(anySplitSchema.options).default('all'))
    .option('--replace', say({ en: 'Overwrite what is there', zh: '覆盖已有文件' }))
    .addOption(deviceOption(context))
    .action(context.action(async (text: string, out: string, flags: { dataset: string, split: string, device?: string, replace?: boolean }) => {
      const model = readModelRef(text, 'REF', 'model')
      if (isFresh(model)) throw untrained(model)
      const format = featureFormats.find((known) => extname(out).toLowerCase() === `.${known}`)
      if (!format) {
        throw usageError('invalid-value', {
          en: `OUT ends in .npy or .parquet, not "${extname(out)}".`, zh: `输出文件应以 .npy 或 .parquet 结尾，而不是“${extname(out)}”。`
        }, { field: 'path' })
      }
      const device = readDevice(flags.device ?? 'auto')
      const dataset = readId(flags.dataset, '--dataset', 'dataset')
      await context.readyLibrary()
      await context.readyModels({ mentioned: model })
      const progress = context.progress()
      try {
        const saved = await (await context.engine()).saveFeatures(
          { model, dataset, split: anySplitSchema.parse(flags.split), format, path: resolve(out), replace: flags.replace === true }, device,
          { signal: context.signal, onProgress: (done, total) => progress.images(done, total) }
        )
        progress.stop()
        return {
          document: saved,
          text: facts([
            [zh ? '特征' : 'features', zh ? `${count(saved.rows)} 张图像，每张 ${count(saved.length)} 个数` : `${count(saved.length)} numbers of each of ${count(saved.rows)} images`],
            [zh ? '文件' : 'saved as', saved.path],
            ...(saved.table === undefined ? [] : [[zh ? '标签和文件名' : 'labels and file names', saved.table] as [string, string]]),
            [zh ? '大小' : 'size', bytes(saved.bytes)]
          ])
        }
      } finally {
        progress.stop()
      }
    }))
}
