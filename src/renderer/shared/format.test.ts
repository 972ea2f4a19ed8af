import { describe, expect, it } from 'vitest'
import { accuracyInterval, formatAgo, formatCount, formatIn, formatMeasured, formatNumber, formatPercent } from './format'

const thin = '\u202f'

describe('numbers as a person reads them', () => {
  it('separates thousands by a narrow space that does not break', () => {
    expect(formatCount(1234567)).toBe(`1${thin}234${thin}567`)
    expect(formatCount(999)).toBe('999')
    expect(formatCount(-12345)).toBe(`−12${thin}345`)
  })

  it('shows a share as per cent with one decimal', () => {
    expect(formatPercent(0.87349)).toBe(`87.3${thin}%`)
    expect(formatPercent(1)).toBe(`100.0${thin}%`)
    expect(formatPercent(-0.00001)).toBe(`0.0${thin}%`)
  })

  it('says a duration to the second, in the language of the window', () => {
    expect([0.3, 2.3, 200, 3605].map(formatIn('en').duration)).toEqual(['less than 1 s', '2 s', '3 min 20 s', '1 h'])
    expect(formatIn('zh').duration(200)).toBe('3 分 20 秒')
  })

  it('never shows more digits than asked for', () => {
    expect(formatNumber(0.123456, 3)).toBe('0.123')
    expect(formatNumber(0.00001234, 3)).toBe('1.23e−5')
    expect(formatNumber(0.00001)).toBe('1e−5')
    expect(formatNumber(10)).toBe('10')
    expect([2.3, 2.314, 0.49, -0.5, 1234567, 0.00001].map((value) => formatMeasured(value))).toEqual(['2.30', '2.31', '0.490', '−0.500', '1230000', '1e−5'])
    // What rounds up to a thousand.
    expect([999.4, 999.7, -999.7].map((value) => formatMeasured(value))).toEqual(['999', '1000', '−1000'])
  })

  it('says how long ago in the largest unit that is reached when rounded', () => {
    const now = Date.parse('2026-01-02T00:00:00Z')
    const ago = (seconds: number) => formatAgo(new Date(now - seconds * 1000).toISOString(), 'en', { now })
    expect([5, 59.7, 3590, 86_300].map(ago)).toEqual(['5 seconds ago', '1 minute ago', '1 hour ago', 'yesterday'])
  })

  it('knows the Wilson interval of an accuracy', () => {
    // 8 of 10 right, z = 1.96: centre (0.8 + 0.19208) / 1.38416 = 0.71674,
    // half-width 1.96 / 1.38416 · √(0.8 · 0.2 / 10 + 3.8416 / 400) = 0.22658.
    const [low, high] = accuracyInterval(0.8, 10)
    expect(low).toBeCloseTo(0.4902, 3)
    expect(high).toBeCloseTo(0.9433, 3)
    expect(accuracyInterval(1, 50)[1]).toBeLessThanOrEqual(1)
  })
})
