import { describe, expect, it } from 'vitest'
import { jsonDocument, localise } from './result'

describe('a JSON document', () => {
  const value = { title: { en: 'Data', zh: '数据' }, nested: [{ help: { en: 'a', zh: '甲' } }], counts: Int32Array.of(1, 2), en: 'x', none: null }

  it('has its texts in one language and its numbers as they are', () => {
    expect(localise(value, 'zh')).toEqual({ title: '数据', nested: [{ help: '甲' }], counts: [1, 2], en: 'x', none: null })
  })

  it('keeps a field of any name, such as a class that is called as an object\'s prototype', () => {
    expect(jsonDocument(JSON.parse('{"accuracy":{"__proto__":0.5,"constructor":1}}'), 'en', false)).toBe('{"accuracy":{"__proto__":0.5,"constructor":1}}\n')
    expect(jsonDocument(JSON.parse('{"__proto__":{"en":"a","zh":"甲"},"constructor":1}'), 'zh', false)).toBe('{"__proto__":"甲","constructor":1}\n')
  })

  it('is one line for a program and indented on a terminal', () => {
    expect(jsonDocument(value, 'en', false)).toBe('{"title":"Data","nested":[{"help":"a"}],"counts":[1,2],"en":"x","none":null}\n')
    expect(jsonDocument(value, 'en', true).split('\n').length).toBeGreaterThan(3)
  })
})
