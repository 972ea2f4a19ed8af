import type { ErrorValue } from '../../contract/errors'
import { inLanguage, textSchema, type Language } from '../../contract/text'

/** What a command gives: one JSON document for programs, a text for people, and how it ended. */
export interface Result {
  document: unknown
  text: string
  /** 0 when absent. */
  exitCode?: number
  /** Why it failed, as one line on stderr. */
  reason?: ErrorValue
}

/** The value as `--json` prints it: each text in two languages becomes one sentence. */
export function localise(value: unknown, language: Language): unknown {
  if (Array.isArray(value)) return value.map((entry) => localise(entry, language))
  if (ArrayBuffer.isView(value)) return [...value as unknown as Iterable<unknown>]
  if (typeof value !== 'object' || value === null) return value
  const keys = Object.keys(value)
  if (keys.length === 2 && 'en' in value && 'zh' in value) {
    const text = textSchema.safeParse(value)
    if (text.success) return inLanguage(text.data, language)
  }
  // Many runs have millions of fields: no pairs are made of them. Without a prototype, a field of any name is a field.
  const localised = Object.create(null) as Record<string, unknown>
  for (const key of keys) localised[key] = localise((value as Record<string, unknown>)[key], language)
  return localised
}

/** One JSON document: a single line for a program, indented on a terminal. */
export function jsonDocument(value: unknown, language: Language, indented: boolean): string {
  // JSON escapes control characters below the space only; a terminal obeys those beyond ~ too.
  const text = JSON.stringify(localise(value, language), null, indented ? 2 : undefined)
    .replace(/[\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
  return `${text}\n`
}
