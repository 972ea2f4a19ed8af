import type { Dataset } from '../../../contract/datasets'
import type { MethodSummary } from '../../../contract/methods'
import type { BlockSummary } from '../../../contract/models'
import type { Parameters, ParameterValue } from '../../../contract/parameters'
import type { Spec } from '../../../contract/runs'
import type { Language, Text } from '../../../contract/text'
import { countOf } from '../../../rules/domains'
import { grantedImages } from '../../../rules/specs/learned-from'
import { formatCount, formatNumber } from '../../shared/format'

/** The training images that a target gives under its grant of labels, of one domain where it names one: `100 labelled images (10 per class)`. */
export function imagesText(dataset: Dataset, { labels, domain }: Pick<Spec['target'], 'labels' | 'domain'>, language: Language): string {
  const count = countOf(dataset, 'train', domain === undefined ? undefined : { only: domain })
  const zh = language === 'zh'
  if (labels === 'none') return zh ? `${formatCount(count)} 张无标签图像` : `${formatCount(count)} images without labels`
  if (labels === 'all') return zh ? `全部 ${formatCount(count)} 张带标签图像` : `all ${formatCount(count)} labelled images`
  const { perClass } = labels
  const granted = grantedImages(dataset, { labels, domain })
  return zh
    ? `${formatCount(granted)} 张带标签图像（每类 ${formatCount(perClass)} 张）`
    : `${formatCount(granted)} labelled images (${formatCount(perClass)} per class)`
}

function otherModels(count: number, language: Language): string {
  if (language === 'zh') return `另外 ${formatCount(count)} 个模型`
  return count === 0 ? 'no other model yet' : count === 1 ? '1 other model' : `${formatCount(count)} other models`
}

/** A choice's label within a sentence: its capital goes, unless it is a name (Seed CNN, ResNet-18). */
const withinSentence = (label: string): string => /\p{Lu}/u.test(label.slice(1)) ? label : label.charAt(0).toLowerCase() + label.slice(1)

const lists: Record<Language, Intl.ListFormat> = { en: new Intl.ListFormat('en-GB'), zh: new Intl.ListFormat('zh-CN') }

/** What no named block means, where the schema does not say it. */
const usualBlocks: Text = { en: 'the blocks it takes by itself', zh: '默认的块' }
const allBlocks: Text = { en: 'all blocks', zh: '所有块' }
/** Of the parameters that the drawing knows by their names. */
const knownBlocks: Record<string, Text> = { copied: allBlocks, frozen: { en: 'none', zh: '（无）' } }

function valueText(
  name: string, value: ParameterValue, parameters: Parameters, language: Language, blocks: readonly BlockSummary[]
): string {
  const parameter = parameters[name]
  // Names of runs are long, and the form lists them.
  if (parameter?.kind === 'models' && Array.isArray(value)) return otherModels(value.length, language)
  if (Array.isArray(value)) {
    const none = (parameter?.kind === 'blocks' ? parameter.none : undefined) ?? knownBlocks[name] ?? usualBlocks
    if (value.length === 0) return none[language]
    if (value.length === blocks.length) return allBlocks[language]
    return lists[language].format(value.map((chosen) => blocks.find((block) => block.name === chosen)?.title ?? chosen))
  }
  if (typeof value === 'number') return formatNumber(value)
  if (parameter?.kind === 'choice') return withinSentence(parameter.options.find((option) => option.value === value)?.label[language] ?? String(value))
  return String(value)
}

export interface SentencePart { text: string, role: 'plain' | 'source' | 'target' | 'value' }

/** A method's sentence about one transfer, in parts so that source and target keep their colours; blocks by their titles. */
export function sentenceParts(
  method: MethodSummary, names: { source: string, target: string, images: string }, values: Record<string, ParameterValue>, language: Language,
  blocks: readonly BlockSummary[] = []
): SentencePart[] {
  return method.sentence[language].split(/(\{\w+\})/).filter(Boolean).map((part): SentencePart => {
    const name = /^\{(\w+)\}$/.exec(part)?.[1]
    if (name === undefined) return { text: part, role: 'plain' }
    if (name === 'source' || name === 'target') return { text: names[name], role: name }
    if (name === 'images') return { text: names.images, role: 'value' }
    const value = values[name]
    return value === undefined ? { text: part, role: 'plain' } : { text: valueText(name, value, method.parameters, language, blocks), role: 'value' }
  })
}
