/** Why a number field's text is no valid value, or the value. */
type ReadNumber = { value: number } | { problem: 'required' | 'number' | 'integer' | 'range' }

interface NumberLimits { minimum?: number | undefined, maximum?: number | undefined, integer?: boolean }

// As English and Chinese group them; `0,125` is not grouped.
const grouped = /^-?[1-9]\d{0,2}(,\d{3})+(\.\d*)?$/

/** Reads what a person typed: `1,000` is a thousand, `0,5` a half; full-width digits are digits. */
export function readNumber(text: string, { minimum = -Infinity, maximum = Infinity, integer = false }: NumberLimits): ReadNumber {
  const typed = text.normalize('NFKC').replace('\u2212', '-').replace(/[\s\u2009]/g, '')
  const plain = grouped.test(typed) ? typed.replace(/,/g, '') : typed.replace(',', '.')
  if (plain === '') return { problem: 'required' }
  const value = Number(plain)
  if (!Number.isFinite(value)) return { problem: 'number' }
  if (integer && !Number.isInteger(value)) return { problem: 'integer' }
  if (value < minimum || value > maximum) return { problem: 'range' }
  return { value }
}

/** A number as it stands in its field: no rounding, no grouping. */
export const writeNumber = (value: number): string => String(value)

/** A number without a power of ten, as `aria-value…` takes it; undefined where there is none. */
export function decimal(value: number | undefined): string | undefined {
  if (value === undefined || !Number.isFinite(value)) return undefined
  const text = String(value)
  return text.includes('e') ? value.toFixed(20).replace(/\.?0+$/, '') : text
}

/**
 * The next value of an arrow key: one for whole numbers, 1-2-5 steps on a logarithmic scale, else a power of ten between a
 * hundredth and a tenth of the range. A logarithmic scale with a 0 reaches it below a millionth of its end.
 */
export function stepNumber(
  value: number, direction: 1 | -1, { minimum = -Infinity, maximum = Infinity, integer = false, logarithmic = false }:
  NumberLimits & { logarithmic?: boolean }
): number {
  const clamp = (next: number): number => Math.min(maximum, Math.max(minimum, next))
  if (integer) return clamp(value + direction)
  if (logarithmic && minimum === 0) {
    const lowest = 10 ** Math.floor(Math.log10(Math.min(maximum, 1e6)) - 6)
    const next = value < lowest ? lowest : nextOnLadder(value, direction)
    return direction < 0 && next <= lowest && value <= lowest * (1 + 1e-9) ? 0 : clamp(next)
  }
  if (logarithmic && value > 0) return clamp(nextOnLadder(value, direction))
  const range = maximum - minimum
  const step = Number.isFinite(range) ? 10 ** Math.floor(Math.log10(range / 10)) : 1
  return clamp(Number((value + direction * step).toPrecision(12)))
}

function nextOnLadder(value: number, direction: 1 | -1): number {
  const exponent = Math.floor(Math.log10(value) + 1e-9)
  const ladder = [-1, 0, 1].flatMap((shift) => [1, 2, 5].map((digit) => Number(`${digit}e${exponent + shift}`)))
  const near = 1e-9 * value
  return direction > 0
    ? ladder.find((rung) => rung > value + near) ?? value
    : ladder.reverse().find((rung) => rung < value - near) ?? value
}
