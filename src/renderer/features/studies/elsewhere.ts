import type { Elsewhere } from '../../../contract/workers'

/** Where nobody has named other machines: here. */
export const usualElsewhere: Elsewhere = { use: false, place: {} }

/** What was typed as a whole number from 1; undefined where nothing was, null where it is none. */
export function wholeNumber(typed: string, most: number): number | undefined | null {
  const text = typed.trim()
  if (text === '') return undefined
  const value = Number(text)
  return /^\d+$/.test(text) && value >= 1 && value <= most ? value : null
}
