import type { Command } from 'commander'
import { changedMost, ckaText } from '../../rules/format/similarity'
import { table } from '../../rules/format/columns'
import { count } from '../../rules/format/figures'
import { idIn } from '../../rules/refs'
import type { Context } from '../context'
import { deviceOption, readDevice, readId, readModelRef } from '../input/options'
import { usageError } from '../output/errors'

/** `graft models compare`. */
export function addCompareCommand(noun: Command, context: Context): void {
  const { say, language } = context
  const zh = language === 'zh'

  noun.command('compare')
    .description(say({
      en: 'How alike the layers of two models see the same pictures (linear CKA), for example a run and its source: what the transfer changed; no label is read',
      zh: '两个模型的各层对相同图像的看法有多相似（线性 CKA），例如一次运行与其源模型：迁移改变了什么；不读取标签'
    }))
    .argument('<first>', say({ en: 'model:<id> or run:<id>', zh: 'model:<id> 或 run:<id>' }))
    .argument('<second>', say({ en: 'The other; it may be of another architecture', zh: '另一个模型；结构可以不同' }))
    .option('--dataset <id>', say({ en: 'Whose pictures are looked at; by default the target of the second or the first, where it is a run', zh: '查看哪个数据集的图像；默认取第二个或第一个运行的目标' }))
    .option('--images <n>', say({ en: 'Pictures at most (16 to 2,000; default 500)', zh: '最多图像数（16 到 2,000；默认 500）' }))
    .addOption(deviceOption(context))
    .action(context.action(async (one: string, other: string, flags: { dataset?: string, images?: string, device?: string }) => {
      const [first, second] = [readModelRef(one, 'FIRST', 'first'), readModelRef(other, 'SECOND', 'second')]
      const images = flags.images === undefined ? 500 : Number(flags.images)
      if (!Number.isInteger(images) || images < 16 || images > 2000) {
        throw usageError('invalid-value', { en: '--images takes a whole number from 16 to 2,000.', zh: '--images 应为 16 到 2,000 的整数。' }, { field: 'images' })
      }
      const library = await context.readyLibrary()
      await context.readyModels({ mentioned: `${first} ${second}` })
      let dataset = flags.dataset === undefined ? undefined : readId(flags.dataset, '--dataset', 'dataset')
      for (const ref of [second, first]) {
        const run = idIn('run', ref)
        if (dataset === undefined && run !== undefined) dataset = (await library.runs.get(run)).spec.target.dataset
      }
      if (dataset === undefined) throw usageError('missing-value', { en: 'Neither is a run: name the pictures with --dataset.', zh: '两者都不是运行：请用 --dataset 指定图像。' }, { field: 'dataset' })
      const progress = context.progress()
      try {
        const found = await (await context.engine()).similarity(
          { first, second, dataset, images, device: readDevice(flags.device ?? 'auto') },
          { signal: context.signal, onProgress: (...at) => progress.similarity(...at) }
        )
        progress.stop()
        const { names, layers, values, split } = found
        const changed = changedMost(found)
        return {
          document: found,
          text: [
            zh ? `行：${names.first}；列：${names.second}（${names.dataset} 的 ${count(found.images)} 张图像，${split}）`
              : `Rows: ${names.first}; columns: ${names.second} (${count(found.images)} pictures of ${names.dataset}, ${split})`,
            '',
            table(
              [{ title: '' }, ...layers.second.map(({ title }) => ({ title, align: 'right' as const }))],
              layers.first.map(({ title }, row) => [title, ...values[row]!.map(ckaText)])
            ),
            ...(changed ? ['', changed[language]] : [])
          ].join('\n')
        }
      } finally {
        progress.stop()
      }
    }))
}
