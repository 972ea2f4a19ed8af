import { describe, expect, it } from 'vitest'
import { csvCell, csvFile, csvPath, withoutQuote } from './csv'

describe('cells of a table', () => {
  it('are quoted by RFC 4180, and run by no spreadsheet', () => {
    expect(['cat', 'a,b', 'say "hi"', 'two\nlines', '=1+1', '+1', '-1', '@x'].map(csvCell))
      .toEqual(['cat', '"a,b"', '"say ""hi"""', '"two\nlines"', '\'=1+1', '\'+1', '\'-1', '\'@x'])
  })
  it('come back as they were', () => {
    for (const text of ['cat', '=1+1', '-1', '@x', '\'quoted\'', '']) expect(withoutQuote(csvCell(text))).toBe(text)
  })
  it('that are paths still lead to their file', () => {
    expect(['a/b.png', '=1.png', '-x, y.png'].map(csvPath)).toEqual(['a/b.png', './=1.png', '"./-x, y.png"'])
  })
  it('make a file that Excel reads as UTF-8, with its line ends', () => {
    expect([...new TextEncoder().encode(csvFile([['猫']]))]).toEqual([0xef, 0xbb, 0xbf, 0xe7, 0x8c, 0xab, 0x0d, 0x0a])
  })
})
