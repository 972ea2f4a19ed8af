/** Names up to this many letters are one line. */
const oneLine = 24

/**
 * A name in two lines, broken between words near its middle, so that what is cut is cut in the middle: a run's name begins
 * with its method and ends with its seed, and both are needed to tell it. A short one has no second line.
 */
export function splitName(name: string): [first: string, second: string] {
  const letters = [...name]
  if (letters.length <= oneLine) return [name, '']
  const middle = Math.ceil(letters.length / 2)
  const breaks = letters.flatMap((letter, index) => /\s/.test(letter) || /[：，（]/.test(letter) ? [letter === '（' ? index : index + 1] : [])
  const at = breaks.reduce((best, place) => Math.abs(place - middle) < Math.abs(best - middle) ? place : best, breaks[0] ?? middle)
  return [letters.slice(0, at).join('').trim(), letters.slice(at).join('').trim()]
}

/** A name of at most `longest` letters: what is too much goes from the middle. */
export function cutMiddle(name: string, longest: number): string {
  const letters = [...name]
  if (letters.length <= longest) return name
  const end = Math.ceil((longest - 1) / 2)
  return `${letters.slice(0, longest - 1 - end).join('').trimEnd()}…${letters.slice(-end).join('').trimStart()}`
}
