import type { Language } from '../../contract/text'

const minus = '−'

/** A share in [0, 1] as per cent with one decimal: `87.3 %`. */
export const percent = (share: number): string => `${(share * 100).toFixed(1)} %`

/** A difference of two shares in percentage points, signed: `+3.1`. */
export function points(difference: number): string {
  const text = Math.abs(difference * 100).toFixed(1)
  if (text === '0.0') return text
  return `${difference < 0 ? minus : '+'}${text}`
}

/** A count with separated thousands: `12,345`. */
export const count = (value: number): string => Math.round(value).toString().replace(/\B(?=(\d{3})+$)/g, ',')

/** A number with at most four significant digits. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return String(value)
  return String(Number(value.toPrecision(4)))
}

/** A size in bytes in the largest fitting unit: `3.4 MB`. */
export function bytes(value: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  const unit = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, value)) / 3)))
  const size = value / 1000 ** unit
  return `${unit === 0 || size >= 100 ? Math.round(size) : size.toFixed(1)} ${units[unit]}`
}

/** A duration in words with at most two units: `3 min 20 s`; under ten seconds with one decimal. */
export function duration(seconds: number, language: Language): string {
  const words = language === 'zh' ? { h: ' 小时', min: ' 分', s: ' 秒' } : { h: ' h', min: ' min', s: ' s' }
  if (seconds < 9.95) return `${seconds.toFixed(1)}${words.s}`
  const whole = Math.round(seconds)
  const hours = Math.floor(whole / 3600)
  const minutes = Math.floor(whole / 60) % 60
  if (hours > 0) return `${hours}${words.h}${minutes ? ` ${minutes}${words.min}` : ''}`
  if (minutes > 0) return `${minutes}${words.min}${whole % 60 ? ` ${whole % 60}${words.s}` : ''}`
  return `${whole}${words.s}`
}

/** A moment in the person's time zone, to the minute: `2026-01-31 14:05`. */
export function moment(iso: string): string {
  const date = new Date(iso)
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}`
}

/** Columns that a text takes in a terminal: two for a Chinese character, one for a Latin one. */
export function displayWidth(text: string): number {
  let width = 0
  for (const character of text) {
    width += /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/.test(character) ? 2 : 1
  }
  return width
}

export interface Column { title: string, align?: 'left' | 'right' }

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
