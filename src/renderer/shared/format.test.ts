import { describe, expect, it } from 'vitest'
import {
  accuracyInterval, formatAgo, formatBytes, formatCount, formatDifference, formatDuration, formatMeasured, formatNumber, formatPercent
} from './format'

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

  it('gives a difference its sign, and zero none', () => {
    expect(formatDifference(0.031)).toBe('+3.1')
    expect(formatDifference(-0.0041)).toBe('−0.4')
    expect(formatDifference(-0.0004)).toBe('0.0')
  })

  it('says a duration in at most two units', () => {
    expect(formatDuration(200, 'en')).toBe('3 min 20 s')
    expect(formatDuration(3900, 'en')).toBe('1 h 5 min')
    expect(formatDuration(3605, 'en')).toBe('1 h')
    expect(formatDuration(0.3, 'en')).toBe('less than 1 s')
    expect(formatDuration(90_061, 'zh')).toBe('1 天 1 小时')
    expect(formatDuration(200, 'zh')).toBe('3 分 20 秒')
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

  it('uses the largest unit that fits a size', () => {
    expect(formatBytes(950)).toBe('950 B')
    expect(formatBytes(999_960)).toBe('1.0 MB')
    expect(formatBytes(3_400_000)).toBe('3.4 MB')
    expect(formatBytes(84_000_000_000)).toBe('84.0 GB')
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
