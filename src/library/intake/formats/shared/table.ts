import { parse } from 'csv-parse/sync'
import { jsonTable } from './json-table'
import { byContent, byHeader, picture, type Columns } from './table-columns'

/** A table of pictures: which column says what. */
export interface Table {
  /** Cells of each row of pictures, without the header. */
  rows: string[][]
  /** The line on which the first of `rows` stands, counted in rows from 1. */
  firstRow: number
  /** The columns' names; empty without a header. */
  header: string[]
  columns: Columns
}

/** Why some text is no table of pictures; told to a person by who reads it. */
export class NotATable extends Error {}

const longestRecord = 1 << 16

/**
 * Reads a table of paths, perhaps with labels, splits and domains: separated by comma, semicolon, tab or bar, quoted or
 * not, with a header or without; or JSON.
 * @param finds whether a cell names a picture that is there: it tells the column where names have no ending
 * @throws NotATable for what is none; never anything else
 */
export function parseTable(text: string, finds: (cell: string) => boolean = () => false): Table {
  const lines = jsonTable(text)
  const rows = lines ?? delimited(text)
  const first = rows[0]
  if (!first) throw new NotATable('It is empty.')
  // A header names a column of paths and holds no picture itself.
  const isHeader = lines !== undefined || !first.some((cell) => picture.test(cell) || finds(cell))
  const columns = isHeader ? byHeader(first, rows.slice(1), finds) : byContent(rows, finds)
  if (!columns) throw new NotATable('No column holds paths of pictures.')
  return { rows: isHeader ? rows.slice(1) : rows, firstRow: isHeader && !lines ? 2 : 1, header: isHeader ? first : [], columns }
}

function delimited(text: string): string[][] {
  try {
    // What Excel is told the separator by is no row.
    const said = /^\ufeff?"?sep=(.)"?\r?\n/i.exec(text)
    return parse(said ? text.slice(said[0].length) : text, {
      bom: true, delimiter: said?.[1] ?? delimiterOf(text), quote: '"', relax_column_count: true, relax_quotes: true, skip_empty_lines: true, trim: true,
      max_record_size: longestRecord, record_delimiter: ['\r\n', '\n', '\r']
    })
  } catch (error) {
    throw new NotATable(error instanceof Error ? error.message : String(error))
  }
}

/** Lines of cells with spaces between, after one that counts them and one with their names, as CelebA's lists have them; undefined for others. */
function countedLines(lines: readonly string[]): Table | undefined {
  const [count, names, ...rest] = lines
  if (count === undefined || names === undefined || !/^\d+$/.test(count) || Number(count) !== rest.length) return undefined
  const header = ['file', ...names.split(/\s+/)]
  const rows = rest.map((line) => line.split(/\s+/))
  if (!rows.every((row) => row.length === header.length)) return undefined
  const columns = byHeader(header, rows, () => false)
  return columns && { rows, firstRow: 3, header, columns }
}

/**
 * Lines of a picture and its label with a space between (`images/1.jpg 0`), or of several columns below a line that counts
 * them. @throws NotATable where labels do not recur
 */
export function parseList(text: string): Table {
  const lines = text.replace(/^\ufeff/, '').split(/\r?\n/).map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'))
  const table = countedLines(lines)
  if (table) return table
  const rows = lines.map((line) => {
    const parts = /^(.*\S)(?:\s*[,;\t]\s*|\s+)(\S+)$/.exec(line)
    if (!parts) throw new NotATable('A line holds one word.')
    return [parts[1]!, parts[2]!]
  })
  if (new Set(rows.map(([, label]) => label)).size > Math.max(2, rows.length / 2)) throw new NotATable('Its last words are no classes.')
  return { rows, firstRow: 1, header: [], columns: { path: 0, label: 1 } }
}

/** The separator that stands most often in the first line, outside of quotes. */
function delimiterOf(text: string): string {
  const counts = new Map([[',', 0], [';', 0], ['\t', 0], ['|', 0]])
  let quoted = false
  for (let at = 0; at < Math.min(text.length, longestRecord); at++) {
    const character = text[at]!
    if (character === '"') quoted = !quoted
    else if (!quoted && (character === '\n' || character === '\r') && at > 0) break
    else if (!quoted && counts.has(character)) counts.set(character, counts.get(character)! + 1)
  }
  return [...counts].reduce((best, entry) => entry[1] > best[1] ? entry : best)[0]
}
