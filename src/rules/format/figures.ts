import type { Language } from '../../contract/text'

// How figures are written everywhere: in the terminal, on pages and in the window. A window has a narrow space to part
// digits and units with, which a terminal may not: what does that is a parameter.

export const minus = '\u2212'

const inPoints = (share: number): string => (Math.round(Math.abs(share) * 1000) / 10).toFixed(1)

/** A share in [0, 1] as per cent with one decimal: `87.3 %`. */
export function percent(share: number, space = ' '): string {
  const text = inPoints(share)
  return `${share < 0 && text !== '0.0' ? minus : ''}${text}${space}%`
}

/** A difference of two shares in percentage points, signed: `+3.1`, `−0.4`, `0.0`. */
export function points(difference: number): string {
  const text = inPoints(difference)
  return text === '0.0' ? text : (difference < 0 ? minus : '+') + text
}

/** A count with separated thousands: `12,345`. */
export function count(value: number, separator = ','): string {
  const text = Math.abs(Math.round(value)).toString().replace(/\B(?=(\d{3})+$)/g, separator)
  return value < 0 && text !== '0' ? minus + text : text
}

/** A number with at most four significant digits. */
export function figure(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(4))) : String(value)
}

const byteUnits = ['B', 'kB', 'MB', 'GB', 'TB']

/** A size in bytes in the largest unit that fits: `3.4 MB`. */
export function bytes(size: number): string {
  let value = size
  let unit = 0
  // What is rounded up to 1000 goes to the next unit.
  while (Math.round(value) >= 1000 && unit < byteUnits.length - 1) {
    value /= 1000
    unit += 1
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${byteUnits[unit]}`
}

const durationWords: Record<Language, { day: string, hour: string, minute: string, second: string, less: string }> = {
  en: { day: ' d', hour: ' h', minute: ' min', second: ' s', less: 'less than 1 s' },
  zh: { day: ' 天', hour: ' 小时', minute: ' 分', second: ' 秒', less: '不到 1 秒' }
}

/**
 * A duration in words with at most two units: `3 min 20 s`, `1 h 5 min`; under ten seconds with one decimal, which the
 * window, whose clocks tick by the second, leaves out.
 */
export function duration(seconds: number, language: Language, { tenths = true } = {}): string {
  const words = durationWords[language]
  if (!Number.isFinite(seconds)) return '–'
  if (tenths && seconds < 9.95) return seconds.toFixed(1) + words.second
  const whole = Math.round(seconds)
  if (whole < 1) return words.less
  const parts: [number, string][] = [
    [Math.floor(whole / 86_400), words.day], [Math.floor(whole / 3600) % 24, words.hour],
    [Math.floor(whole / 60) % 60, words.minute], [whole % 60, words.second]
  ]
  const first = parts.findIndex(([amount]) => amount > 0)
  return parts.slice(first, first + 2).filter(([amount]) => amount > 0).map(([amount, unit]) => amount + unit).join(' ')
}

/** A moment in the person's time zone, to the minute: `2026-01-31 14:05`. */
export function moment(iso: string): string {
  const date = new Date(iso)
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}`
}
