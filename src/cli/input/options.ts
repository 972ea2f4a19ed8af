import { Option } from 'commander'
import { alikeChoices, alikeSchema, fits, fitSchema, folderMeanings, folderMeaningSchema, idSchema, nameEncodings, nameEncodingSchema, type Alike, type Fit, type FolderMeaning, type NameEncoding, withoutLabelsChoices, withoutLabelsSchema, type WithoutLabels } from '../../contract/datasets'
import { modelRefSchema, type ModelRef } from '../../contract/models'
import { parametersSchema, readParameter, type Parameter, type Parameters, type ParameterValue } from '../../contract/parameters'
import { deviceSchema, testSplits, testSplitSchema, type Device, type LabelGrant, type TestSplit, type ValidationGrant } from '../../contract/runs'
import type { MethodSummary } from '../../contract/methods'
import { depthKindSchema, seedsSchema, type DepthKind } from '../../contract/studies'
import type { Language, Text } from '../../contract/text'
import type { Context } from '../context'
import { usageError } from '../output/errors'
import { count } from '../../rules/format/figures'
import { chosenParametersFor } from '../../rules/settings/choose-parameters'
import { auto, chosenFor, chosenNames } from '../../rules/settings/choose-settings'

/** `batchSize` → `batch-size`. */
export const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

/** What a parameter takes, as the end of a sentence: `a whole number from 1 to 10,000`. */
export function domainOf(parameter: Parameter): Text {
  switch (parameter.kind) {
    case 'number':
    case 'integer': {
      const [from, to] = [parameter.minimum, parameter.maximum].map((limit) => Math.abs(limit) >= 10_000 ? count(limit) : String(limit))
      return parameter.kind === 'integer'
        ? { en: `a whole number from ${from} to ${to}`, zh: `${from} 到 ${to} 的整数` }
        : { en: `a number from ${from} to ${to}`, zh: `${from} 到 ${to} 的数` }
    }
    case 'boolean': return { en: 'true or false', zh: 'true 或 false' }
    case 'choice': {
      const values = parameter.options.map((option) => option.value)
      return { en: `one of ${values.join(', ')}`, zh: `以下之一：${values.join('、')}` }
    }
    case 'blocks': return parameter.single
      ? { en: 'the name of one block', zh: '一个块的名称' }
      : { en: 'names of blocks, separated by commas', zh: '以逗号分隔的块名称' }
    case 'models': return {
      en: `${parameter.minimum} to ${parameter.maximum} saved models (run:<id> or model:<id>), separated by commas`,
      zh: `${parameter.minimum} 到 ${parameter.maximum} 个已保存的模型（run:<id> 或 model:<id>），以逗号分隔`
    }
  }
}

/** The range alone, for tables: `1 … 10,000`. */
export function rangeOf(parameter: Parameter, language: Language): string {
  switch (parameter.kind) {
    case 'number':
    case 'integer': return `${parameter.minimum} … ${parameter.maximum}`
    case 'choice': return parameter.options.map((option) => option.value).join(' | ')
    default: return domainOf(parameter)[language]
  }
}

/** The default of a training setting: `auto` for those that Graft chooses for what is to be trained. */
export const settingDefault = (name: string, parameter: Parameter, method?: MethodSummary): string => {
  if ((method ? chosenFor(method) : chosenNames).includes(name)) return auto
  const own = method?.trainingDefaults?.[name]
  return own === undefined ? defaultOf(parameter) : String(own)
}

/** The default of a method's own parameter, likewise. */
export const ownDefault = (parameters: Parameters) => (name: string, parameter: Parameter): string =>
  chosenParametersFor(parameters).includes(name) ? `${auto} (${defaultOf(parameter)})` : defaultOf(parameter)

export const defaultOf = (parameter: Parameter): string =>
  Array.isArray(parameter.default) ? parameter.default.join(',') || '–' : String(parameter.default)

/**
 * A flag's text as the value of the parameter.
 * @param flag how the person wrote it, for the sentence: `--epochs` or `--set momentum`
 * @throws GraftError (usage) that names the flag and what it takes
 */
export function readValue(parameter: Parameter, text: string, flag: string, field: string): ParameterValue {
  const value = readParameter(parameter, text)
  if (parametersSchema({ value: parameter }).safeParse({ value }).success) return value
  const takes = domainOf(parameter)
  throw usageError('invalid-value', {
    en: `${flag} takes ${takes.en}, not "${text}".`, zh: `${flag} 应为${takes.zh}，而不是“${text}”。`
  }, { field })
}

/** `all`, or so many labelled validation images per class. @throws GraftError (usage) */
export function readValidationLabels(text: string): ValidationGrant {
  const granted = text === 'all' ? text : perClassIn(text)
  if (granted !== undefined) return granted
  throw usageError('invalid-value', {
    en: `--validation-labels takes all or a number of labels per class from 1, not "${text}".`,
    zh: `--validation-labels 应为 all 或每类的标签数（从 1 起），而不是“${text}”。`
  }, { field: 'target.validationLabels' })
}

function perClassIn(text: string): { perClass: number } | undefined {
  const perClass = Number(text)
  return /^\d+$/.test(text) && perClass >= 1 && Number.isSafeInteger(perClass) ? { perClass } : undefined
}

/** `all`, `none`, or so many labels per class. @throws GraftError (usage) */
export function readLabels(text: string): LabelGrant {
  const granted = text === 'all' || text === 'none' ? text : perClassIn(text)
  if (granted !== undefined) return granted
  throw usageError('invalid-value', {
    en: `--labels takes all, none or a number of labels per class from 1, not "${text}".`,
    zh: `--labels 应为 all、none 或每类的标签数（从 1 起），而不是“${text}”。`
  }, { field: 'target.labels' })
}

/** The split that is tested on, `val` for `validation` too, or `all`. @throws GraftError (usage) */
export function readTestSplit(text: string): TestSplit {
  const split = testSplitSchema.safeParse(text === 'val' ? 'validation' : text)
  if (split.success) return split.data
  const known = testSplits.join(', ')
  throw usageError('invalid-value', {
    en: `--test-split takes one of ${known}, not "${text}".`, zh: `--test-split 应为以下之一：${known}，而不是“${text}”。`
  }, { field: 'target.testSplit' })
}

/** `--device`, for `readDevice`. */
export const deviceOption = ({ say }: Context): Option => new Option(`--device <${deviceSchema.options.join('|')}>`, say({
  en: 'Where to compute (default auto: the best there is)', zh: '计算设备（默认 auto：最好的可用设备）'
}))

/** `auto`, `gpu`, `cpu` or `wasm`. @throws GraftError (usage) */
export function readDevice(text: string): Device {
  const device = deviceSchema.safeParse(text)
  if (device.success) return device.data
  const known = deviceSchema.options.join(', ')
  throw usageError('invalid-value', {
    en: `--device takes one of ${known}, not "${text}".`, zh: `--device 应为以下之一：${known}，而不是“${text}”。`
  }, { field: 'device' })
}

/** A model's reference. @throws GraftError (usage) */
export function readModelRef(text: string, name: string, field: string): ModelRef {
  const ref = modelRefSchema.safeParse(text)
  if (ref.success) return ref.data
  throw usageError('invalid-reference', {
    en: `${name} takes a model as arch:<architecture>, model:<id> or run:<id>, not "${text}".`,
    zh: `${name} 应为 arch:<结构>、model:<id> 或 run:<id> 形式的模型，而不是“${text}”。`
  }, { field, remedy: { en: '"graft models list" shows what there is.', zh: '“graft models list”列出现有的模型。' } })
}

/** An id of something kept. @throws GraftError (usage) */
export function readId(text: string, name: string, field: string): string {
  const id = idSchema.safeParse(text)
  if (id.success) return id.data
  throw usageError('invalid-id', {
    en: `${name} takes an id of letters, digits, ".", "_" and "-", not "${text}".`,
    zh: `${name} 应为由字母、数字、“.”、“_”和“-”组成的 id，而不是“${text}”。`
  }, { field })
}

/** A name for a person to read. @throws GraftError (usage) */
export function readName(text: string): string {
  const name = text.trim()
  if (name.length >= 1 && name.length <= 200) return name
  throw usageError('invalid-value', {
    en: `--name takes 1 to 200 characters, not ${name.length}.`, zh: `--name 应为 1 到 200 个字符，而不是 ${name.length} 个。`
  }, { field: 'name' })
}

/** How many seeds. @throws GraftError (usage) */
export function readSeeds(text: string): number {
  const seeds = /^\d+$/.test(text) ? seedsSchema.safeParse(Number(text)) : undefined
  if (seeds?.success) return seeds.data
  throw usageError('invalid-value', {
    en: `--seeds takes a whole number from 1 to 50, not "${text}".`, zh: `--seeds 应为 1 到 50 的整数，而不是“${text}”。`
  }, { field: 'seeds' })
}

/** More trainings at once would make none of them faster. */
const mostJobs = 16

/** The flag of commands that may train several runs. */
export const jobsOption = ({ say }: Context, usual = '1'): Option => new Option('--jobs <n>', say({
  en: `How many runs of a study train at once, each in its own process (default ${usual}); two keep two cores busy if the network is small`,
  zh: `同时训练的运行数，每个在独立进程中（默认 ${usual}）；网络较小时，两个可用满双核`
}))

/** How many runs train at once. @throws GraftError (usage) */
export function readJobs(text = '1'): number {
  const jobs = /^\d{1,2}$/.test(text) ? Number(text) : 0
  if (jobs >= 1 && jobs <= mostJobs) return jobs
  throw usageError('invalid-value', {
    en: `--jobs takes a whole number from 1 to ${mostJobs}, not "${text}".`, zh: `--jobs 应为 1 到 ${mostJobs} 的整数，而不是“${text}”。`
  }, { field: 'jobs' })
}

/** What happens to the copied blocks of a depth-of-transfer curve. @throws GraftError (usage) */
export function readDepths(value: unknown): DepthKind {
  const kind = depthKindSchema.safeParse(value)
  if (kind.success) return kind.data
  const known = depthKindSchema.options.join(', ')
  throw usageError('invalid-value', {
    en: `--depths takes one of ${known}, not "${String(value)}".`, zh: `--depths 应为以下之一：${known}，而不是“${String(value)}”。`
  }, { field: 'depths' })
}

/** `HxW` as [height, width] in pixels. @throws GraftError (usage) */
export function readSize(text: string): [number, number] {
  const [, height, width] = (/^(\d+)[x×](\d+)$/i.exec(text) ?? []).map(Number)
  const fits = (side: number | undefined): side is number => side !== undefined && side >= 1 && side <= 4096
  if (fits(height) && fits(width)) return [height, width]
  throw usageError('invalid-value', {
    en: `--size takes HEIGHTxWIDTH in pixels from 1 to 4096, e.g. 32x32, not "${text}".`,
    zh: `--size 应为“高x宽”，每边 1 到 4096 像素，例如 32x32，而不是“${text}”。`
  }, { field: 'size' })
}

/** What the folders above the pictures are. @throws GraftError (usage) */
export function readFolders(text: string): FolderMeaning {
  const folders = folderMeaningSchema.safeParse(text)
  if (folders.success) return folders.data
  throw usageError('invalid-value', {
    en: `--folders takes one of ${folderMeanings.join(', ')}, not "${text}".`, zh: `--folders 应为以下之一：${folderMeanings.join('、')}，而不是“${text}”。`
  }, { field: 'folders' })
}

/** Whether names that differ only in upper and lower case are one class. @throws GraftError (usage) */
export function readAlike(text: string): Alike {
  const alike = alikeSchema.safeParse(text)
  if (alike.success) return alike.data
  throw usageError('invalid-value', {
    en: `--alike takes one of ${alikeChoices.join(', ')}, not "${text}".`, zh: `--alike 应为以下之一：${alikeChoices.join('、')}，而不是“${text}”。`
  }, { field: 'alike' })
}

/** What pictures that nobody has labelled are, beside class folders. @throws GraftError (usage) */
export function readWithoutLabels(text: string): WithoutLabels {
  const choice = withoutLabelsSchema.safeParse(text)
  if (choice.success) return choice.data
  throw usageError('invalid-value', {
    en: `--unlabelled takes one of ${withoutLabelsChoices.join(', ')}, not "${text}".`, zh: `--unlabelled 应为以下之一：${withoutLabelsChoices.join('、')}，而不是“${text}”。`
  }, { field: 'unlabelled' })
}

/** How images of another shape are brought to the size. @throws GraftError (usage) */
export function readFit(text: string): Fit {
  const fit = fitSchema.safeParse(text)
  if (fit.success) return fit.data
  throw usageError('invalid-value', {
    en: `--fit takes one of ${fits.join(', ')}, not "${text}".`, zh: `--fit 应为以下之一：${fits.join('、')}，而不是“${text}”。`
  }, { field: 'fit' })
}

/** A share in a range, e.g. of images for validation. @throws GraftError (usage) */
export function readShare(text: string, flag: string, maximum: number): number {
  const share = Number(text)
  if (text.trim() !== '' && share >= 0 && share <= maximum) return share
  throw usageError('invalid-value', {
    en: `${flag} takes a number from 0 to ${maximum}, not "${text}".`, zh: `${flag} 应为 0 到 ${maximum} 的数，而不是“${text}”。`
  }, { field: flag.replace(/^--/, '') })
}

/** How names in an archive are written. @throws GraftError (usage) */
export function readEncoding(text: string): NameEncoding {
  const encoding = nameEncodingSchema.safeParse(text.toLowerCase())
  if (encoding.success) return encoding.data
  throw usageError('invalid-value', {
    en: `--encoding takes one of ${nameEncodings.join(', ')}, not "${text}".`, zh: `--encoding 应为以下之一：${nameEncodings.join('、')}，而不是“${text}”。`
  }, { field: 'encoding' })
}
