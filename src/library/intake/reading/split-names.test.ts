import { describe, expect, it } from 'vitest'
import { saysOnlyPictures, splitLike } from './split-names'
import { foreign } from './split-words'

/** The words of a split in every way in which a system or a person may write the same characters. */
const written = (word: string): string[] => [...new Set(['NFC', 'NFD'].flatMap((form) => [word, word.toUpperCase(), `1_${word}-2`].map((each) => each.normalize(form))))]
const splits: [keyof typeof foreign, string][] = [['train', 'train'], ['test', 'test'], ['validation', 'validation'], ['weakTest', 'test'], ['weakValidation', 'validation']]

describe('the words of splits in other languages', () => {
  it.each(splits)('are each known as themselves, composed or not: %s', (list, split) => {
    const missed = foreign[list].flatMap(written).filter((name) => splitLike(name)?.split !== split || splitLike(name)?.rest !== '')
    expect(missed).toEqual([])
    expect(foreign[list].flatMap(written).length).toBeGreaterThan(foreign[list].length)
  })

  it('and so are those for pictures, and those that fill a name', () => {
    expect(foreign.pictures.flatMap(written).filter((name) => !saysOnlyPictures(name))).toEqual([])
    expect(foreign.filling.flatMap((word) => written(`train ${word}`)).filter((name) => splitLike(name)?.rest !== '')).toEqual([])
  })

  it('are not words that only share letters without their vowels', () => {
    // प्रशिक्षक is a trainer, ทดลอง a trial, পরীক্ষক an examiner.
    for (const name of ['प्रशिक्षक', 'परीक्षक', 'ทดลอง', 'পরীক্ষক', 'பயிர்']) expect([name, splitLike(name)]).toEqual([name, undefined])
  })
})
