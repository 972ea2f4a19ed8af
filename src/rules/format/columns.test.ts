import { describe, expect, it } from 'vitest'
import { displayWidth, facts, table, wrap } from './columns'

describe('text for a terminal', () => {
  it('aligns columns, also where characters are twice as wide', () => {
    expect(displayWidth('数据 a')).toBe(6)
    expect(table([{ title: 'id' }, { title: '数量', align: 'right' }], [['a', '7'], ['bcd', '1,000']])).toBe(
      'id    数量\n───  ─────\na        7\nbcd  1,000')
  })

  it('leaves out facts that are not known', () => {
    expect(facts([['a', '1'], ['long', undefined], ['bc', '2']])).toBe('a   1\nbc  2')
  })

  it('breaks lines at words, and Chinese anywhere', () => {
    expect(wrap('one two three', 8)).toBe('one two\nthree')
    expect(wrap('一二三四五', 6, '')).toBe('一二三\n四五')
  })
})
