import { keptScore } from '../../rules/advice/kept-score'
import { adviceText } from '../output/report/advice'
import { deviceOption, readDevice, readId, readLabels, readModelRef } from '../input/options'
import type { CliCommand } from './shared/command'

export const advise: CliCommand = (program, context) => {
  const { say, language } = context
  program.command('advise')
    .description(say({
      en: 'Say which methods are worth trying, before anything is trained, and what speaks for each', zh: '在训练之前说明值得尝试哪些方法及其依据'
    }))
    .requiredOption('--source <ref>', say({
      en: 'Source model: arch:<architecture>, model:<id> or run:<id>', zh: '源模型：arch:<结构>、model:<id> 或 run:<id>'
    }))
    .requiredOption('--target <id>', say({ en: 'Target data set', zh: '目标数据集' }))
    .option('--labels <all|none|K>', say({ en: 'Target labels that may be used: all (default), none, or K per class', zh: '可使用的目标标签：all（默认）、none 或每类 K 个' }))
    .option('--source-data <id>', say({ en: 'Source data set, for methods that need one', zh: '源数据集（供需要它的方法使用）' }))
    .option('--target-domain <name>', say({ en: 'One domain of the target data set as the target', zh: '以目标数据集中的一个域作为目标' }))
    .option('--sources', say({ en: 'Also rank every trained network on the shelf for this target', zh: '同时为该目标给所有训练过的网络排名' }))
    .addOption(deviceOption(context))
    .action(context.action(async (flags: Record<string, unknown>) => {
      const text = (name: string): string | undefined => typeof flags[name] === 'string' ? flags[name] : undefined
      const source = readModelRef(text('source') ?? '', '--source', 'source.model')
      const dataset = readId(text('target') ?? '', '--target', 'target.dataset')
      const [sourceData, domain] = [text('sourceData'), text('targetDomain')]
      const labels = readLabels(text('labels') ?? 'all')
      const device = readDevice(text('device') ?? 'auto')
      const library = await context.readyLibrary()
      await context.readyModels(flags.sources === true ? {} : { mentioned: source })
      await library.datasets.get(dataset)
      const progress = context.progress()
      try {
        const advice = await (await context.engine()).advise({
          source, target: { dataset, labels, ...(domain !== undefined && { domain }) }, device, allSources: flags.sources === true,
          ...(sourceData !== undefined && { sourceData: readId(sourceData, '--source-data', 'source.dataset') })
        }, { signal: context.signal, onProgress: (phase, done, total) => progress.advice(phase, done, total) })
        const score = keptScore((await library.runs.list()).runs)
        return { document: { ...advice, score }, text: adviceText(advice, score, language) }
      } finally {
        progress.stop()
      }
    }))
}
