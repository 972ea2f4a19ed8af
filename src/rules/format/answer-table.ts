import type { AnsweredFile } from '../../contract/predictions'
import { csvCell, csvFile, csvPath } from './csv'

/** Columns of a table of answers. What reads it knows it by the first six, which every version has written. */
export const answerColumns = ['file', 'class', 'answer', 'confidence', 'none_of_these', 'problem', 'unlike'] as const

/** Files by how sure the model is of them; those that could not be read come last either way. */
export function bySureness<Row extends AnsweredFile>(rows: readonly Row[], leastSureFirst = false): Row[] {
  const sign = leastSureFirst ? 1 : -1
  return [...rows].sort((first, second) => {
    if ('error' in first || 'error' in second) return Number('error' in first) - Number('error' in second)
    return sign * (first.confidence - second.confidence) || first.file.localeCompare(second.file, 'en', { numeric: true })
  })
}

/**
 * A table of files and their classes that a spreadsheet opens and `graft datasets add` takes as a data set. `class` is
 * what counts; `answer` is what the model said, `confidence` how sure it was of that, and `none_of_these` marks pictures
 * that are none of its classes, `unlike` those that are unlike all it was trained on.
 * @param classOf what a person made of a file: another class, or null to leave it out of the data set
 */
export function answerTable(rows: readonly AnsweredFile[], classOf: (file: string) => string | null | undefined = () => undefined): string {
  const lines = rows.map((row) => 'error' in row
    ? [csvPath(row.file), csvCell(classOf(row.file) ?? ''), '', '', '', csvCell(row.error.message.en), '']
    : [csvPath(row.file), csvCell(chosen(row, classOf(row.file))), csvCell(row.class), row.confidence.toFixed(4), row.noneOfThese ? 'yes' : '', '', row.unlike ? 'yes' : ''])
  return csvFile([answerColumns, ...lines])
}

const chosen = (row: { class: string }, made: string | null | undefined): string => made === undefined ? row.class : made ?? ''

/** A table of files and the classes that a person gave them. */
export const labelTable = (files: readonly { file: string, class: string }[]): string =>
  ['file,class', ...files.map((row) => `${csvPath(row.file)},${csvCell(row.class)}`)].join('\n') + '\n'
