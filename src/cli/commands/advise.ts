import { keptScore } from '../../rules/advice/kept-score'
import { adviceText, raceText } from '../output/report/advice'
import { usageError } from '../output/errors'
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
    .option('--race <minutes>', say({
      en: 'Train the best candidates within so many minutes, the better half of them longer each time, and say which one won',
      zh: '在给定分钟数内训练最有希望的方法，每轮保留较好的一半继续训练，并说明哪种胜出'
    }))
    .addOption(deviceOption(context))
    .action(context.action(async (flags: Record<string, unknown>) => {
      const text = (name: string): string | undefined => typeof flags[name] === 'string' ? flags[name] : undefined
      const source = readModelRef(text('source') ?? '', '--source', 'source.model')
      const dataset = readId(text('target') ?? '', '--target', 'target.dataset')
      const [sourceData, domain] = [text('sourceData'), text('targetDomain')]
      const labels = readLabels(text('labels') ?? 'all')
      const device = readDevice(text('device') ?? 'auto')
      const minutes = text('race') === undefined ? undefined : readMinutes(text('race')!)
      if (minutes !== undefined && flags.sources === true) throw raceAlone()
      const library = await context.readyLibrary()
      await context.readyModels(flags.sources === true ? {} : { mentioned: source })
      await library.datasets.get(dataset)
      const progress = context.progress()
      try {
        const asked = {
          source, target: { dataset, labels, ...(domain !== undefined && { domain }) }, device,
          ...(sourceData !== undefined && { sourceData: readId(sourceData, '--source-data', 'source.dataset') })
        }
        const engine = await context.engine()
        if (minutes !== undefined) {
          const race = await engine.race({ ...asked, minutes }, { signal: context.signal, onProgress: (at) => progress.race(at) })
          return { document: race, text: raceText(race, language) }
        }
        const advice = await engine.advise({ ...asked, allSources: flags.sources === true }, {
          signal: context.signal, onProgress: (phase, done, total) => progress.advice(phase, done, total)
        })
        const score = keptScore((await library.runs.overview()).runs)
        return { document: { ...advice, score }, text: adviceText(advice, score, language) }
      } finally {
        progress.stop()
      }
    }))
}

/** From 1 minute to a day. @throws GraftError (usage) */
function readMinutes(text: string): number {
  const minutes = Number(text)
  if (minutes >= 1 && minutes <= 24 * 60) return minutes
  throw usageError('invalid-value', { en: `--race takes minutes from 1 to 1440, not "${text}".`, zh: `--race 应为 1 到 1440 的分钟数，而不是“${text}”。` }, { field: 'race' })
}

const raceAlone = (): Error => usageError('invalid-value', {
  en: '--race and --sources do not go together.', zh: '--race 与 --sources 不能同时使用。'
}, { field: 'race', remedy: { en: 'Ask which source first, then race with it.', zh: '请先选择源模型，再进行竞赛。' } })
