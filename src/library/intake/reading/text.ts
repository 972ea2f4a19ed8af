import type { NameEncoding } from '../../../contract/datasets'
import type { Question, ReadingChoice } from '../../../contract/inspections'
import type { Text } from '../../../contract/text'
import { choiceOf, decode, encodingsOf, titleOf } from './archive-names'

/** The text of a table or list, what was taken for granted of how it is written, and, where it could be of several encodings, what each gives. */
interface ReadText { text: string, assumed?: Text, unclear?: ReadingChoice[] }

/** Whether bytes are UTF-16 without its mark: of the first ones, nearly every second is 0; a character such as 一 has one of its own. */
function pairsOf(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  const start = bytes.subarray(0, 512)
  const zeros = [0, 0]
  for (const [at, byte] of start.entries()) if (byte === 0) zeros[at % 2]!++
  const [even, odd] = zeros as [number, number]
  if (start.length < 8 || even + odd < start.length / 5) return undefined
  return even * 4 < odd ? 'utf-16le' : odd * 4 < even ? 'utf-16be' : undefined
}

/** More words tell no more of the encoding. */
const enough = 1 << 20
const separators = new Set(Buffer.from('\r\n\t,;"'))

/**
 * Pieces between separators with bytes above ASCII, each once and whole, wherever in the file they stand: a separator is
 * never a part of a longer character in the encodings tried, any other byte may be.
 */
function pieces(bytes: Uint8Array): Uint8Array[] {
  const found = new Map<string, Uint8Array>()
  let [start, isAbove, total] = [0, false, 0]
  for (let at = 0; at <= bytes.length && total < enough; at++) {
    if (at < bytes.length && !separators.has(bytes[at]!)) {
      isAbove ||= bytes[at]! >= 0x80
      continue
    }
    if (isAbove) {
      const piece = bytes.subarray(start, at)
      const key = Buffer.from(piece).toString('latin1')
      if (!found.has(key)) total += piece.length
      found.set(key, piece)
    }
    [start, isAbove] = [at + 1, false]
  }
  return [...found.values()]
}

/** Whether text that could be read as UTF-8 may be so by chance: two bytes of another encoding, and never three. */
const mayBeChance = (text: string): boolean => /[\u0080-\u07ff]/.test(text) && !/[\u0800-\uffff]/.test(text)

/**
 * Text of a table's or list's bytes: UTF-8; UTF-16, with its mark or without, as Excel's "Unicode text" is; else the
 * encoding in which all its words are words of a language, as Excel saves CSV by the system's: that is said, and where
 * there are several of those, a person is asked.
 * @param said what a person said of how names are written, which counts where the text does not say it itself
 */
export function readText(bytes: Uint8Array, said?: NameEncoding): ReadText {
  const [first, second, third] = bytes
  const marked = first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : undefined
  const wide = marked ?? pairsOf(bytes)
  if (wide) return { text: new TextDecoder(wide).decode(bytes) }
  const isMarked = first === 0xef && second === 0xbb && third === 0xbf
  const [plain, asSaid] = [decode(bytes, 'utf-8', true), said && !isMarked ? decode(bytes, said, true) : undefined]
  if (plain !== undefined) return { text: asSaid !== undefined && mayBeChance(plain) ? asSaid : plain }
  if (asSaid !== undefined) return { text: asSaid }
  const words = pieces(bytes)
  const [encoding, ...others] = encodingsOf(words)
  if (encoding === undefined) return { text: decode(bytes, 'windows-1252')!, assumed: noEncoding }
  // Two encodings may give words of a language each: a person sees by one of them which is right.
  const shown = (of: NameEncoding): string => others.length > 0 && words[0] ? ` (“${decode(words[0], of)!.trim().slice(0, 40)}”)` : ''
  const titled = (of: NameEncoding): Text => ({ en: `${titleOf(of).en}${shown(of)}`, zh: `${titleOf(of).zh}${shown(of)}` })
  const title = titled(encoding)
  const more = others.map(titled)
  return {
    text: decode(bytes, encoding)!,
    assumed: {
      en: `It is not written in UTF-8, but read as ${title.en}${more.length > 0 ? `; it could also be ${more.map(({ en }) => en).join(' or ')}` : ''}.`,
      zh: `其编码不是 UTF-8，按${title.zh}读取${more.length > 0 ? `；也可能是${more.map(({ zh }) => zh).join('或')}` : ''}。`
    },
    ...(others.length > 0 && { unclear: [encoding, ...others].map((of) => choiceOf(of, words)) })
  }
}

/** What a person is asked of a table or list whose words are words of several encodings. */
export const whichEncoding = (name: string, readings: ReadingChoice[]): Question => ({
  id: 'encoding', readings,
  text: {
    en: `${name} does not say how it is written, and its words could be of several encodings. Which of these are right?`,
    zh: `${name} 未注明其编码，其中的文字可能属于多种编码。下列哪一种正确？`
  }
})

const noEncoding: Text = {
  en: 'It is not written in UTF-8 and in no encoding that Graft knows: some letters may look wrong. Save it as UTF-8, or say which encoding it is.',
  zh: '其编码不是 UTF-8，也不属于 Graft 了解的任何编码：部分文字可能显示有误。请另存为 UTF-8，或指明其编码。'
}
