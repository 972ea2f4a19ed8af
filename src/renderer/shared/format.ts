import { computed, type ComputedRef } from 'vue'
import type { Language } from '../../contract/text'
import { bytes, count, duration, minus, percent, points } from '../../rules/format/figures'
import { useLanguage } from './i18n'

// Narrow and not broken at a line's end.
export const thinSpace = '\u202f'

/** A count with narrow spaces between thousands: `12 345`. */
export const formatCount = (value: number): string => count(value, thinSpace)

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

/** A share in [0, 1] as per cent with one decimal: `87.3 %`. */
export const formatPercent = (share: number): string => percent(share, thinSpace)

/** The 95 % Wilson interval of an accuracy over n images, as two shares. */
export function accuracyInterval(accuracy: number, n: number): [number, number] {
  const z = 1.96
  const scale = 1 + z * z / n
  const centre = (accuracy + z * z / (2 * n)) / scale
  const half = z / scale * Math.sqrt(accuracy * (1 - accuracy) / n + z * z / (4 * n * n))
  return [Math.max(0, centre - half), Math.min(1, centre + half)]
}

/** A duration in words with at most two units: `3 min 20 s`, `1 h 5 min`. */
const formatDuration = (seconds: number, language: Language): string => duration(seconds, language, { tenths: false })

const localeOf: Record<Language, string> = { en: 'en-GB', zh: 'zh-CN' }

/** A moment as date and time of day, in the person's time zone. */
function formatDateTime(iso: string, language: Language): string {
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

interface Format {
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
    difference: points,
    bytes,
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
