import type { Command } from 'commander'
import * as fs from 'node:fs/promises'
import { usualNormalisation, usualNormalisationSchema, type ModelImportOptions, type ModelInspection, type Remark } from '../../contract/models'
import type { Language, Text } from '../../contract/text'
import { exists } from '../../library/disk'
import type { Context } from '../context'
import { usageError } from '../output/errors'
import { facts } from '../../rules/format/columns'
import { count } from '../../rules/format/figures'
import { readId, readName, readSize } from '../input/options'

const usual = usualNormalisationSchema.options.join(', ')

/** `imagenet` … or `mean,…/deviation,…`. @throws GraftError (usage) */
function readNormalisation(text: string): ModelImportOptions['normalisation'] {
  const named = usualNormalisationSchema.safeParse(text)
  if (named.success) return named.data
  const [mean, standardDeviation] = text.split('/').map((part) => part.split(',').map((value) => value.trim() === '' ? NaN : Number(value)))
  if (mean && standardDeviation && text.split('/').length === 2 && mean.every(Number.isFinite) && standardDeviation.every((value) => value > 0)) {
    return { mean, standardDeviation }
  }
  throw usageError('invalid-value', {
    en: `--normalisation takes one of ${usual}, or means and deviations such as 0.5,0.5,0.5/0.25,0.25,0.25, not "${text}".`,
    zh: `--normalisation 应为以下之一：${usual}，或形如 0.5,0.5,0.5/0.25,0.25,0.25 的均值与标准差，而不是“${text}”。`
  }, { field: 'normalisation' })
}

/** Names separated by commas, a file with one name per line, or the classes of a data set. @throws GraftError (usage) */
async function readClasses(text: string, { library }: Context): Promise<string[]> {
  if (text.startsWith('dataset:')) return (await library.datasets.get(readId(text.slice('dataset:'.length), '--classes', 'classes'))).classes
  if (await exists(text)) {
    return (await fs.readFile(text, 'utf8')).split(/\r?\n/).map((line) => line.trim()).filter((line) => line !== '')
  }
  const names = text.split(',').map((name) => name.trim())
  if (names.length > 1 && names.every((name) => name !== '')) return names
  throw usageError('invalid-value', {
    en: `--classes takes names separated by commas, a file with one name per line, or dataset:<id>, not "${text}".`,
    zh: `--classes 应为以逗号分隔的名称、每行一个名称的文件，或 dataset:<id>，而不是“${text}”。`
  }, { field: 'classes' })
}

const kinds: Record<Remark['about'], Text> = {
  'read': { en: 'read', zh: '读取' }, 'left-out': { en: 'left out', zh: '不导入' }, 'assumed': { en: 'assumed', zh: '假定' }, 'asked': { en: 'asked', zh: '待确认' }
}

/** What was recognised and what was assumed, for a person. */
function inspectionText(found: ModelInspection, language: Language): string {
  const zh = language === 'zh'
  const { mean, standardDeviation } = found.normalisation
  const from = {
    given: zh ? '按指定' : 'as given', file: zh ? '文件注明' : 'from the file', usual: zh ? '文件未注明，按惯例' : 'not in the file: as is usual'
  }
  const shown = found.unmatched.slice(0, 10).map(({ name, shape }) => `${name} [${shape.join('×')}]`)
  const more = found.unmatchedCount - shown.length
  return [
    facts([
      [zh ? '结构' : 'architecture', `${found.architecture} (${found.naming})`],
      [zh ? '输入' : 'input', `${found.input.join('×')} (${from[found.inputFrom]})`],
      [zh ? '归一化' : 'normalisation', `${zh ? '均值' : 'mean'} ${mean.join(', ')}; ${zh ? '标准差' : 'standard deviation'} ${standardDeviation.join(', ')} (${from[found.normalisationFrom]})`],
      [zh ? '类别' : 'classes', found.classes.length === 0 ? (zh ? '无：没有分类头的骨干网络' : 'none: a backbone without a head')
        : `${count(found.classes.length)} (${found.classesFrom === 'usual' ? (zh ? '名称未注明，以编号代替' : 'names not in the file: numbered') : from[found.classesFrom]})`],
      [zh ? '止于' : 'cut after', found.cutAfter],
      [zh ? '批归一化' : 'batch normalisation', found.foldedNormalisation ? (zh ? '已并入卷积：网络中没有单独的批归一化' : 'folded into the convolutions: the network has none of its own') : undefined],
      [zh ? '参数量' : 'parameters', count(found.parameters)],
      [zh ? '未匹配' : 'not matched', found.unmatchedCount === 0 ? (zh ? '无' : 'nothing')
        : `${shown.join(', ')}${more > 0 ? (zh ? ` 等，另有 ${more} 个` : ` … and ${more} more`) : ''}`],
      ...(found.remarks ?? []).map(({ about, text }): [string, string] => [kinds[about][language], text[language]])
    ])
  ].join('\n')
}

type Flags = Record<string, string | boolean | undefined>

/** A command that reads a file of a model, with what a person may say of it. */
function readingCommand(noun: Command, name: string, description: string, { say }: Context): Command {
  return noun.command(name)
    .description(description)
    .argument('<path>', say({
      en: 'A file or folder: TensorFlow.js, safetensors, PyTorch, Keras, ONNX or TensorFlow Lite, also in a zip', zh: '文件或文件夹：TensorFlow.js、safetensors、PyTorch、Keras、ONNX 或 TensorFlow Lite，也可在 zip 中'
    }))
    .option('--format <format>', say({ en: 'Format (by default recognised from the content)', zh: '格式（默认根据内容判断）' }))
    .option('--architecture <id>', say({ en: 'Architecture (by default recognised from names, shapes and order)', zh: '结构（默认根据名称、形状和顺序识别）' }))
    .option('--size <HxW>', say({ en: 'Input height and width', zh: '输入的高和宽' }))
    .option('--normalisation <how>', say({
      en: `How images were normalised in its training: ${usual}, or MEAN,…/DEVIATION,…`, zh: `训练时图像的归一化：${usual}，或“均值,…/标准差,…”`
    }))
    .option('--classes <names>', say({
      en: 'Names in the order of its outputs: A,B,C, a file with one per line, or dataset:<id>', zh: '按输出顺序的类别名称：A,B,C、每行一个名称的文件，或 dataset:<id>'
    }))
}

async function readOptions(path: string, flags: Flags, context: Context): Promise<ModelImportOptions> {
  const text = (name: string): string | undefined => typeof flags[name] === 'string' ? flags[name] : undefined
  const [id, name, format, architecture] = [text('id'), text('name'), text('format'), text('architecture')]
  const [size, normalisation, classes] = [text('size'), text('normalisation'), text('classes')]
  return {
    path,
    ...(id !== undefined && { id: readId(id, '--id', 'id') }),
    ...(name !== undefined && { name: readName(name) }),
    ...(format !== undefined && { format }),
    ...(architecture !== undefined && { architecture }),
    ...(size !== undefined && { size: readSize(size) }),
    ...(normalisation !== undefined && { normalisation: readNormalisation(normalisation) }),
    ...(classes !== undefined && { classes: await readClasses(classes, context) })
  }
}

async function inspect(path: string, flags: Flags, context: Context) {
  const options = await readOptions(path, flags, context)
  const engine = await context.engine()
  const progress = context.progress()
  try {
    const inspection = await engine.inspectModel(options, { signal: context.signal, onProgress: (at) => progress.model(at) })
    progress.stop()
    return { document: inspection, text: inspectionText(inspection, context.language) }
  } finally {
    progress.stop()
  }
}

/** `graft models inspect` and `graft models import`. */
export function addModelsImport(noun: Command, context: Context): void {
  const { say, language } = context
  readingCommand(noun, 'inspect', say({
    en: 'Say what of a model file will be read, left out, assumed and asked, and keep nothing', zh: '说明模型文件中将读取、不导入、假定和待确认的内容，不保留任何内容'
  }), context).action(context.action((path: string, flags: Flags) => inspect(path, flags, context)))

  readingCommand(noun, 'import', say({
    en: 'Import a network trained elsewhere; what the file does not say is taken as usual for such networks, and told',
    zh: '导入在别处训练的网络；文件未注明之处按此类网络的惯例处理，并予以说明'
  }), context)
    .option('--id <id>', say({ en: 'Id in the catalogue (by default from the file name)', zh: '目录中的 id（默认取自文件名）' }))
    .option('--name <name>', say({ en: 'Name on screen', zh: '显示的名称' }))
    .option('--dry-run', say({ en: 'As "inspect": look only, and keep nothing', zh: '同“inspect”：仅查看，不保留任何内容' }))
    .action(context.action(async (path: string, flags: Flags) => {
      if (flags.dryRun === true) return inspect(path, flags, context)
      const options = await readOptions(path, flags, context)
      const engine = await context.engine()
      const progress = context.progress()
      try {
        const { model, inspection } = await engine.importModel(options, { signal: context.signal, onProgress: (at) => progress.model(at) })
        progress.stop()
        tellAssumed(inspection, context)
        return {
          document: { ...model, inspection },
          text: [say({ en: `Imported ${model.name} as ${model.ref}.`, zh: `已将 ${model.name} 导入为 ${model.ref}。` }), '', inspectionText(inspection, language)].join('\n')
        }
      } finally {
        progress.stop()
      }
    }))
}

/** A line on stderr for each assumption that would spoil the model if it is wrong. */
function tellAssumed({ input, normalisation, normalisationFrom, classes, classesFrom }: ModelInspection, context: Context): void {
  if (normalisationFrom === 'usual') {
    const known = usualNormalisationSchema.options.find((id) => usualNormalisation(id, input[2]).mean.join() === normalisation.mean.join())
    context.notice({
      en: `The file does not say how images were normalised: taken as ${known ?? normalisation.mean.join(', ')}. If that is wrong, import again with --normalisation (${usual}).`,
      zh: `文件未注明图像的归一化方式：按 ${known ?? normalisation.mean.join('、')} 处理。如不正确，请用 --normalisation（${usual}）重新导入。`
    })
  }
  if (classesFrom === 'usual' && classes.length > 0) {
    context.notice({
      en: `The file does not name its ${classes.length} classes: they are numbered. Name them with --classes to carry the head over to a data set of the same classes.`,
      zh: `文件未注明其 ${classes.length} 个类别的名称：以编号代替。若要在类别相同的数据集上沿用分类头，请用 --classes 指定名称。`
    })
  }
}
