import { describe, expect, it } from 'vitest'
import { bytes, count, displayWidth, duration, facts, figure, percent, points, table, wrap } from './format'

describe('numbers as a person reads them', () => {
  it('writes shares as per cent and differences with their sign', () => {
    expect(percent(0.8734)).toBe('87.3 %')
    expect(points(0.1234)).toBe('+12.3')
    expect(points(-0.004)).toBe('−0.4')
    expect(points(-0.0001)).toBe('0.0')
  })

  it('writes counts, sizes and durations in their units', () => {
    expect(count(1234567)).toBe('1,234,567')
    expect(figure(0.0123456)).toBe('0.01235')
    expect([bytes(0), bytes(999), bytes(1500), bytes(3.4e9)]).toEqual(['0 B', '999 B', '1.5 kB', '3.4 GB'])
    expect([duration(2.34, 'en'), duration(200, 'en'), duration(3600, 'en'), duration(75, 'zh')])
      .toEqual(['2.3 s', '3 min 20 s', '1 h', '1 分 15 秒'])
  })
})

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
