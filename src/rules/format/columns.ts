// Text in columns of equal characters: a terminal, a plain page.

/** Columns that a text takes in a terminal: two for a Chinese character, one for a Latin one. */
export function displayWidth(text: string): number {
  let width = 0
  for (const character of text) {
    width += /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/.test(character) ? 2 : 1
  }
  return width
}

interface Column { title: string, align?: 'left' | 'right' }

/** Rows as a text table with aligned columns; no trailing spaces. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const widths = columns.map((column, index) =>
    Math.max(displayWidth(column.title), ...rows.map((row) => displayWidth(row[index] ?? ''))))
  const line = (cells: readonly string[]): string => columns.map((column, index) => {
    const cell = cells[index] ?? ''
    const space = ' '.repeat((widths[index] ?? 0) - displayWidth(cell))
    return column.align === 'right' ? space + cell : cell + space
  }).join('  ').trimEnd()
  return [line(columns.map((column) => column.title)), line(widths.map((width) => '─'.repeat(width))), ...rows.map(line)].join('\n')
}

/** Label and value pairs, values aligned; pairs without a value are left out. */
export function facts(pairs: readonly (readonly [string, string | undefined])[], indent = ''): string {
  const present = pairs.filter((pair): pair is readonly [string, string] => pair[1] !== undefined && pair[1] !== '')
  const width = Math.max(0, ...present.map(([label]) => displayWidth(label)))
  return present.map(([label, value]) => `${indent}${label}${' '.repeat(width - displayWidth(label) + 2)}${value}`).join('\n')
}

/** A paragraph broken into lines of at most `width` columns. */
export function wrap(text: string, width: number, indent = ''): string {
  const lines: string[] = []
  let line = ''
  // Chinese breaks between any two characters, other scripts at spaces.
  for (const part of text.match(/[\u2e80-\u9fff\uff00-\uffef]|[^\s\u2e80-\u9fff\uff00-\uffef]+|\s+/g) ?? []) {
    if (displayWidth(indent + line + part) > width && line.trim() !== '') {
      lines.push(indent + line.trimEnd())
      line = ''
    }
    if (line !== '' || part.trim() !== '') line += part
  }
  if (line.trim() !== '') lines.push(indent + line.trimEnd())
  return lines.join('\n')
}
