import type { SplitName } from '../../../contract/datasets'
import type { Examination, Suspect } from '../../../contract/examinations'
import type { Language } from '../../../contract/text'
import { wrap } from '../../../rules/format/columns'
import { count, duration, percent } from '../../../rules/format/figures'

const listed = 8

/** What the data doctor found, for a terminal; all pictures are in the document. @param nameOf a picture's file name or number */
export async function examinationText(
  { name, classes, looked, findings, remarks, wanted, cached, seconds }: Examination,
  nameOf: (split: SplitName, position: number) => Promise<string>, language: Language
): Promise<string> {
  const zh = language === 'zh'
  const className = (label: number): string => classes[label] ?? String(label)
  const line = async ({ split, position, label, suggested, confidence, group }: Suspect): Promise<string> => [
    `   ${group === undefined ? '' : `${group + 1}. `}${split} ${position}`, await nameOf(split, position).then((text) => text === String(position) ? '' : text),
    label === undefined ? '' : suggested === undefined ? className(label) : `${className(label)} → ${className(suggested)}? ${percent(confidence ?? 0)}`
  ].filter(Boolean).join('  ')
  const splits = Object.entries(looked).map(([split, { count: images, of }]) => `${split} ${images < of ? `${count(images)}/${count(of)}` : count(of)}`).join(', ')
  const parts = [`${name}: ${splits} (${wanted.source}${cached ? '' : `, ${duration(seconds, language)}`})`]
  if (findings.length === 0) parts.push('', zh ? '没有发现问题。' : 'Nothing was found.')
  for (const { level, title, text, remedy, count: images, suspects } of findings) {
    parts.push('', `${level === 'warning' ? '! ' : '· '}${title[language]}: ${count(images)}`, wrap(text[language], 100, '  '), wrap(remedy[language], 100, '  '))
    for (const suspect of suspects.slice(0, listed)) parts.push(await line(suspect))
    if (suspects.length > listed) parts.push(zh ? '   …（--json 给出全部）' : '   … (--json lists all)')
  }
  if (remarks.length > 0) parts.push('', ...remarks.map((remark) => wrap(`· ${remark[language]}`, 100)))
  return parts.join('\n')
}
