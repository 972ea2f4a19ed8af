const wide = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u

/** About how wide a name is, in letters of Latin: Chinese ones are nearly twice as wide. */
export const nameWidth = (name: string): number => [...name].reduce((sum, letter) => sum + (wide.test(letter) ? 1.75 : 1), 0)
