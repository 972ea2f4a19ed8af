import type { Command } from 'commander'
import type { ModelImportOptions } from '../../contract/models'
import { importedRef } from '../../rules/refs'
import { table } from '../../rules/format/columns'
import { bytes, count } from '../../rules/format/figures'
import { findEmbedded, getKnownModel, knownModelOf, listKnownModels } from '../../library/models'
import type { Context } from '../context'
import { readId, readName } from '../input/options'

/** `graft models known` and `graft models get`. */
export function addKnownModelCommands(noun: Command, context: Context): void {
  const { say, language } = context
  const zh = language === 'zh'

  noun.command('known')
    .description(say({ en: 'List the trained networks of others that Graft can get by itself', zh: '列出 Graft 可以自行获取的他人训练的网络' }))
    .action(context.action(async () => {
      const known = await listKnownModels(context.library, context.surroundings.cacheDir)
      const text = [
        table([
          { title: 'id' }, { title: zh ? '名称' : 'name' }, { title: zh ? '输入' : 'input' }, { title: zh ? '类别' : 'classes', align: 'right' },
          { title: zh ? '下载' : 'download', align: 'right' }, { title: zh ? '校验' : 'checksum' },
          { title: zh ? '状态' : 'here' }, { title: zh ? '许可' : 'licence' }
        ], known.map(({ id, title, input, classes, downloadBytes, checked, isHere, licence }) => [
          id, title, input.join('×'), classes === 0 ? '–' : count(classes), bytes(downloadBytes), checked ? (zh ? '8 位' : '8 digits') : '–', isHere ? importedRef(id) : '–', licence
        ])),
        '',
        ...known.map(({ title, learned, attribution, page }) => zh
          ? `  ${title}：学习自 ${learned.zh}。${attribution} ${page}` : `  ${title}: learned from ${learned.en}. ${attribution} ${page}`)
      ].join('\n')
      return { document: { known }, text }
    }))

  noun.command('get')
    .description(say({ en: 'Download a known network and import it; an interrupted download continues', zh: '下载并导入已知网络；从上次中断处继续' }))
    .argument('<known>', say({ en: 'Its id, as "models known" lists it', zh: '“models known”列出的 id' }))
    .option('--id <id>', say({ en: 'Id on the shelf (by default the same)', zh: '模型库中的 id（默认与已知 id 相同）' }))
    .option('--name <name>', say({ en: 'Name on screen', zh: '显示的名称' }))
    .action(context.action(async (known: string, flags: Record<string, string | undefined>) => {
      const entry = knownModelOf(readId(known, 'KNOWN', 'known'))
      const { cacheDir, env, backOff, runtimeFolders } = context.surroundings
      // The model in the box knows the same thousand classes, by name.
      const classNames = (await findEmbedded(runtimeFolders))[0]?.options.classes
      const progress = context.progress()
      try {
        const keep = async (options: ModelImportOptions) => (await context.engine()).importModel(options, { signal: context.signal })
        const { model } = await getKnownModel(context.library, cacheDir, entry, keep, {
          ...(flags.id !== undefined && { id: readId(flags.id, '--id', 'id') }), ...(flags.name !== undefined && { name: readName(flags.name) }),
          signal: context.signal, transport: { env }, ...(backOff && { backOff }), classNames, onDownload: (at) => progress.download(at)
        })
        progress.stop()
        return { document: model, text: say({ en: `${model.name} is on the shelf as ${model.ref}.`, zh: `${model.name} 已加入模型库：${model.ref}。` }) }
      } finally {
        progress.stop()
      }
    }))
}
