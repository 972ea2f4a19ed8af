import { resolve } from 'node:path'
import type { ArchitectureSummary, BlockSummary, ModelSummary } from '../../contract/models'
import type { Language } from '../../contract/text'
import { usageError } from '../output/errors'
import { facts, table, wrap } from '../../rules/format/columns'
import { bytes, count, moment } from '../../rules/format/figures'
import { exportFormats, type ExportFormat } from '../../contract/models'
import { archRef, idIn, importedRef, isFresh, isTrained, parseRef, readRef } from '../../rules/refs'
import { readId, readModelRef, readName } from '../input/options'
import { removed, sayWhatToRestore, undoOption } from '../running/remove'
import type { CliCommand } from './shared/command'
import { addCompareCommand } from './compare-models'
import { addKnownModelCommands } from './known-models'
import { addModelsImport } from './models-import'
import { untrained } from './predict'

const shapeText = ([height, width, channels]: readonly number[]): string => `${height}×${width}×${channels}`

const blocksTable = (blocks: readonly BlockSummary[], language: Language): string => table([
  { title: language === 'zh' ? '块' : 'block' }, { title: language === 'zh' ? '说明' : 'what it is' },
  { title: language === 'zh' ? '参数量' : 'parameters', align: 'right' }
], blocks.map((block) => [block.name, block.title, count(block.parameters)]))

function architectureText(architecture: ArchitectureSummary, language: Language): string {
  const zh = language === 'zh'
  return [
    `${architecture.title[language]} (arch:${architecture.id})`,
    wrap(architecture.summary[language], 100),
    '',
    facts([
      [zh ? '出处' : 'reference', architecture.reference],
      [zh ? '默认输入' : 'default input', shapeText(architecture.defaultInput)],
      [zh ? '参数量' : 'parameters', count(architecture.parameters)],
      [zh ? '每张图像的乘加次数' : 'multiply-adds per image', architecture.multiplyAdds === undefined ? undefined : count(architecture.multiplyAdds)]
    ]),
    '',
    blocksTable(architecture.blocks, language)
  ].join('\n')
}

function modelText(model: ModelSummary, language: Language): string {
  const zh = language === 'zh'
  const classes = model.classes.length > 20
    ? `${model.classes.slice(0, 20).join(', ')}, … (${model.classes.length})` : model.classes.join(', ')
  const { mean, standardDeviation } = model.normalisation
  return [
    facts([
      [zh ? '模型' : 'model', model.ref],
      [zh ? '名称' : 'name', model.name],
      [zh ? '结构' : 'architecture', model.architecture],
      [zh ? '输入' : 'input', shapeText(model.input)],
      [zh ? '归一化' : 'normalisation', zh
        ? `均值 ${mean.join(', ')}，标准差 ${standardDeviation.join(', ')}` : `mean ${mean.join(', ')}; standard deviation ${standardDeviation.join(', ')}`],
      [zh ? '类别' : 'classes', model.classes.length === 0 ? (zh ? '无：没有分类头的骨干网络' : 'none: a backbone without a head') : classes],
      [zh ? '参数量' : 'parameters', count(model.parameters)],
      [zh ? '来源' : 'origin', model.origin && `${model.origin.file} (${model.origin.format})`],
      [zh ? '出自' : 'source', model.origin?.source],
      [zh ? '许可' : 'licence', model.origin?.licence],
      [zh ? '署名' : 'attribution', model.origin?.attribution],
      [zh ? '止于' : 'cut after', model.origin?.cutAfter],
      [zh ? '未匹配' : 'not matched', model.origin?.unmatched?.join(', ')],
      [zh ? '创建于' : 'created', moment(model.createdAt)]
    ]),
    '',
    blocksTable(model.blocks, language)
  ].join('\n')
}

function readFormat(text: string): ExportFormat {
  const format = exportFormats.find((known) => known === text)
  if (format) return format
  throw usageError('invalid-value', {
    en: `--format takes one of ${exportFormats.join(', ')}, not "${text}".`, zh: `--format 应为 ${exportFormats.join('、')} 之一，而不是“${text}”。`
  }, { field: 'format' })
}

/** The id of an imported model. A run's model is removed with its run. */
function readImported(text: string): string {
  const ref = readRef(text)
  const { kind, id } = ref ? parseRef(ref) : { kind: 'model', id: readId(text, 'ID', 'model') }
  if (kind !== 'model') {
    throw usageError('not-imported', {
      en: `${text} is not an imported model.`, zh: `${text} 不是导入的模型。`
    }, { field: 'model', remedy: kind === 'run' ? { en: 'Remove its run: graft runs remove.', zh: '请删除其运行：graft runs remove。' } : undefined })
  }
  return id
}

export const models: CliCommand = (program, context) => {
  const { say, language } = context
  const noun = program.command('models').description(say({
    en: 'Source models: inspect, import, known, get, list, show, export, rename, remove', zh: '源模型：检查、导入、可获取列表、获取、列出、查看、导出、重命名、删除'
  }))

  addModelsImport(noun, context)
  addCompareCommand(noun, context)
  addKnownModelCommands(noun, context)

  noun.command('list')
    .description(say({ en: 'Architectures, imported models, and models that runs have learned', zh: '网络结构、导入的模型，以及运行学到的模型' }))
    .action(context.action(async () => {
      const { architectures } = (await context.engine()).catalogue()
      await context.readyModels()
      const { models: known, damaged } = await context.library.models.list()
      context.tellDamaged(damaged)
      const text = table([
        { title: language === 'zh' ? '模型' : 'model' }, { title: language === 'zh' ? '名称' : 'name' },
        { title: language === 'zh' ? '输入' : 'input' }, { title: language === 'zh' ? '类别' : 'classes', align: 'right' },
        { title: language === 'zh' ? '参数量' : 'parameters', align: 'right' }
      ], [
        ...architectures.map((architecture) => [
          archRef(architecture.id), architecture.title[language], shapeText(architecture.defaultInput), '–', count(architecture.parameters)
        ]),
        ...known.map((model) => [
          model.ref, model.name, shapeText(model.input), String(model.classes.length), count(model.parameters)
        ])
      ])
      return { document: { architectures, models: known, damaged }, text }
    }))

  noun.command('show')
    .description(say({ en: 'Everything about one model', zh: '查看一个模型的全部信息' }))
    .argument('<ref>', say({ en: 'arch:<architecture>, model:<id> or run:<id>', zh: 'arch:<结构>、model:<id> 或 run:<id>' }))
    .action(context.action(async (text: string) => {
      const ref = readModelRef(text, 'REF', 'model')
      if (isTrained(ref)) {
        await context.readyModels({ mentioned: ref })
        const model = await context.library.models.get(ref)
        return { document: model, text: modelText(model, language) }
      }
      const { architectures } = (await context.engine()).catalogue()
      const architecture = architectures.find(({ id }) => id === idIn('arch', ref))
      if (architecture) return { document: architecture, text: architectureText(architecture, language) }
      const known = architectures.map(({ id }) => archRef(id)).join(', ')
      throw usageError('unknown-architecture', { en: `There is no architecture "${ref}".`, zh: `没有“${ref}”这种结构。` },
        { field: 'model', remedy: { en: `Known: ${known}.`, zh: `可用：${known}。` } })
    }))

  noun.command('export')
    .description(say({
      en: 'Save a model for other programs, with a model card beside it', zh: '保存模型供其他程序使用，并附上模型卡'
    }))
    .argument('<ref>', say({ en: 'model:<id> or run:<id>', zh: 'model:<id> 或 run:<id>' }))
    .argument('<out>', say({ en: 'The file to write; for tfjs a folder', zh: '要生成的文件；tfjs 则为文件夹' }))
    .requiredOption(`--format <${exportFormats.join('|')}>`, say({
      en: 'tfjs: a TensorFlow.js LayersModel; onnx: opset 17, also of forests, SVMs, nearest neighbours and ensembles; keras: an .h5 file; tflite-int8: with 8-bit numbers, by training images. Core ML: convert the keras file with coremltools (Python)', zh: 'tfjs：TensorFlow.js LayersModel；onnx：opset 17，也可容纳随机森林、SVM、k 近邻与集成；keras：.h5 文件；tflite-int8：借助训练图像的 8 位形式。Core ML：用 Python 的 coremltools 转换 keras 文件'
    }))
    .option('--dataset <id>', say({ en: 'For tflite-int8: whose training images to use, where the model\'s own are not here', zh: '用于 tflite-int8：模型自身的训练图像不在此处时，使用哪个数据集的训练图像' }))
    .option('--replace', say({ en: 'Overwrite an earlier export', zh: '覆盖之前导出的内容' }))
    .action(context.action(async (text: string, path: string, flags: { format: string, dataset?: string, replace?: boolean }) => {
      const ref = readModelRef(text, 'REF', 'model')
      if (isFresh(ref)) throw untrained(ref)
      const format = readFormat(flags.format)
      await context.readyModels({ mentioned: ref })
      const exported = await (await context.engine()).exportModel(
        { ref, format, path: resolve(path), language, ...(flags.dataset !== undefined && { dataset: readId(flags.dataset, 'ID', 'dataset') }), ...(flags.replace && { replace: true }) }, { signal: context.signal }
      )
      return {
        document: exported,
        text: facts([
          [language === 'zh' ? '模型' : 'model', ref],
          [language === 'zh' ? '文件' : 'saved as', exported.path],
          [language === 'zh' ? '模型卡' : 'model card', exported.card],
          [language === 'zh' ? '大小' : 'size', bytes(exported.bytes)]
        ])
      }
    }))

  noun.command('rename')
    .description(say({ en: 'Change an imported model\'s name on screen; nothing else changes', zh: '更改导入的模型显示的名称；其余不变' }))
    .argument('<id>', say({ en: 'The model, as <id> or model:<id>', zh: '模型：<id> 或 model:<id>' }))
    .argument('<name>', say({ en: 'Its new name', zh: '新名称' }))
    .action(context.action(async (id: string, name: string) => {
      await context.readyModels({ mentioned: `model:${readImported(id)}` })
      const model = await context.library.models.rename(readImported(id), readName(name))
      return { document: model, text: say({ en: `${model.ref} is called ${model.name} now.`, zh: `${model.ref} 现名为 ${model.name}。` }) }
    }))

  noun.command('remove')
    .description(say({ en: 'Remove imported models', zh: '删除导入的模型' }))
    .argument('<id...>', say({ en: 'The models, as <id> or model:<id>', zh: '模型：<id> 或 model:<id>' }))
    .addOption(undoOption(context))
    .action(context.action(async (ids: string[], flags: { undo: boolean }) => {
      const checked = ids.map((id) => readImported(id))
      await context.readyModels({ mentioned: checked.map(importedRef).join() })
      for (const id of checked) await context.library.models.get(importedRef(id))
      const tokens: string[] = []
      for (const id of checked) tokens.push(await context.library.models.remove(id))
      return removed(context, 'models', checked, tokens, flags.undo)
    }))

  noun.command('restore')
    .description(say({ en: 'Bring back what was removed', zh: '恢复已删除的模型' }))
    .argument('[token...]', say({ en: 'The token that "remove" printed', zh: '“remove”给出的标识' }))
    .option('--embedded', say({ en: 'Bring back the model that comes with Graft, also when the trash is empty', zh: 'Graft 自带的模型，回收站清空后也可恢复' }))
    .action(context.action(async (tokens: string[], flags: { embedded?: boolean }) => {
      if (tokens.length === 0 && !flags.embedded) await sayWhatToRestore(context, 'models', '--embedded')
      for (const token of tokens) await context.library.models.restore(token)
      const embedded = flags.embedded ? await context.readyModels({ again: true }) : []
      return { document: { restored: [...tokens, ...embedded] }, text: say({ en: 'Restored.', zh: '已恢复。' }) }
    }))
}
