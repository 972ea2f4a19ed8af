const digitWords = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine']

/** Whether class names look like letters or digits, which a flip would turn into something else or into nothing. */
export function looksLikeCharacters(classes: readonly string[]): boolean {
  if (classes.length < 2) return false
  const single = classes.filter((name) => /^(?:(?:digit|letter|number|class|char)[ _-]?)?(?:\p{L}|\d{1,2})$/iu.test(name.trim()))
  const words = classes.filter((name) => digitWords.includes(name.trim().toLowerCase()))
  return single.length + words.length >= 0.8 * classes.length
}
