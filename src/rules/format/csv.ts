/** What a spreadsheet takes for the beginning of a formula. */
const formula = /^[=+\-@\t\r]/

/** One cell of a comma-separated file by RFC 4180; a text that a spreadsheet would run as a formula gets a leading quote. */
export function csvCell(text: string): string {
  const safe = formula.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** A text as it was before `csvCell` kept a spreadsheet from running it. */
export const withoutQuote = (cell: string): string => cell.startsWith('\'') && formula.test(cell.slice(1)) ? cell.slice(1) : cell

/** The path of a file below a folder: one that would begin a formula begins with `./`, so that it still leads there. */
export const csvPath = (path: string): string => csvCell(formula.test(path) ? `./${path}` : path)

/**
 * A file of lines of cells that are written as `csvCell` writes them. It begins with a byte-order mark: without one, Excel takes the
 * letters of most languages for others.
 */
export const csvFile = (lines: readonly (readonly string[])[]): string => `\ufeff${lines.map((cells) => cells.join(',')).join('\r\n')}\r\n`
