import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cases } from '#test/cases'
import { nameEncodings } from '../../../contract/datasets'
import { readNames } from './archive-names'

/** What these names are in the encoding that a program wrote them in, worked out by the encodings' tables (iconv). */
const written: [string, string, string[], string[]][] = [
  ['gb18030', 'Chinese, simplified', ['c3a82f312e706e67', 'b9b72f312e706e67', 'd1b5c1b7bcaf2f312e706e67'], ['猫/1.png', '狗/1.png', '训练集/1.png']],
  ['shift_jis', 'Japanese', ['944c2f312e706e67', '8ca22f312e706e67', '955c2f312e706e67', '834c836383642f312e706e67'], ['猫/1.png', '犬/1.png', '表/1.png', 'キツヅ/1.png']],
  ['windows-1252', 'Windows-1252', ['4be4747a652f312e706e67', '48fc6e646368656e2f312e706e67'], ['Kätze/1.png', 'Hündchen/1.png']],
  ['cp437', 'code page 437', ['4b84747a652f312e706e67', '48816e646368656e2f312e706e67'], ['Kätze/1.png', 'Hündchen/1.png']],
  ['ibm866', '866', ['aaaee8aaa02f312e706e67', 'e1aea1a0aaa02f312e706e67'], ['кошка/1.png', 'собака/1.png']],
  ['windows-1251', '1251', ['eaeef8eae02f312e706e67', 'f1eee1e0eae02f312e706e67'], ['кошка/1.png', 'собака/1.png']]
]
const raw = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'))

describe('names of an archive that does not say how they are written', () => {
  it.each(written)('are read in %s where they are words of it, or it is among what is asked', (encoding, title, names, texts) => {
    const found = readNames(names.map(raw))
    if (found.question) expect(found.question.readings.map(({ value }) => value)).toContain(encoding)
    else {
      expect(names.map((name) => found.of(raw(name)))).toEqual(texts)
      expect(found.assumed.map(({ en }) => en).join()).toContain(title)
    }
    expect(names.map((name) => readNames(names.map(raw), encoding as 'gb18030').of(raw(name)))).toEqual(texts)
  })

  it('are clear for words of Chinese and of Japanese', () => {
    for (const index of [0, 1]) expect(readNames(written[index]![2].map(raw)).question).toBeUndefined()
  })

  it('are UTF-8 where all can be, without a word, and asked about where two languages are possible', () => {
    expect(readNames([Buffer.from('猫/1.png'), Buffer.from('cat/1.png')])).toMatchObject({ assumed: [] })
    expect(readNames([Buffer.from('猫/1.png')]).of(Buffer.from('猫/1.png'))).toBe('猫/1.png')
    // 0xB0A1 is 啊 in GBK and 가 in EUC-KR.
    const { question } = readNames([raw('b0a12f312e706e67')])
    expect(question?.readings.map(({ value, classes }) => [value, classes])).toEqual(expect.arrayContaining([['gb18030', ['啊']], ['euc-kr', ['가']]]))
    expect(readNames([raw('ff80fe2f312e706e67')]).assumed[0]?.en).toMatch(/no encoding/)
  })

  it('are always read as something, whatever their bytes', () => {
    const said = fc.option(fc.constantFrom(...nameEncodings), { nil: undefined })
    fc.assert(fc.property(fc.array(fc.uint8Array({ maxLength: 12 }), { maxLength: 6 }), said, (raws, encoding) => {
      const { of, question } = readNames(raws, encoding)
      for (const each of raws) if (typeof of(each) !== 'string') throw new Error('A name is no text.')
      if (question && question.readings.length < 2) throw new Error('A question with one answer.')
    }), { numRuns: cases(10_000) })
  })
})
