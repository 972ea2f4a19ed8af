import { basename, dirname, resolve } from 'node:path'
import { sourceStateOf } from '../../library/datasets'
import { importDataset, inspectDataset } from '../../library/intake'
import type { Command } from 'commander'
import { everySplit, type Dataset, type ImportOptions, type SplitName } from '../../contract/datasets'
import type { Language } from '../../contract/text'
import { usageError } from '../output/errors'
import { correctionsText } from '../../rules/examination/words'
import { facts, table } from '../../rules/format/columns'
import { bytes, count, moment } from '../../rules/format/figures'
import { readAlike, readWithoutLabels, readEncoding, readFit, readFolders, readId, readModelRef, readName, readShare, readSize } from '../input/options'
import { removed, sayWhatToRestore, undoOption } from '../running/remove'
import { inspectionText } from '../output/report/inspection'
import type { CliCommand } from './shared/command'
import { addChangeCommands } from './change-datasets'
import { addDoctorCommands } from './examine-datasets'
import { addXrayCommand } from './xray-datasets'
import { addLabelCommand } from './label-datasets'
import { addKnownCommands } from './known-datasets'

const splitTitles: Record<SplitName, Record<Language, string>> = {
  train: { en: 'train', zh: '训练' }, validation: { en: 'validation', zh: '验证' }, test: { en: 'test', zh: '测试' },
  unlabelled: { en: 'unlabelled', zh: '无标签' }
}
const order = everySplit

const shapeText = ([height, width, channels]: Dataset['shape']): string => `${height}×${width}×${channels}`
const splitsText = ({ splits }: Dataset): string =>
  order.map((split) => splits[split] ? count(splits[split].count) : '–').join(' / ')

function datasetText(dataset: Dataset, language: Language): string {
  const zh = language === 'zh'
  const { provenance, skipped } = dataset
  const shownClasses = dataset.classes.length > 20
    ? `${dataset.classes.slice(0, 20).join(', ')}, … (${dataset.classes.length})` : dataset.classes.join(', ')
  const splits = order.flatMap((split) => {
    const part = dataset.splits[split]
    if (!part) return []
    const smallest = part.perClass && Math.min(...part.perClass)
    const largest = part.perClass && Math.max(...part.perClass)
    return [[
      splitTitles[split][language], count(part.count),
      smallest === undefined || largest === undefined ? (zh ? '无标签' : 'no labels')
        : smallest === largest ? count(smallest) : `${count(smallest)} … ${count(largest)}`
    ]]
  })
  return [
    facts([
      ['id', dataset.id],
      [zh ? '名称' : 'name', dataset.name],
      [zh ? '图像' : 'images', shapeText(dataset.shape)],
      [zh ? '类别' : 'classes', shownClasses || (zh ? '无' : 'none')],
      [zh ? '域' : 'domains', dataset.domains?.join(', ')],
      [zh ? '格式' : 'format', provenance.format],
      [zh ? '来源' : 'origin', provenance.origin],
      [zh ? '由此生成' : 'made of', provenance.derived && `${provenance.derived.name} (${provenance.derived.from})`],
      [zh ? '更正' : 'corrected', provenance.derived?.corrections && correctionsText(provenance.derived.corrections)[language]],
      [zh ? '处理' : 'preparation', provenance.preparation],
      [zh ? '去掉的副本' : 'copies left out', provenance.copiesLeftOut === undefined ? undefined : count(provenance.copiesLeftOut)],
      [zh ? '许可' : 'licence', provenance.licence],
      [zh ? '署名' : 'attribution', provenance.attribution],
      [zh ? '导入时间' : 'imported', moment(provenance.importedAt)],
      [zh ? '大小' : 'size', bytes(dataset.bytes)]
    ]),
    '',
    table([
      { title: zh ? '部分' : 'split' }, { title: zh ? '图像数' : 'images', align: 'right' },
      { title: zh ? '每类' : 'a class', align: 'right' }
    ], splits),
    ...(provenance.assumed ? ['', ...provenance.assumed.map((text) => `· ${text[language]}`)] : []),
    ...(skipped.count > 0 ? ['', skippedText(dataset, language)] : [])
  ].join('\n')
}

function skippedText({ skipped }: Dataset, language: Language): string {
  const shown = skipped.files.slice(0, 10).map(({ path, reason }) => `  ${path}: ${reason[language]}`)
  const more = skipped.count - shown.length
  return [
    language === 'zh' ? `跳过了 ${count(skipped.count)} 个：` : `${count(skipped.count)} skipped:`,
    ...shown,
    ...(more > 0 ? [language === 'zh' ? `  …另有 ${count(more)} 个` : `  … and ${count(more)} more`] : [])
  ].join('\n')
}

/** Flags that say how to read a path. */
interface Reading { format?: string, size?: string, fit?: string, folders?: string, alike?: string, unlabelled?: string, encoding?: string }

/** Flags of `datasets add`. */
interface Adding extends Reading { table?: string, id?: string, name?: string, validation?: string, leaveOutCopies?: true }

const readingOf = ({ format, size, fit, folders, alike, unlabelled, encoding }: Reading): Pick<ImportOptions, 'format' | 'size' | 'fit' | 'folders' | 'alike' | 'unlabelled' | 'encoding'> => ({
  ...(format !== undefined && { format }),
  ...(size !== undefined && { size: readSize(size) }),
  ...(fit !== undefined && { fit: readFit(fit) }),
  ...(folders !== undefined && { folders: readFolders(folders) }),
  ...(alike !== undefined && { alike: readAlike(alike) }),
  ...(unlabelled !== undefined && { unlabelled: readWithoutLabels(unlabelled) }),
  ...(encoding !== undefined && { encoding: readEncoding(encoding) })
})

/** From 1 to 3600. @throws GraftError (usage) */
function readSeconds(text: string): number {
  const seconds = Number(text)
  if (text.trim() !== '' && seconds >= 1 && seconds <= 3600) return seconds
  throw usageError('invalid-value', {
    en: `--seconds takes a number from 1 to 3600, not "${text}".`, zh: `--seconds 应为 1 到 3600 的数，而不是“${text}”。`
  }, { field: 'seconds' })
}

/** One path stays as it is. Several must lie side by side; they become their folder and their names in it. */
function together(paths: readonly string[]): { path: string, only?: string[] } {
  const [first, ...others] = paths.map((path) => resolve(path))
  if (first === undefined || others.length === 0) return { path: paths[0] ?? '' }
  const stray = others.find((path) => dirname(path) !== dirname(first))
  if (stray === undefined) return { path: dirname(first), only: [first, ...others].map((path) => basename(path)) }
  throw usageError('invalid-value', {
    en: `Several paths must lie in one folder; ${stray} does not lie beside ${first}.`, zh: `多个路径必须位于同一文件夹中；${stray} 不在 ${first} 旁边。`
  }, { field: 'path', remedy: { en: 'Add them one by one, or their folder.', zh: '请逐个添加，或添加它们所在的文件夹。' } })
}

export const datasets: CliCommand = (program, context) => {
  const { say, language } = context
  const noun = program.command('datasets').description(say({
    en: 'Data sets: inspect, add, get, list, show, doctor, mend, xray, rename, derive, remove, restore', zh: '数据集：预览、添加、获取、列出、查看、诊断、更正、透视、重命名、派生、删除、恢复'
  }))

  const reading = (command: Command): Command => command
    .option('--format <format>', say({ en: 'Format (by default recognised from the content)', zh: '格式（默认根据内容判断）' }))
    .option('--size <HxW>', say({ en: 'Resize images to this height and width', zh: '将图像调整为此高度和宽度' }))
    .option('--fit <how>', say({
      en: 'Images of another shape: stretch (default), crop around the middle, or pad with black',
      zh: '形状不同的图像：stretch 拉伸（默认）、crop 居中裁剪，或 pad 以黑色填充'
    }))
    .option('--folders <meaning>', say({
      en: 'What the folders are: auto (default); classes; domains, with the classes inside; splits, other folders are left out; inner-classes, only folders that hold images; file-names, classes by how the names begin (cat.0.jpg); unlabelled',
      zh: '文件夹的含义：auto 自动（默认）、classes 类别、domains 含有类别的域、splits 划分（其他略过），inner-classes 最内层文件夹为类别、file-names 以文件名开头为类别（cat.0.jpg），或 unlabelled 无标签'
    }))
    .option('--alike <choice>', say({
      en: 'Class names that differ only in upper and lower case: merge them, or keep them apart', zh: '仅大小写不同的类别名：merge 合并为一个，或 keep 分开'
    }))
    .option('--unlabelled <choice>', say({
      en: 'Folders named unlabelled, and pictures loose beside class folders: wait for labels (default), class, or leave-out',
      zh: '名为“未标注”的文件夹，以及散放在类别文件夹旁的图像：wait 等待标注（默认）、class 作为类别，或 leave-out 略过'
    }))
    .option('--encoding <name>', say({
      en: 'How the names in an archive, or the words of a table or list, are written that does not say it (by default found out from them): gb18030, shift_jis, big5, euc-kr, …',
      zh: '未注明编码的压缩包中名称、或表格和列表中文字的编码（默认根据内容判断）：gb18030、shift_jis、big5、euc-kr 等'
    }))

  reading(noun.command('inspect')
    .description(say({
      en: 'Look at a folder, archive or file before adding it: what will be read and left out, what is assumed or asked, which images are copies, how it differs from a source',
      zh: '添加前查看文件夹、压缩包或文件：将读取、略过、假定和询问的内容，重复图像，以及与源的差异'
    }))
    .argument('<path...>', say({ en: 'What to look at', zh: '要查看的路径' })))
    .option('--source <ref>', say({ en: 'A saved model to compare with: run:<id> or model:<id>', zh: '要比较的已保存模型：run:<id> 或 model:<id>' }))
    .option('--source-data <id>', say({ en: 'A data set to compare with', zh: '要比较的数据集' }))
    .option('--seconds <n>', say({ en: 'Stop looking after this many seconds (default 60)', zh: '超过此秒数后不再查看更多图像（默认 60）' }))
    .action(context.action(async (paths: string[], flags: Reading & { source?: string, sourceData?: string, seconds?: string }) => {
      const options = {
        ...together(paths),
        ...readingOf(flags),
        ...(flags.source !== undefined && { source: readModelRef(flags.source, '--source', 'source') }),
        ...(flags.sourceData !== undefined && { sourceData: readId(flags.sourceData, '--source-data', 'sourceData') }),
        ...(flags.seconds !== undefined && { seconds: readSeconds(flags.seconds) })
      }
      await context.readyModels({ mentioned: options.source ?? '' })
      const progress = context.progress()
      try {
        const found = await inspectDataset(await context.readyLibrary(), options, { signal: context.signal, onProgress: (at) => progress.import(at) })
        progress.stop()
        return { document: found, text: inspectionText(found, language) }
      } finally {
        progress.stop()
      }
    }))

  reading(noun.command('add')
    .description(say({ en: 'Add a folder, archive or file of images', zh: '添加图像文件夹、压缩包或文件' }))
    .argument('<path...>', say({ en: 'What to read; several files or folders that lie side by side make one data set', zh: '要读取的路径；并列的多个文件或文件夹组成一个数据集' })))
    .option('--table <file>', say({
      en: 'Paths and labels in a table that does not lie in the folder, such as one of "graft predict --csv"', zh: '位于文件夹之外的路径和标签表格，例如“graft predict --csv”写出的表格'
    }))
    .option('--id <id>', say({ en: 'Id in the catalogue (by default made from the file name)', zh: '目录中的 id（默认取自文件名）' }))
    .option('--name <name>', say({ en: 'Name on screen', zh: '显示的名称' }))
    .option('--leave-out-copies', say({
      en: 'Leave out training images that are exact copies of test images', zh: '在训练中去掉与测试图像完全相同的副本'
    }))
    .option('--validation <share>', say({ en: 'Share of the training images for validation (default 0.1)', zh: '用于验证的训练图像比例（默认 0.1）' }))
    .action(context.action(async (paths: string[], flags: Adding) => {
      const options = {
        ...together(paths),
        ...readingOf(flags),
        ...(flags.table !== undefined && { table: flags.table }),
        ...(flags.id !== undefined && { id: readId(flags.id, '--id', 'id') }),
        ...(flags.name !== undefined && { name: readName(flags.name) }),
        ...(flags.leaveOutCopies === true && { copies: 'leave-out' as const }),
        ...(flags.validation !== undefined && { validation: readShare(flags.validation, '--validation', 0.9) })
      }
      const progress = context.progress()
      try {
        const dataset = await importDataset(context.library, options, {
          signal: context.signal, onProgress: (at) => progress.import(at)
        })
        progress.stop()
        return { document: dataset, text: datasetText(dataset, language) }
      } finally {
        progress.stop()
      }
    }))

  addKnownCommands(noun, context, (dataset) => datasetText(dataset, language))
  addChangeCommands(noun, context, (dataset) => datasetText(dataset, language))

  addDoctorCommands(noun, context, (dataset) => datasetText(dataset, language))

  addLabelCommand(noun, context)

  addXrayCommand(noun, context)

  noun.command('list')
    .description(say({ en: 'List the data sets', zh: '列出数据集' }))
    .action(context.action(async () => {
      const library = await context.readyLibrary()
      const { datasets: known, damaged } = await library.datasets.list()
      context.tellDamaged(damaged)
      const text = table([
        { title: 'id' }, { title: language === 'zh' ? '名称' : 'name' }, { title: language === 'zh' ? '图像' : 'images' },
        { title: language === 'zh' ? '类别' : 'classes', align: 'right' },
        { title: order.map((split) => splitTitles[split][language]).join(' / '), align: 'right' },
        { title: language === 'zh' ? '大小' : 'size', align: 'right' }
      ], known.map((dataset) => [
        dataset.id, dataset.name, shapeText(dataset.shape), String(dataset.classes.length), splitsText(dataset), bytes(dataset.bytes)
      ]))
      return { document: { datasets: known, damaged }, text }
    }))

  noun.command('show')
    .description(say({ en: 'Everything about one data set', zh: '查看一个数据集的全部信息' }))
    .argument('<id>', say({ en: 'The data set', zh: '数据集' }))
    .action(context.action(async (id: string) => {
      const library = await context.readyLibrary()
      const dataset = await library.datasets.get(readId(id, 'ID', 'dataset'))
      const source = await sourceStateOf(dataset)
      const { from } = dataset.provenance
      const changed = source === 'changed' && from ? ['', say({
        en: `${from.path} has changed since. Import it again: graft datasets add ${[from.path, ...from.only ?? []].length > 1 ? '…' : from.path} --id NEW`,
        zh: `${from.path} 此后有变动。可重新导入：graft datasets add ${[from.path, ...from.only ?? []].length > 1 ? '…' : from.path} --id NEW`
      })] : []
      return { document: { ...dataset, source }, text: [datasetText(dataset, language), ...changed].join('\n') }
    }))

  noun.command('remove')
    .description(say({ en: 'Remove data sets', zh: '删除数据集' }))
    .argument('<id...>', say({ en: 'The data sets', zh: '数据集' }))
    .addOption(undoOption(context))
    .action(context.action(async (ids: string[], flags: { undo: boolean }) => {
      const library = await context.readyLibrary()
      const checked = ids.map((id) => readId(id, 'ID', 'dataset'))
      for (const id of checked) if (!await library.datasets.has(id)) await library.datasets.get(id)
      const tokens: string[] = []
      for (const id of checked) tokens.push(await library.datasets.remove(id))
      return removed(context, 'datasets', checked, tokens, flags.undo)
    }))

  noun.command('restore')
    .description(say({ en: 'Bring back what was removed', zh: '恢复已删除的数据集' }))
    .argument('[token...]', say({ en: 'The token that "remove" printed', zh: '“remove”给出的标识' }))
    .option('--samples', say({ en: 'Bring back the embedded samples, also when the trash is empty', zh: '内置示例，回收站清空后也可恢复' }))
    .action(context.action(async (tokens: string[], flags: { samples?: boolean }) => {
      if (tokens.length === 0 && !flags.samples) await sayWhatToRestore(context, 'datasets', '--samples')
      for (const token of tokens) await context.library.datasets.restore(token)
      const samples = flags.samples ? await context.surroundings.installSamples(context.library, { again: true }) : []
      return { document: { restored: [...tokens, ...samples] }, text: say({ en: 'Restored.', zh: '已恢复。' }) }
    }))
}
