import type { Command } from 'commander'
import type { Dataset } from '../../contract/datasets'
import { getKnownDataset } from '../../library/intake'
import { listKnown } from '../../library/intake/known'
import type { Context } from '../context'
import { table } from '../../rules/format/columns'
import { bytes, count } from '../../rules/format/figures'
import { readFit, readId, readName, readShare, readSize } from '../input/options'

/** `graft datasets known` and `graft datasets get`. */
export function addKnownCommands(noun: Command, context: Context, describe: (dataset: Dataset) => string): void {
  const { say, language } = context
  const zh = language === 'zh'

  noun.command('known')
    .description(say({ en: 'List the data sets that Graft can get by itself', zh: '列出 Graft 可以自行获取的数据集' }))
    .action(context.action(async () => {
      const known = await listKnown(context.library, context.surroundings.cacheDir)
      const stateOf = ({ installed, partialBytes }: typeof known[number]): string =>
        installed.length > 0 ? installed.join(', ') : partialBytes > 0 ? (zh ? `已下载 ${bytes(partialBytes)}` : `${bytes(partialBytes)} arrived`) : '–'
      const text = [
        table([
          { title: 'id' }, { title: zh ? '名称' : 'name' }, { title: zh ? '图像' : 'images' }, { title: zh ? '类别' : 'classes', align: 'right' },
          { title: zh ? '训练 / 测试' : 'train / test', align: 'right' }, { title: zh ? '下载' : 'download', align: 'right' },
          { title: zh ? '状态' : 'here' }, { title: zh ? '许可' : 'licence' }
        ], known.map((entry) => [
          entry.id, entry.title, entry.shape.join('×'), String(entry.classes), `${count(entry.images.train)} / ${count(entry.images.test)}`,
          bytes(entry.downloadBytes), stateOf(entry), entry.licence[language]
        ])),
        '',
        say({ en: 'Cite:', zh: '引用：' }),
        ...known.map(({ title, citation }) => `  ${title}: ${citation}`)
      ].join('\n')
      return { document: { known }, text }
    }))

  noun.command('get')
    .description(say({ en: 'Download a known data set and add it; an interrupted download continues', zh: '下载并添加已知数据集；从上次中断处继续' }))
    .argument('<known>', say({ en: 'Its id, as "datasets known" lists it', zh: '“datasets known”列出的 id' }))
    .option('--id <id>', say({ en: 'Id in the catalogue (by default the same)', zh: '目录中的 id（默认与已知 id 相同）' }))
    .option('--name <name>', say({ en: 'Name on screen', zh: '显示的名称' }))
    .option('--size <HxW>', say({ en: 'Resize images to this height and width', zh: '将图像调整为此高度和宽度' }))
    .option('--fit <how>', say({ en: 'Images of another shape: stretch (default), crop or pad', zh: '形状不同的图像：stretch 拉伸（默认）、crop 裁剪或 pad 填充' }))
    .option('--validation <share>', say({ en: 'Share of the training images for validation (default 0.1)', zh: '用于验证的训练图像比例（默认 0.1）' }))
    .action(context.action(async (known: string, flags: Record<string, string | undefined>) => {
      const options = {
        known: readId(known, 'KNOWN', 'known'),
        ...(flags.id !== undefined && { id: readId(flags.id, '--id', 'id') }),
        ...(flags.name !== undefined && { name: readName(flags.name) }),
        ...(flags.size !== undefined && { size: readSize(flags.size) }),
        ...(flags.fit !== undefined && { fit: readFit(flags.fit) }),
        ...(flags.validation !== undefined && { validation: readShare(flags.validation, '--validation', 0.9) })
      }
      const progress = context.progress()
      const { cacheDir, env, backOff } = context.surroundings
      try {
        const dataset = await getKnownDataset(context.library, cacheDir, options, {
          signal: context.signal, transport: { env }, ...(backOff && { backOff }),
          onDownload: (at) => progress.download(at), onImport: (at) => progress.import(at)
        })
        progress.stop()
        return { document: dataset, text: describe(dataset) }
      } finally {
        progress.stop()
      }
    }))
}
