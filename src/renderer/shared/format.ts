import { computed, type ComputedRef } from 'vue'
import type { Language } from '../../contract/text'
import { useLanguage } from './i18n'

// Narrow and not broken at a line's end.
const thinSpace = '\u202f'
const minus = '\u2212'

/** A count with narrow spaces between thousands: `12 345`. */
export function formatCount(value: number): string {
  const text = Math.abs(Math.round(value)).toString().replace(/\B(?=(\d{3})+$)/g, thinSpace)
  return value < 0 && text !== '0' ? minus + text : text
}

/** A number with at most `digits` significant digits; very small and very large ones in powers of ten. */
export function formatNumber(value: number, digits = 4): string {
  if (!Number.isFinite(value)) return String(value)
  if (value === 0) return '0'
  const size = Math.abs(value)
  const text = size < 1e-4 || size >= 1e7
    ? value.toExponential(Math.min(digits - 1, 2)).replace(/\.?0+e/, 'e').replace('e+', 'e')
    : Number(value.toPrecision(digits)).toString()
  return text.replace('-', minus)
}

/** A measured number with as many significant digits as its neighbours, zeros and all: `2.30` beside `2.31`. */
export function formatMeasured(value: number, digits = 3): string {
  const size = Math.abs(value)
  const text = value.toPrecision(digits)
  // Rounded up to 1000, it would come as 1.00e+3.
  return size >= 1e-4 && size < 1000 && !text.includes('e') ? text.replace('-', minus) : formatNumber(value, digits)
}

const fixedPoints = (share: number): string => (Math.round(Math.abs(share) * 1000) / 10).toFixed(1)

/** A share in [0, 1] as per cent with one decimal: `87.3 %`. */
export function formatPercent(share: number): string {
  const points = fixedPoints(share)
  return `${share < 0 && points !== '0.0' ? minus : ''}${points}${thinSpace}%`
}

/** A difference of two shares in percentage points, signed: `+3.1`, `−0.4`, `0.0`. */
export function formatDifference(difference: number): string {
  const points = fixedPoints(difference)
  if (points === '0.0') return points
  return (difference < 0 ? minus : '+') + points
}

/** The 95 % Wilson interval of an accuracy over n images, as two shares. */
export function accuracyInterval(accuracy: number, n: number): [number, number] {
  const z = 1.96
  const scale = 1 + z * z / n
  const centre = (accuracy + z * z / (2 * n)) / scale
  const half = z / scale * Math.sqrt(accuracy * (1 - accuracy) / n + z * z / (4 * n * n))
  return [Math.max(0, centre - half), Math.min(1, centre + half)]
}

const bytesUnits = ['B', 'kB', 'MB', 'GB', 'TB']

/** A size in bytes in the largest fitting unit: `3.4 MB`. */
export function formatBytes(bytes: number): string {
  let value = bytes
  let unit = 0
  // What is rounded up to 1000 goes to the next unit.
  while (Math.round(value) >= 1000 && unit < bytesUnits.length - 1) {
    value /= 1000
    unit += 1
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${bytesUnits[unit]}`
}

const unitWords: Record<Language, { day: string, hour: string, minute: string, second: string, less: string }> = {
  en: { day: ' d', hour: ' h', minute: ' min', second: ' s', less: 'less than 1 s' },
  zh: { day: ' 天', hour: ' 小时', minute: ' 分', second: ' 秒', less: '不到 1 秒' }
}

/** A duration in words with at most two units: `3 min 20 s`, `1 h 5 min`. */
export function formatDuration(seconds: number, language: Language): string {
  const words = unitWords[language]
  if (!Number.isFinite(seconds)) return '–'
  const whole = Math.round(seconds)
  if (whole < 1) return words.less
  const parts: [number, string][] = [
    [Math.floor(whole / 86_400), words.day], [Math.floor(whole / 3600) % 24, words.hour],
    [Math.floor(whole / 60) % 60, words.minute], [whole % 60, words.second]
  ]
  const first = parts.findIndex(([amount]) => amount > 0)
  return parts.slice(first, first + 2).filter(([amount]) => amount > 0).map(([amount, unit]) => amount + unit).join(' ')
}

const localeOf: Record<Language, string> = { en: 'en-GB', zh: 'zh-CN' }

/** A moment as date and time of day, in the person's time zone. */
export function formatDateTime(iso: string, language: Language): string {
  return new Intl.DateTimeFormat(localeOf[language], { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(iso))
}

/** How long ago, in words: `3 minutes ago`, or `3 min ago` where there is little room. */
export function formatAgo(iso: string, language: Language, { now = Date.now(), short = false } = {}): string {
  const format = new Intl.RelativeTimeFormat(localeOf[language], { numeric: 'auto', style: short ? 'short' : 'long' })
  const seconds = Math.round((new Date(iso).getTime() - now) / 1000)
  const [minutes, hours] = [Math.round(seconds / 60), Math.round(seconds / 3600)]
  if (Math.abs(seconds) < 60) return format.format(seconds, 'second')
  if (Math.abs(minutes) < 60) return format.format(minutes, 'minute')
  if (Math.abs(hours) < 24) return format.format(hours, 'hour')
  return format.format(Math.round(seconds / 86_400), 'day')
}

export interface Format {
  count(value: number): string
  number(value: number, digits?: number): string
  percent(share: number): string
  difference(difference: number): string
  bytes(bytes: number): string
  duration(seconds: number): string
  dateTime(iso: string): string
  ago(iso: string, short?: boolean): string
}

/** All formats in one language. */
export function formatIn(language: Language): Format {
  return {
    count: formatCount,
    number: formatNumber,
    percent: formatPercent,
    difference: formatDifference,
    bytes: formatBytes,
    duration: (seconds) => formatDuration(seconds, language),
    dateTime: (iso) => formatDateTime(iso, language),
    ago: (iso, short) => formatAgo(iso, language, { short })
  }
}

/** The formats in the current language; in a template `format.percent(x)`. */
export function useFormat(): ComputedRef<Format> {
  const language = useLanguage()
  return computed(() => formatIn(language.value))
}
