import { specFromFlags } from '../input/spec'
import { triedRatesText } from '../output/report/rates'
import { chosenHere } from '../running/settings-shelf'
import type { CliCommand } from './shared/command'
import { addTrainingOptions, addTransferOptions, refuseMissing, specFlags } from './shared/transfer-flags'

export const rates: CliCommand = (program, context) => {
  const { say, language } = context
  const command = addTransferOptions(program.command('rates')
    .description(say({
      en: 'Try which learning rates suit a transfer, before it is trained: the loss while the rate rises from step to step, and two proposals. It takes the flags of graft run; nothing is kept',
      zh: '在训练之前试出适合一次迁移的学习率：逐步升高学习率时的损失，以及两个建议。所用选项与 graft run 相同；不保留任何结果'
    })), context)
  addTrainingOptions(command, context)
  command.action(context.action(async (flags: Record<string, unknown>) => {
    refuseMissing(flags, 'rates')
    const methods = await context.methods()
    const open = specFromFlags(specFlags(flags), methods)
    await context.readyLibrary()
    await context.readyModels({ mentioned: JSON.stringify(open) })
    const { specs: [spec] } = await chosenHere(context, (known) => [specFromFlags(specFlags(flags), methods, known)])
    const progress = context.progress()
    try {
      const found = await (await context.engine()).tryRates({ spec: spec! }, {
        signal: context.signal, onProgress: (...at) => progress.rates(...at)
      })
      progress.stop()
      return { document: { ...found, spec: spec! }, text: triedRatesText(found, language) }
    } finally {
      progress.stop()
    }
  }))
}
