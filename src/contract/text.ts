import { z } from 'zod'

/** The languages Graft speaks. */
export const languages = ['en', 'zh'] as const
export const languageSchema = z.enum(languages)
export type Language = z.infer<typeof languageSchema>

/** A sentence in every language, for texts that belong to a schema or an error rather than to a screen. */
export const textSchema = z.object({ en: z.string(), zh: z.string() })
export type Text = z.infer<typeof textSchema>

/** The sentence in one language. */
export function inLanguage(text: Text, language: Language): string {
  return text[language]
}
