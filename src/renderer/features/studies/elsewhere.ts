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

/** The fields of the form. */
type Typed = Record<'on' | 'store' | 'storeThere' | 'program' | 'slots' | 'cores', string>

export const typedOf = ({ on = '', store = '', storeThere = '', program = '', slots, cores }: Elsewhere['place']): Typed =>
  ({ on, store, storeThere, program, slots: String(slots ?? ''), cores: String(cores ?? '') })

/** What is typed as far as it can be kept: empty fields and what is no number are left out. */
export function placeOf({ slots, cores, ...texts }: Typed): Elsewhere['place'] {
  const named = Object.entries(texts).flatMap(([name, text]) => text.trim() === '' ? [] : [[name, text.trim()]])
  const [room, threads] = [wholeNumber(slots, 10_000) ?? undefined, wholeNumber(cores, 1024) ?? undefined]
  return { ...Object.fromEntries(named) as Elsewhere['place'], ...(room !== undefined && { slots: room }), ...(threads !== undefined && { cores: threads }) }
}
