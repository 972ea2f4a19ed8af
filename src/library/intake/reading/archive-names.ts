import type { NameEncoding } from '../../../contract/datasets'
import type { Question, ReadingChoice } from '../../../contract/inspections'
import type { Text } from '../../../contract/text'
import { someNames } from './class-names'

/** How names of an archive are read that it does not say the encoding of. */
interface ReadNames {
  of(raw: Uint8Array): string
  assumed: Text[]
  question?: Question
}

interface Candidate {
  id: NameEncoding
  title: Text
  /** Whether these are names that people write so: the usual characters of the language, and not what merely can be decoded. */
  isUsual(names: readonly Uint8Array[], texts: readonly string[]): boolean
}

/** The characters of code page 437 above ASCII, which zip archives have where they say nothing (APPNOTE, appendix D). */
const upper437 = 'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0'
const from437 = (raw: Uint8Array): string => Array.from(raw, (byte) => byte < 0x80 ? String.fromCharCode(byte) : upper437[byte - 0x80]!).join('')

/** Share of the characters above ASCII that are usual ones; 0 where there are none. */
function share(texts: readonly string[], usual: RegExp, also = /[\u3000-\u303f\uff01-\uff5e]/): number {
  const all = texts.join('').replace(/[\0-\x7f]/g, '')
  const signs = [...all].filter((character) => !also.test(character))
  return signs.length === 0 ? 0 : signs.filter((character) => usual.test(character)).length / signs.length
}
/** Whether bytes above ASCII stand beside ASCII letters, as accents do, or by themselves, as words of another script do. */
function standsAmongLetters(names: readonly Uint8Array[]): boolean {
  let [among, runs] = [0, 0]
  for (const raw of names) {
    const text = Buffer.from(raw).toString('latin1')
    for (const run of text.matchAll(/[\x80-\xff]+/g)) {
      runs++
      if (/[A-Za-z]/.test(text[run.index - 1] ?? '') || /[A-Za-z]/.test(text[run.index + run[0].length] ?? '')) among++
    }
  }
  return among * 2 > runs
}
/** Whether accents stand among at least as many plain letters, and none before a capital or a sign: Kätze, and not öL. */
const looksWestern = (texts: readonly string[]): boolean => texts.flatMap((text) => text.split('/')).filter((part) => /[^\0-\x7f]/.test(part))
  .every((part) => part.replace(/[^A-Za-z]/g, '').length >= part.replace(/[\0-\x7f]/g, '').length && !/[ß-ÿ][A-Z\\^|~@`{}]/.test(part))
/** Characters of the first level, in the order of use, are those whose first byte lies in a range: what people write. */
const firstLevel = (low: number, high: number, more: (byte: number) => boolean = () => false) => (names: readonly Uint8Array[]): boolean => {
  let [usual, all] = [0, 0]
  for (const raw of names) {
    for (let at = 0; at < raw.length; at++) {
      if (raw[at]! < 0x80) continue
      all++
      if ((raw[at]! >= low && raw[at]! <= high) || more(raw[at]!)) usual++
      at++
    }
  }
  return all > 0 && usual >= all * 0.9
}

const isHan = (texts: readonly string[]): boolean => share(texts, /\p{Script=Han}/u) >= 0.9
const isFullWidth = (byte: number): boolean => byte >= 0xa1 && byte <= 0xa3
/** Words in small letters, perhaps with a capital first: the other code page makes signs and capitals of them. */
const isCyrillic = (names: readonly Uint8Array[], texts: readonly string[]): boolean =>
  share(texts, /[А-яЁё]/) === 1 && !standsAmongLetters(names) && !texts.some((text) => /[а-яё][А-ЯЁ]|[А-яЁё][A-Za-z]|[A-Za-z][А-яЁё]/.test(text))

const candidates: readonly Candidate[] = [
  { id: 'gb18030', title: { en: 'Chinese, simplified (GBK)', zh: '简体中文（GBK）' },
    isUsual: (names, texts) => isHan(texts) && firstLevel(0xb0, 0xd7, isFullWidth)(names) && !standsAmongLetters(names) },
  { id: 'shift_jis', title: { en: 'Japanese (Shift JIS)', zh: '日文（Shift JIS）' },
    isUsual: (names, texts) => share(texts, /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー々]/u) >= 0.9 && firstLevel(0x81, 0x97)(names) &&
      !texts.some((text) => /[\uff61-\uff9f]/.test(text)) },
  { id: 'big5', title: { en: 'Chinese, traditional (Big5)', zh: '繁体中文（Big5）' },
    isUsual: (names, texts) => isHan(texts) && firstLevel(0xa4, 0xc6, isFullWidth)(names) && !standsAmongLetters(names) },
  { id: 'euc-kr', title: { en: 'Korean (EUC-KR)', zh: '韩文（EUC-KR）' },
    isUsual: (names, texts) => share(texts, /\p{Script=Hangul}/u) >= 0.9 && firstLevel(0xb0, 0xc8)(names) },
  { id: 'ibm866', title: { en: 'Cyrillic (code page 866)', zh: '西里尔文（代码页 866）' }, isUsual: isCyrillic },
  { id: 'windows-1251', title: { en: 'Cyrillic (Windows-1251)', zh: '西里尔文（Windows-1251）' }, isUsual: isCyrillic },
  { id: 'windows-1252', title: { en: 'Western European (Windows-1252)', zh: '西欧（Windows-1252）' },
    isUsual: (names, texts) => share(texts, /[À-ÖØ-öø-ÿŠšŽžŒœ]/) === 1 && standsAmongLetters(names) && looksWestern(texts) },
  { id: 'cp437', title: { en: 'Western European (code page 437)', zh: '西欧（代码页 437）' },
    isUsual: (names, texts) => share(texts, /[ÇüéâäàåçêëèïîìæôöòûùÿáíóúñßÄÅÉÆÖÜÑ]/) === 1 && standsAmongLetters(names) && looksWestern(texts) }
]

/** Bytes in an encoding; undefined where `fatal` and they are none of its. */
export function decode(raw: Uint8Array, encoding: NameEncoding, fatal = false): string | undefined {
  if (encoding === 'cp437') return from437(raw)
  try {
    return new TextDecoder(encoding, { fatal }).decode(raw)
  } catch {
    return undefined
  }
}

const fittingOf = (names: readonly Uint8Array[]): Candidate[] => candidates.filter(({ id, isUsual }) => {
  const texts = names.map((raw) => decode(raw, id, true))
  return texts.every((text) => text !== undefined) && isUsual(names, texts)
})

/** The encodings in which all of these are words of a language, the likeliest first; all have bytes above ASCII. */
export const encodingsOf = (words: readonly Uint8Array[]): NameEncoding[] => fittingOf(words).map(({ id }) => id)
export const titleOf = (encoding: NameEncoding): Text => candidates.find(({ id }) => id === encoding)!.title

/** What some bytes say in an encoding, for a person who chooses: of paths the first parts that are not ASCII. */
export function choiceOf(encoding: NameEncoding, raws: readonly Uint8Array[]): ReadingChoice {
  const shown = shownIn(encoding, raws)
  return { value: encoding, text: titleOf(encoding), classes: shown.slice(0, 20), classCount: shown.length, domains: [], splits: {}, leftOut: [] }
}
const shownIn = (encoding: NameEncoding, raws: readonly Uint8Array[]): string[] =>
  [...new Set(raws.map((raw) => decode(raw, encoding)!.split('/').find((part) => /[^\0-\x7f]/.test(part))?.trim() ?? ''))]

/**
 * How the names of an archive are to be read that do not say it: as UTF-8 where all can be; else in the one encoding in
 * which all are words of its language; a person is asked where there are several, and told where there is none.
 * @param said what a person said
 */
export function readNames(raws: readonly Uint8Array[], said?: NameEncoding): ReadNames {
  const names = raws.filter((raw) => raw.some((byte) => byte >= 0x80))
  const reader = (encoding: NameEncoding) => (raw: Uint8Array): string => decode(raw, encoding) ?? from437(raw)
  if (said) return { of: reader(said), assumed: [] }
  if (names.length === 0 || names.every((raw) => decode(raw, 'utf-8', true) !== undefined)) return { of: reader('utf-8'), assumed: [] }
  const fitting = fittingOf(names)
  const [first, ...others] = fitting
  if (!first) return { of: reader('cp437'), assumed: [unknown] }
  if (others.length === 0) return { of: reader(first.id), assumed: [found(first.title, shownIn(first.id, names))] }
  return {
    of: reader(first.id), assumed: [],
    question: {
      id: 'encoding', text: which, readings: fitting.map(({ id }) => choiceOf(id, names))
    }
  }
}

const unknown: Text = {
  en: 'The archive does not say how its names are written, and they are words of no encoding that Graft knows: some look wrong.',
  zh: '压缩包未注明其名称的编码，且不属于 Graft 了解的任何编码：部分名称可能显示有误。'
}
const found = ({ en, zh }: Text, names: readonly string[]): Text => ({
  en: `The archive does not say how its names are written; they are read as ${en}: ${someNames(names, 3)}.`, zh: `压缩包未注明其名称的编码；按${zh}读取：${someNames(names, 3)}。`
})
const which: Text = { en: 'The archive does not say how its names are written. Which of these are right?', zh: '压缩包未注明其名称的编码。下列哪一种正确？' }
