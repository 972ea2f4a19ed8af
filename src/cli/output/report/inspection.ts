import { everySplit } from '../../../contract/datasets'
import type { DuplicateGroup, Inspection } from '../../../contract/inspections'
import type { Language } from '../../../contract/text'
import { readingInWords } from '../../../library/intake'
import { facts, table } from '../../../rules/format/columns'
import { count } from '../../../rules/format/figures'

const listed = 10
const smallest = 30

/** What a look at a data set found, for a person in a terminal; the pictures are in the document. */
export function inspectionText(found: Inspection, language: Language): string {
  const zh = language === 'zh'
  const size = ([height, width]: readonly [number, number]): string => `${height}×${width}`
  const { sizes, shape } = found
  return [
    facts([
      [zh ? '来源' : 'origin', found.origin],
      [zh ? '格式' : 'format', found.format],
      [zh ? '图像' : 'images', `${count(found.total)}, ${shape.join('×')}`],
      [zh ? '文件尺寸' : 'sizes', sizes && (sizes.kinds === 1 ? size(sizes.smallest)
        : `${size(sizes.smallest)} … ${size(sizes.largest)} (${sizes.common.slice(0, 3).map((entry) => `${size(entry.size)}: ${count(entry.count)}`).join(', ')})`)],
      [zh ? '域' : 'domains', found.domains.join(', ') || undefined],
      [zh ? '处理' : 'preparation', found.preparation],
      [zh ? '已查看' : 'looked at', found.lookedAt < found.total ? count(found.lookedAt) : undefined]
    ]),
    ...found.questions.flatMap(({ id, text, readings }) => [
      '', `? ${text[language]}`,
      ...readings.map((reading) => `  --${id} ${reading.value}: ${reading.text[language]}\n      ${readingInWords(reading, language)}`)
    ]),
    '',
    classesText(found, language),
    ...(found.assumed.length > 0 ? ['', ...found.assumed.map((text) => `· ${text[language]}`)] : []),
    ...found.findings.flatMap(({ level, text, remedy }) => [
      '', `${level === 'warning' ? '! ' : '· '}${text[language]}`, ...(remedy ? [`  ${remedy[language]}`] : [])
    ]),
    ...groupsText(zh ? '完全相同' : 'identical', found.exact.groups),
    ...groupsText(zh ? '相似' : 'alike', found.near.groups),
    ...(found.broken.count > 0 ? ['', ...found.broken.files.slice(0, listed).map(({ path, reason }) => `  ${path}: ${reason[language]}`),
      ...(found.broken.count > listed ? [`  … ${count(found.broken.count - listed)}`] : [])] : [])
  ].join('\n')
}

function classesText({ classes, splits }: Inspection, language: Language): string {
  const zh = language === 'zh'
  const names = everySplit.filter((split) => splits[split])
  const rows = classes.map((name, index) => [name, ...names.map((split) => splits[split]?.perClass || split !== 'unlabelled' ? count(splits[split]?.perClass?.[index] ?? 0) : '')])
  const shown = rows.length > smallest ? rows.slice(0, smallest) : rows
  const all = [zh ? '共计' : 'in all', ...names.map((split) => count(splits[split]?.count ?? 0))]
  return table([{ title: zh ? '类别' : 'class' }, ...names.map((split) => ({ title: split, align: 'right' as const }))], [
    ...shown, ...(rows.length > smallest ? [[`… (${count(rows.length)})`, ...names.map(() => '')]] : []), all
  ])
}

function groupsText(title: string, groups: readonly DuplicateGroup[]): string[] {
  if (groups.length === 0) return []
  return ['', `${title}:`, ...groups.slice(0, listed).map(({ images, count: size }) =>
    `  ${images.map(({ name }) => name).join('  =  ')}${size > images.length ? ` … (${count(size)})` : ''}`)]
}
