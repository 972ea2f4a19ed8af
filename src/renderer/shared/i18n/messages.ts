import type { Language } from '../../../contract/text'

/**
 * Where texts live: each feature has a `messages.ts` with `defineMessages({ en: { <feature>: { … } }, zh: { … } })`,
 * handed over in its `feature` object; texts that several screens share are in `shared/i18n/common.ts` under `common`.
 * The types refuse a key that one language lacks. vue-i18n 11 compiles messages to trees, not to code, so no `eval`
 * meets the content security policy. Texts of schemas and errors (`Text`) go through `useText()`.
 */
export interface MessageTree { [key: string]: string | MessageTree }
export type FeatureMessages = Record<Language, MessageTree>

type SameShape<Tree> = { [Key in keyof Tree]: Tree[Key] extends string ? string : SameShape<Tree[Key]> }

/** Messages in every language; Chinese must have exactly the English keys. */
export function defineMessages<Tree extends MessageTree>(messages: { en: Tree, zh: SameShape<NoInfer<Tree>> }): FeatureMessages {
  return messages as unknown as FeatureMessages
}
