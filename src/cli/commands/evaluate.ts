import { isFresh } from '../../rules/refs'
import { table } from '../../rules/format/columns'
import { count, figure, percent } from '../../rules/format/figures'
import { deviceOption, readDevice, readId, readModelRef } from '../input/options'
import type { CliCommand } from './shared/command'
import { untrained } from './predict'

export const evaluate: CliCommand = (program, context) => {
  const { say, language } = context
  const zh = language === 'zh'
  program.command('evaluate')
    .description(say({ en: 'Score a saved model on the test images of a data set', zh: '在数据集的测试图像上评估已保存的模型' }))
    .argument('<ref>', say({ en: 'model:<id> or run:<id>', zh: 'model:<id> 或 run:<id>' }))
    .requiredOption('--dataset <id>', say({ en: 'The data set', zh: '数据集' }))
    .addOption(deviceOption(context))
    .action(context.action(async (text: string, flags: { dataset: string, device?: string }) => {
      const ref = readModelRef(text, 'REF', 'model')
      if (isFresh(ref)) throw untrained(ref)
      const device = readDevice(flags.device ?? 'auto')
      const dataset = readId(flags.dataset, '--dataset', 'dataset')
      const library = await context.readyLibrary()
      await context.readyModels({ mentioned: ref })
      await library.models.get(ref)
      const progress = context.progress()
      try {
        const score = await (await context.engine()).evaluate(ref, dataset, device, {
          signal: context.signal, onProgress: (done, total) => progress.images(done, total)
        })
        progress.stop()
        return {
          document: { model: ref, dataset, metrics: { test: score } },
          text: [
            zh ? `${ref} 在 ${dataset} 的 ${count(score.n)} 张测试图像上：正确率 ${percent(score.accuracy)}，损失 ${figure(score.loss)}。`
              : `${ref} on the ${count(score.n)} test images of ${dataset}: ${percent(score.accuracy)} right, loss ${figure(score.loss)}.`,
            '',
            table([
              { title: zh ? '类别' : 'class' }, { title: zh ? '正确率' : 'right', align: 'right' },
              { title: zh ? '图像数' : 'images', align: 'right' }
            ], score.perClass.map((entry) => [
              entry.class, entry.accuracy === null ? '–' : percent(entry.accuracy), count(entry.n)
            ]))
          ].join('\n')
        }
      } finally {
        progress.stop()
      }
    }))
}
