import { parse } from 'csv-parse/sync'
import { splitOf, splitLike } from '../../reading/split-names'
import { jsonTable } from './json-table'

/** A table of pictures: which column says what. */
export interface Table {
  /** Cells of each row of pictures, without the header. */
  rows: string[][]
  /** The line on which the first of `rows` stands, counted in rows from 1. */
  firstRow: number
  /** The columns' names; empty without a header. */
  header: string[]
  /** Column of the picture's path, and of what else there is. */
  columns: { path: number, label?: number, split?: number, domain?: number }
}

/** Why some text is no table of pictures; told to a person by who reads it. */
export class NotATable extends Error {}

const names = {
  path: /^(image_?|img_?|file_?|id_?)?(path|name|file|filename|file_?path|image|img|id|code|图像|文件)$/i,
  label: /^(label|labels|class|classes|class_?name|category|target|y|species|breed|diagnosis|dx|disease|finding|label_?name|class_?id|label_?id|标签|类别)$/i,
  split: /^(split|set|subset|partition|usage|fold_?name|data_?set)$/i,
  domain: /^(domain|environment|env|source|style)$/i
} as const
const picture = /\.(jpe?g|jpe|jfif|png|webp|gif|bmp|tiff?|avif|heic|heif|ppm|pgm|pbm|pnm)\s*$/i
const longestRecord = 1 << 16

/** Text of a table's bytes: UTF-8, or UTF-16 where it begins with that mark, as Excel's "Unicode text" does. */
export function tableText(bytes: Uint8Array): string {
  const [first, second] = bytes
  const encoding = first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8'
  return new TextDecoder(encoding).decode(bytes)
}

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
  const columns = isHeader ? byHeader(first, rows.slice(1, 50), finds) : byContent(rows.slice(0, 50), finds)
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

/** Lines of a picture and its label with a space between: `images/1.jpg 0`. @throws NotATable where labels do not recur */
export function parseList(text: string): Table {
  const rows = text.replace(/^\ufeff/, '').split(/\r?\n/).map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#')).map((line) => {
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

function byHeader(header: readonly string[], sample: readonly string[][], finds: (cell: string) => boolean): Table['columns'] | undefined {
  const find = (pattern: RegExp, except: readonly number[] = []): number | undefined => {
    const index = header.findIndex((name, column) => !except.includes(column) && pattern.test(name.replace(/[\s-]+/g, '_')))
    return index < 0 ? undefined : index
  }
  const path = pictureColumn(sample, finds) ?? find(names.path)
  if (path === undefined) return undefined
  const named = { label: find(names.label, [path]), split: find(names.split, [path]), domain: find(names.domain, [path]) }
  // Two columns leave no doubt, whatever the second is called.
  if (named.label === undefined && named.split === undefined && named.domain === undefined && header.length === 2) named.label = 1 - path
  return { path, ...defined(named) }
}

function byContent(sample: readonly string[][], finds: (cell: string) => boolean): Table['columns'] | undefined {
  const path = pictureColumn(sample, finds)
  if (path === undefined) return undefined
  const width = Math.max(...sample.map((row) => row.length))
  const others = Array.from({ length: width }, (_, column) => column).filter((column) => column !== path)
  const split = others.find((column) => sample.every((row) => splitOfWord(row[column] ?? '') !== undefined))
  const [label, domain] = others.filter((column) => column !== split)
  return { path, ...defined({ label, split, domain: others.length > 3 ? undefined : domain }) }
}

/** The first column in which most cells name a picture: by their ending, of one that is there first, or else because it is there. */
function pictureColumn(sample: readonly string[][], finds: (cell: string) => boolean): number | undefined {
  const width = Math.max(0, ...sample.map((row) => row.length))
  for (const names of [(cell: string) => picture.test(cell) && finds(cell), (cell: string) => picture.test(cell), finds]) {
    for (let column = 0; column < width; column++) {
      if (sample.filter((row) => names(row[column] ?? '')).length * 2 > sample.length) return column
    }
  }
  return undefined
}

/** Which split a cell says: `train`, `Test`, `dev`, `validation set`. */
export const splitOfWord = (word: string): ReturnType<typeof splitOf> => splitOf(word) ?? (splitLike(word)?.rest === '' ? splitLike(word)?.split : undefined)

function defined(columns: { label: number | undefined, split: number | undefined, domain: number | undefined }): Omit<Table['columns'], 'path'> {
  const { label, split, domain } = columns
  return { ...(label !== undefined && { label }), ...(split !== undefined && { split }), ...(domain !== undefined && { domain }) }
}
