import { everySplit, type SplitName } from '../../contract/datasets'
import { GraftError } from '../../contract/errors'
import type { Question, ReadingChoice } from '../../contract/inspections'
import type { Language } from '../../contract/text'

const splitWords: Record<SplitName, Record<Language, string>> = {
  train: { en: 'train', zh: '训练' }, validation: { en: 'validation', zh: '验证' }, test: { en: 'test', zh: '测试' }, unlabelled: { en: 'unlabelled', zh: '无标签' }
}

/** What a reading makes, in one line: `16 train, 8 test; 2 classes: cats, dogs; left out: figures`. */
export function readingInWords({ classes, classCount, domains, splits, leftOut }: ReadingChoice, language: Language): string {
  const zh = language === 'zh'
  const list = (names: readonly string[], all: number): string => names.slice(0, 6).join(', ') + (all > 6 ? ' …' : '')
  return [
    everySplit.flatMap((name) => splits[name] === undefined ? [] : `${splits[name].toLocaleString('en-US')} ${splitWords[name][language]}`).join(', '),
    classCount === 0 ? (zh ? '无标签' : 'no labels')
      : `${classCount} ${zh ? '个类别' : classCount === 1 ? 'class' : 'classes'}: ${list(classes, classCount)}`,
    ...(domains.length > 0 ? [`${domains.length} ${zh ? '个域' : 'domains'}: ${list(domains, domains.length)}`] : []),
    ...(leftOut.length > 0 ? [`${zh ? '略过' : 'left out'}: ${list(leftOut, leftOut.length)}`] : [])
  ].join('; ')
}

/** The question as an error: an import does not guess. Its field is the option that answers it. */
export function unanswered({ id, text, readings }: Question): GraftError {
  const answers = (language: Language): string =>
    readings.map((reading) => `--${id} ${reading.value} (${reading.text[language]}: ${readingInWords(reading, language)})`).join(' · ')
  return new GraftError('reading-unclear', text, {
    field: id, remedy: { en: `Say which: ${answers('en')}`, zh: `请指明：${answers('zh')}` }
  })
}
