import type { Command } from 'commander'
import type { Language } from '../../contract/text'
import type { Distances } from '../../contract/xray'
import { table, wrap } from '../../rules/format/columns'
import { count, figure, percent } from '../../rules/format/figures'
import type { Context } from '../context'
import { deviceOption, readDevice, readId, readModelRef } from '../input/options'

/** Distances side by side. */
function apartTable(language: Language, title: string, rows: readonly (Distances & { name: string })[]): string {
  const zh = language === 'zh'
  return table(
    [{ title }, { title: zh ? '可区分' : 'told apart', align: 'right' }, { title: zh ? '代理 A 距离' : 'proxy A-distance', align: 'right' },
      { title: 'MMD', align: 'right' }, { title: 'CORAL', align: 'right' }],
    rows.map(({ name, toldApart, aDistance, mmd, coral }) => [name, percent(toldApart), aDistance.toFixed(2), figure(mmd.value), figure(coral.value)])
  )
}

/** `graft datasets xray`. */
export function addXrayCommand(noun: Command, context: Context): void {
  const { say, language } = context
  const zh = language === 'zh'

  noun.command('xray')
    .description(say({
      en: 'How a target differs from what a source learned from, before anything is trained: classes, distance, shares of the classes, brightness, padding, colour, size; no target label is read',
      zh: '在训练之前查看目标与源模型所学数据的差异：类别、距离、类别比例、明暗、边框、颜色、尺寸；不读取目标标签'
    }))
    .requiredOption('--source <ref>', say({ en: 'Source model: model:<id> or run:<id>', zh: '源模型：model:<id> 或 run:<id>' }))
    .requiredOption('--target <id>', say({ en: 'Target data set', zh: '目标数据集' }))
    .option('--target-domain <name>', say({
      en: 'Only this domain of the target is the target; a source from the same data set leaves it out', zh: '只以目标数据集的这个域为目标；同一数据集的源会排除它'
    }))
    .option('--source-domain <name...>', say({ en: 'Only these domains of the source data; several may follow', zh: '只用源数据的这些域；可列出多个' }))
    .option('--source-data <id>', say({ en: 'What the source learned from, where that is not known', zh: '源模型所学的数据集（未知时指定）' }))
    .addOption(deviceOption(context))
    .action(context.action(async (flags: {
      source: string, target: string, sourceData?: string, targetDomain?: string, sourceDomain?: string[], device?: string
    }) => {
      const wanted = {
        source: readModelRef(flags.source, '--source', 'source'), target: readId(flags.target, '--target', 'target'),
        ...(flags.sourceData !== undefined && { sourceData: readId(flags.sourceData, '--source-data', 'sourceData') }),
        ...(flags.targetDomain !== undefined && { domain: flags.targetDomain }), ...(flags.sourceDomain && { sourceDomains: flags.sourceDomain }),
        device: readDevice(flags.device ?? 'auto')
      }
      const library = await context.readyLibrary()
      await context.readyModels({ mentioned: wanted.source })
      await library.datasets.get(wanted.target)
      const progress = context.progress()
      try {
        const seen = await (await context.engine()).xray(wanted, { signal: context.signal, onProgress: (...at) => progress.xray(...at) })
        progress.stop()
        const { names, findings, looked, shares, layers = [], domains = [], distances } = seen
        const text = [
          `${names.source}${names.sourceData === undefined ? '' : ` (${names.sourceData})`} → ${names.target}: ${zh
            ? `查看了 ${count(looked.target)} 张目标图像和 ${count(looked.source)} 张源图像，未读取目标标签`
            : `${count(looked.target)} pictures of the target and ${count(looked.source)} of the source were looked at, no target label`}`,
          ...findings.flatMap(({ level, title, text: what, remedy }) => [
            '', wrap(`${level === 'warning' ? '!' : level === 'note' ? '·' : '='} ${title[language]}: ${what[language]}`, 100, '  ').trimStart(),
            ...(remedy ? [wrap(remedy[language], 100, '  ')] : [])
          ]),
          ...(layers.length > 0 && distances ? ['', apartTable(language, zh ? '区块' : 'after block', [
            ...layers.map((layer) => ({ name: layer.title, ...layer })), { name: zh ? '最后' : 'the last', ...distances }
          ])] : []),
          ...(domains.length > 0 ? ['', apartTable(language, zh ? '域' : 'domains', domains.map((pair) => ({ name: `${pair.first} – ${pair.second}`, ...pair })))] : []),
          ...(shares ? ['', ...shares.map((each) => `  ${each.class}: ${percent(each.source)} → ${percent(each.estimated)}`)] : [])
        ].join('\n')
        return { document: seen, text }
      } finally {
        progress.stop()
      }
    }))
}
