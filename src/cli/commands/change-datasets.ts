import type { Command } from 'commander'
import type { Dataset } from '../../contract/datasets'
import { deriveDataset } from '../../library/intake'
import type { Context } from '../context'
import { readId, readName, readShare } from '../input/options'

/** `graft datasets rename` and `graft datasets derive`. */
export function addChangeCommands(noun: Command, context: Context, describe: (dataset: Dataset) => string): void {
  const { say } = context

  noun.command('rename')
    .description(say({ en: 'Change the name on screen; nothing else changes', zh: '更改显示的名称；其余不变' }))
    .argument('<id>', say({ en: 'The data set', zh: '数据集' }))
    .argument('<name>', say({ en: 'Its new name', zh: '新名称' }))
    .action(context.action(async (id: string, name: string) => {
      const library = await context.readyLibrary()
      const dataset = await library.datasets.rename(readId(id, 'ID', 'dataset'), readName(name))
      return { document: dataset, text: describe(dataset) }
    }))

  noun.command('derive')
    .description(say({
      en: 'Make a new data set from an existing one, without some classes or with another validation split; the original does not change',
      zh: '由已有数据集生成新数据集：排除某些类别或更换验证集；原数据集保持不变'
    }))
    .argument('<id>', say({ en: 'The data set to start from', zh: '来源数据集' }))
    .option('--without <class...>', say({ en: 'Classes to leave out', zh: '要排除的类别' }))
    .option('--validation <share>', say({ en: 'Share of the images for validation, drawn anew from all but the test images; 0 for none', zh: '验证集比例，从非测试图像中重新抽取；0 表示不设' }))
    .option('--id <id>', say({ en: 'Id of the new data set (by default made from its name)', zh: '新数据集的 id（默认取自名称）' }))
    .option('--name <name>', say({ en: 'Name on screen (by default it says what was changed)', zh: '显示的名称（默认说明所做的更改）' }))
    .action(context.action(async (id: string, flags: { without?: string[], validation?: string, id?: string, name?: string }) => {
      const library = await context.readyLibrary()
      const progress = context.progress()
      try {
        const dataset = await deriveDataset(library, {
          from: readId(id, 'ID', 'dataset'),
          ...(flags.without && { leaveOut: flags.without }),
          ...(flags.validation !== undefined && { validation: readShare(flags.validation, '--validation', 0.9) }),
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
