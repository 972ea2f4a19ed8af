import { describe, expect, it } from 'vitest'
import { bytes, count, duration, figure, percent, points } from './figures'

describe('numbers as a person reads them', () => {
  it('writes shares as per cent and differences with their sign', () => {
    expect(percent(0.8734)).toBe('87.3 %')
    // Half way rounds up, also where the binary fraction lies a little below.
    expect(percent(0.8735)).toBe('87.4 %')
    expect([points(0.1234), points(-0.004), points(-0.0001)]).toEqual(['+12.3', '−0.4', '0.0'])
    expect([percent(-0.0123), percent(-0.0001)]).toEqual(['−1.2 %', '0.0 %'])
  })

  it('separates the thousands of a count', () => {
    expect([count(1234567), count(999), count(-12345), count(-0.2)]).toEqual(['1,234,567', '999', '−12,345', '0'])
    expect(count(1234567, ' ')).toBe('1 234 567')
  })

  it('uses the largest unit that fits a size, after rounding', () => {
    expect([bytes(0), bytes(999), bytes(1500), bytes(999_960), bytes(3.4e9)]).toEqual(['0 B', '999 B', '1.5 kB', '1.0 MB', '3.4 GB'])
  })

  it('writes durations in at most two units, short ones with a decimal or without', () => {
    expect([duration(2.34, 'en'), duration(200, 'en'), duration(3600, 'en'), duration(75, 'zh'), duration(90_061, 'zh')])
      .toEqual(['2.3 s', '3 min 20 s', '1 h', '1 分 15 秒', '1 天 1 小时'])
    expect([2.34, 0.3].map((seconds) => duration(seconds, 'en', { tenths: false }))).toEqual(['2 s', 'less than 1 s'])
    expect(duration(Number.NaN, 'en')).toBe('–')
  })

  it('writes four significant digits', () => {
    expect(figure(0.0123456)).toBe('0.01235')
  })
})
