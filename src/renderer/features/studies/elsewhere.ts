import { computed, ref } from 'vue'
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

/** The fields of the form as they are typed, and what of it can be kept: empty fields and what is no number are left out. */
export function useFields(before: Elsewhere['place']) {
  const fields = {
    on: ref(before.on ?? ''), store: ref(before.store ?? ''), storeThere: ref(before.storeThere ?? ''), program: ref(before.program ?? ''),
    slots: ref(String(before.slots ?? '')), cores: ref(String(before.cores ?? ''))
  }
  const place = computed<Elsewhere['place']>(() => {
    const texts = (['on', 'store', 'storeThere', 'program'] as const).flatMap((name) => {
      const text = fields[name].value.trim()
      return text === '' ? [] : [[name, text]]
    })
    const [slots, cores] = [wholeNumber(fields.slots.value, 10_000) ?? undefined, wholeNumber(fields.cores.value, 1024) ?? undefined]
    return { ...Object.fromEntries(texts) as Elsewhere['place'], ...(slots !== undefined && { slots }), ...(cores !== undefined && { cores }) }
  })
  return { ...fields, place }
}
