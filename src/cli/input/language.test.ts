import { describe, expect, it } from 'vitest'
import { languageOf, wantsJson } from './language'

describe('the language', () => {
  it('is the one asked for, else the locale\'s, else English', () => {
    expect(languageOf(['runs', '--lang', 'zh'], {})).toBe('zh')
    expect(languageOf(['runs', '--lang=zh'], { LANG: 'en_GB.UTF-8' })).toBe('zh')
    expect(languageOf(['runs'], { LANG: 'zh_CN.UTF-8' })).toBe('zh')
    expect(languageOf(['runs'], { LC_ALL: 'C', LANG: 'zh_CN.UTF-8' })).toBe('en')
    expect(languageOf(['runs', '--lang', 'fr'], { LANG: 'zh_CN.UTF-8' })).toBe('zh')
    expect(languageOf([], {})).toBe('en')
  })
})

describe('--json', () => {
  it('counts wherever it stands, but not as an argument after --', () => {
    expect(wantsJson(['runs', 'list', '--json'])).toBe(true)
    expect(wantsJson(['--json', 'fly'])).toBe(true)
    expect(wantsJson(['datasets', 'add', '--', '--json'])).toBe(false)
  })
})
