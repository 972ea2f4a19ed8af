import { answerColumns } from '../../../../rules/format/answer-table'
import { withoutQuote } from '../../../../rules/format/csv'
import type { Table } from './table'

/** What a row says of its picture's class. */
export type RowLabel = { label: string } | { several: string[] } | 'none'

/** How the labels of a table are read; undefined where it has none. */
export interface Labels {
  of(cells: readonly string[]): RowLabel
  /** Names of the columns, where each is a class. */
  columns?: string[]
}

const separators = /[,;|]/
const isMark = /^(?:[01](?:\.0*)?|true|false|)$/i
const isSet = (cell: string): boolean => /^(?:1(?:\.0*)?|true)$/i.test(cell)

/** Whether Graft wrote a table: by all of its columns, or, where it was given for a folder, by those that matter. */
const isOwn = (header: readonly string[], isGiven: boolean): boolean =>
  answerColumns.slice(0, isGiven ? 2 : 6).every((name, column) => header[column] === name)

/**
 * Labels by one column of names, or by a column for each class of which one is set.
 * @param isGiven whether the table was given for a folder: with the columns file and class, it is one of Graft's
 */
export function labelsOf({ rows, header, columns }: Table, isGiven = false): Labels | undefined {
  // Graft's tables give each picture one class, whatever stands in its name.
  if (columns.path === 0 && columns.label === 1 && isOwn(header, isGiven)) return { of: (row) => oneName(withoutQuote(row[1] ?? '')) }
  if (columns.label !== undefined) {
    const column = namesOf({ rows, header, columns }, columns.label) ?? columns.label
    return byName(rows.map((row) => row[column] ?? ''), column)
  }
  const others = header.map((_name, column) => column).filter((column) => !used(columns).includes(column))
  const marks = others.filter((column) => rows.every((row) => isMark.test(row[column] ?? '')) && rows.some((row) => isSet(row[column] ?? '')))
  if (marks.length < 2) return undefined
  // Columns of other facts that are 0 and 1 by chance are set in rows of any number.
  const counts = rows.map((row) => marks.filter((column) => isSet(row[column] ?? '')).length)
  if (counts.filter((count) => count > 0).length * 2 <= rows.length) return undefined
  return {
    columns: marks.map((column) => header[column]!),
    of: (cells) => {
      const set = marks.filter((column) => isSet(cells[column] ?? '')).map((column) => header[column]!)
      return set.length === 0 ? 'none' : set.length === 1 ? { label: set[0]! } : { several: set }
    }
  }
}

const used = ({ path, label, split, domain, flags = [], unused = [] }: Table['columns']): (number | undefined)[] =>
  [path, label, split, domain, ...[...flags, ...unused.filter(({ as }) => as !== 'label')].map(({ column }) => column)]
const nameColumn = /^(label|class|category|target|species|breed|diagnosis)s?(_?(name|str|string|text|title)s?)?$/i

/** A column with the names of classes that another numbers, one to one: `label_name` beside `label`. */
function namesOf({ rows, header, columns }: Pick<Table, 'rows' | 'header' | 'columns'>, label: number): number | undefined {
  const cells = (column: number): string[] => rows.map((row) => row[column] ?? '')
  if (!cells(label).every((cell) => /^\d{1,5}(\.0*)?$/.test(cell))) return undefined
  const found = header.findIndex((name, column) => {
    if (used(columns).includes(column) || !nameColumn.test(name.replace(/[\s-]+/g, '_'))) return false
    const names = cells(column)
    const pairs = new Set(names.map((cell, index) => `${cell}\0${rows[index]![label] ?? ''}`)).size
    return names.every((cell) => cell !== '' && !/^\d+$/.test(cell)) && new Set(names).size === pairs && new Set(cells(label)).size === pairs
  })
  return found < 0 ? undefined : found
}

function byName(cells: readonly string[], column: number): Labels {
  const distinct = new Set(cells)
  const parts = new Map<string, number>()
  for (const cell of distinct) for (const part of new Set(split(cell))) parts.set(part, (parts.get(part) ?? 0) + 1)
  const severalOf = new Map<string, string[]>()
  for (const cell of distinct) {
    const listed = split(cell)
    const spaced = cell.split(/\s+/)
    // "tench, Tinca tinca" is one name: its parts stand nowhere else. "scab rust" is two where each is a label alone.
    if (listed.length > 1 && (isList(cell) || /[|;]/.test(cell) || listed.every((part) => parts.get(part)! > 1))) severalOf.set(cell, listed)
    else if (listed.length === 1 && spaced.length > 1 && spaced.every((part) => distinct.has(part))) severalOf.set(cell, spaced)
  }
  return {
    of: (row) => {
      const cell = row[column] ?? ''
      const several = severalOf.get(cell)
      if (several) return { several }
      // A class that a spreadsheet would have run as a formula was written with a quote before it.
      const label = isList(cell) ? split(cell)[0] ?? '' : withoutQuote(cell)
      return oneName(label)
    }
  }
}

const oneName = (label: string): RowLabel => label === '' ? 'none' : { label }
const isList = (cell: string): boolean => /^\[.*\]$/s.test(cell)

/** Parts of a cell: of `a|b`, of `a,b`, of `['a', 'b']`. */
function split(cell: string): string[] {
  const inner = isList(cell) ? cell.slice(1, -1) : cell
  return inner.split(separators).map((part) => part.trim().replace(/^(['"])(.*)\1$/s, '$2')).filter((part) => part !== '')
}
