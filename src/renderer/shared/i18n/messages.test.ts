import { describe, expect, it } from 'vitest'
import { features } from '../../features'
import { languages } from '../../../contract/text'
import { commonMessages } from './common'
import { createGraftI18n } from '.'
import type { MessageTree } from './messages'

const groups = [commonMessages, ...features.map((feature) => feature.messages)]
const sources = import.meta.glob<string>('../../**/*.{vue,ts}', { query: '?raw', import: 'default', eager: true })

function flat(tree: MessageTree, before = ''): Map<string, string> {
  return new Map(Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string' ? [[before + key, value] as const] : [...flat(value, `${before}${key}.`)]))
}
const texts = Object.fromEntries(languages.map((language) => [
  language, new Map(groups.flatMap((group) => [...flat(group[language])]))
])) as Record<string, Map<string, string>>
const english = texts.en ?? new Map<string, string>()
const placeholders = (text: string): string[] => [...new Set([...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? ''))].sort()

describe('texts', () => {
  it.each(languages.slice(1))('%s has exactly the keys of English', (language) => {
    expect([...texts[language]?.keys() ?? []].sort()).toEqual([...english.keys()].sort())
  })

  it.each(languages.slice(1))('%s names the same values in each text', (language) => {
    const differing = [...english].filter(([key, text]) =>
      placeholders(text).join() !== placeholders(texts[language]?.get(key) ?? '').join())
    expect(differing.map(([key]) => key)).toEqual([])
  })

  it('are there for every key that a screen asks for', () => {
    const missing: string[] = []
    for (const [path, source] of Object.entries(sources)) {
      if (path.includes('.test.')) continue
      for (const [, key = ''] of source.matchAll(/\bt\(\s*'([\w.-]+)'/g)) {
        if (!english.has(key)) missing.push(`${path}: ${key}`)
      }
      // `common.states.${state}`: something must begin so.
      for (const [, start = ''] of source.matchAll(/\bt\(\s*`([\w.-]+\.)\$\{/g)) {
        if (![...english.keys()].some((key) => key.startsWith(start))) missing.push(`${path}: ${start}…`)
      }
    }
    expect(missing).toEqual([])
  })

  it('are all asked for', () => {
    const code = Object.entries(sources).filter(([path]) => !path.includes('.test.')).map(([, source]) => source).join('\n')
    const named = new Set([...code.matchAll(/['`]([\w-]+(?:\.[\w-]+)+)['`]/g)].map(([, key]) => key))
    const starts = [...code.matchAll(/`([\w-]+\.(?:[\w-]+\.)*)\$\{/g)].map(([, start = '']) => start)
    expect([...english.keys()].filter((key) => !named.has(key) && !starts.some((start) => key.startsWith(start)))).toEqual([])
  })

  it.each(languages)('can all be compiled in %s', (language) => {
    const { global } = createGraftI18n(features.map((feature) => feature.messages), language)
    const values = { count: 3, query: 'x' }
    for (const key of texts[language]?.keys() ?? []) expect(() => global.t(key, values), key).not.toThrow()
    expect(global.t('common.images', { count: 1 }, 1)).not.toContain('|')
  })
})
