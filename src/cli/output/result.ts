import type { ErrorValue } from '../../contract/errors'
import { inLanguage, textSchema, type Language } from '../../contract/text'

/** What a command gives: one JSON document for programs, a text for people, and how it ended. */
export interface Result {
  /** A function makes it where it is shown, if that costs much. */
  document: unknown
  /** A long one is made only where it is shown. */
  text: string | (() => string)
  /** 0 when absent. */
  exitCode?: number
  /** Why it failed, as one line on stderr. */
  reason?: ErrorValue
}

/** The value as `--json` prints it: each text in two languages becomes one sentence. */
export function localise(value: unknown, language: Language): unknown {
  if (Array.isArray(value)) return localiseAll(value, language)
  if (value instanceof JsonTexts) return value.texts.map((text): unknown => JSON.parse(text))
  if (ArrayBuffer.isView(value)) return [...value as unknown as Iterable<unknown>]
  if (typeof value !== 'object' || value === null) return value
  const keys = Object.keys(value)
  if (keys.length === 2 && 'en' in value && 'zh' in value) {
    const text = textSchema.safeParse(value)
    if (text.success) return inLanguage(text.data, language)
  }
  // Many runs have millions of fields: what has no text in it stays as it is, and only the rest is copied.
  const fields = value as Record<string, unknown>
  let copy: Record<string, unknown> | undefined
  for (const key of keys) {
    const localised = localise(fields[key], language)
    if (localised !== fields[key]) (copy ??= { ...fields })[key] = localised
  }
  return copy ?? value
}

function localiseAll(list: readonly unknown[], language: Language): readonly unknown[] {
  let copy: unknown[] | undefined
  for (const [index, entry] of list.entries()) {
    const localised = localise(entry, language)
    if (localised !== entry) (copy ??= [...list])[index] = localised
  }
  return copy ?? list
}

/** A list of what is JSON already, in the language wanted: thousands need not be parsed to be written again. */
export class JsonTexts {
  constructor(readonly texts: readonly string[]) {}
}

function oneLine(value: unknown, language: Language): string {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  if (!isObject || !Object.values(value).some((field) => field instanceof JsonTexts)) return JSON.stringify(localise(value, language))
  return `{${Object.entries(value).map(([key, field]: [string, unknown]) =>
    `${JSON.stringify(key)}:${field instanceof JsonTexts ? `[${field.texts.join(',')}]` : JSON.stringify(localise(field, language))}`).join(',')}}`
}

/** One JSON document: a single line for a program, indented on a terminal. */
export function jsonDocument(value: unknown, language: Language, indented: boolean): string {
  // JSON escapes control characters below the space only; a terminal obeys those beyond ~ too.
  const text = (indented ? JSON.stringify(localise(value, language), null, 2) : oneLine(value, language))
    .replace(/[\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
  return `${text}\n`
}
