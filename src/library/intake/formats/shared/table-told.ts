import type { Text } from '../../../../contract/text'
import { someNames } from '../../reading/class-names'
import type { Table } from './table'
import type { Labels } from './table-labels'

/** What was taken for granted of the columns of a table, and which of them were left out that could have been meant. */
export function toldOfColumns(name: string, { rows, header, columns }: Table, labels: Labels | undefined): Text[] {
  const { label, domain, guessed = [], unused = [] } = columns
  const title = (column: number): Text => header[column] === undefined
    ? { en: `column ${column + 1}`, zh: `第 ${column + 1} 列` } : { en: `the column “${header[column]}”`, zh: `“${header[column]}”列` }
  const words = (column: number): string => someNames([...new Set(rows.map((row) => row[column] ?? ''))].filter((word) => word !== ''), 3)
  const told: Text[] = []
  if (label !== undefined && guessed.includes('label')) told.push(takenAs(name, title(label), { en: 'the class', zh: '类别' }, words(label)))
  if (domain !== undefined && guessed.includes('domain')) told.push(takenAs(name, title(domain), { en: 'the domain', zh: '域' }, words(domain)))
  for (const { column, as } of unused) {
    if (as === 'split') told.push(notSplits(header[column]!, words(column)))
    else if (as === 'domain') told.push(notDomains(header[column]!, words(column)))
    else if (label !== undefined) told.push(notClasses(header[label]!, header[column]!, words(column)))
  }
  if (labels?.columns) told.push(oneColumnEach(name, labels.columns.length))
  const used = [columns.path, columns.split, domain, ...(columns.flags ?? []).map(({ column }) => column), ...unused.filter(({ as }) => as === 'split').map(({ column }) => column)]
  const others = header.filter((title, column) => title !== '' && !used.includes(column))
  if (!labels && others.length > 0) told.push(noClass(name, others))
  return told
}

const takenAs = (table: string, column: Text, role: Text, words: string): Text => ({
  en: `In ${table}, ${column.en} is taken as ${role.en}: ${words}.`, zh: `${table} 中的${column.zh}作为${role.zh}：${words}。`
})
const notSplits = (column: string, words: string): Text => ({
  en: `The column “${column}” says no splits (${words}) and was not used.`, zh: `“${column}”列的内容不是划分（${words}），未使用。`
})
const notDomains = (column: string, words: string): Text => ({
  en: `The column “${column}” says no domains (${words}) and was not used.`, zh: `“${column}”列的内容不是域（${words}），未使用。`
})
const notClasses = (label: string, column: string, words: string): Text => ({
  en: `The classes are those of the column “${label}”; “${column}” (${words}) was not used.`, zh: `类别取自“${label}”列；未使用“${column}”列（${words}）。`
})
const noClass = (table: string, others: readonly string[]): Text => ({
  en: `No column of ${table} was taken as the class (${someNames(others)}), so its pictures have no labels; if one of them is, call it “label”.`,
  zh: `${table} 中没有列被作为类别（${someNames(others)}），因此图像没有标签；如果其中一列是类别，请将其命名为“label”。`
})
const oneColumnEach = (table: string, count: number): Text =>
  ({ en: `${table} has a column for each class, ${count} in all.`, zh: `${table} 每个类别一列，共 ${count} 列。` })
