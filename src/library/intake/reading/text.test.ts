import { describe, expect, it } from 'vitest'
import { readText } from './text'

/** Two words in each encoding, as its table (iconv) has them. */
const written: [string, string, [string, string], [string, string]][] = [
  ['GBK', 'gb18030', ['猫', '狗'], ['c3a8', 'b9b7']],
  ['Shift JIS', 'shift_jis', ['キツネ', 'いぬ'], ['834c8363836c', '82a282ca']],
  ['Big5', 'big5', ['我們', '學生'], ['a7daadcc', 'bec7a5cd']]
]
const size = 1 << 20
const header = (shift: number): string => `file,label${'_'.repeat(shift)}\n`
/** Rows of more than 1 MiB, the first of which have no word above ASCII. */
function rows(words: readonly [string, string], from = 0): Buffer {
  const parts: Buffer[] = []
  for (let row = 0, bytes = 0; bytes < size + 65_536; row++) {
    const line = Buffer.concat([Buffer.from(`images/${row}.png,`), bytes < from ? Buffer.from('cat') : Buffer.from(words[row % 2]!, 'hex'), Buffer.from('\n')])
    bytes += line.length
    parts.push(line)
  }
  return Buffer.concat(parts)
}
const labels = (text: string): string[] => [...new Set(text.trim().split('\n').map((line) => line.split(',')[1]!))].sort()
const shifts = [0, 1, 2, 3, 4, 5, 6, 7, 8]

describe('text of more than 1 MiB', () => {
  it.each(written)('in %s is read whole, wherever its bytes stand', (_title, encoding, words, hex) => {
    const body = rows(hex)
    const expected = new TextDecoder(encoding).decode(body)
    expect(labels(expected)).toEqual([...words].sort())
    for (const shift of shifts) {
      const { text, assumed } = readText(Buffer.concat([Buffer.from(header(shift)), body]))
      // A text of a megabyte is nothing to print.
      expect([shift, text === header(shift) + expected]).toEqual([shift, true])
      expect(assumed?.en).toMatch(/^It is not written in UTF-8, but read as/)
    }
  })

  it.each(written)('in %s is read even where its first words above ASCII come late', (_title, _encoding, words, hex) => {
    expect(labels(readText(rows(hex, size + 10_000)).text)).toEqual([...words, 'cat'].sort())
  })

  it.each(['utf8', 'utf16le'] as const)('in %s is read as it stands, with its mark and without', (encoding) => {
    const body = Array.from({ length: 60_000 }, (_, row) => `images/${row}.png,${row % 2 ? '猫' : '一'}`).join('\n')
    for (const shift of shifts) {
      const bytes = Buffer.from(header(shift) + body, encoding)
      for (const all of [bytes, Buffer.concat([Buffer.from('\ufeff', encoding), bytes])]) {
        const { text, assumed } = readText(all)
        expect([shift, text === header(shift) + body, assumed]).toEqual([shift, true, undefined])
      }
    }
  })
})

describe('UTF-16 without its mark', () => {
  const text = Array.from({ length: 12 }, (_, row) => `images/${row}.png\t${row % 2 ? '一' : '丁'}`).join('\r\n')
  const little = Buffer.from(text, 'utf16le')
  it.each([['little', little], ['big', Buffer.from(little).swap16()]])('is known by its zeros, though a character has one, too: %s end first', (_, bytes) => {
    expect(readText(bytes)).toEqual({ text })
  })
})

it('text that is words in two encodings shows one of them in each, so that a person sees which is right', () => {
  // 狗 in GBK; the same two bytes are a letter in Big5 and a syllable in EUC-KR.
  const { text, assumed } = readText(Buffer.concat([Buffer.from('a.png,'), Buffer.from('b9b7', 'hex')]))
  expect(text).toBe('a.png,狗')
  expect(assumed!.en).toContain('(GBK) (“狗”); it could also be Chinese, traditional (Big5) (“僩”) or Korean (EUC-KR) (“뭍”)')
})

it('what a person says of an encoding counts, but not where the text has the mark of UTF-8', () => {
  // é in UTF-8 is 茅 in GBK.
  const bytes = Buffer.from('a.png,é')
  expect(readText(bytes).text).toBe('a.png,é')
  expect(readText(bytes, 'gb18030').text).toBe('a.png,茅')
  expect(readText(Buffer.concat([Buffer.from('\ufeff'), bytes]), 'gb18030').text).toBe('a.png,é')
})
