/** Whether both lists name the same classes in the same order: only then does a head carry over. */
export const sameClasses = (first: readonly string[], second: readonly string[]): boolean =>
  first.length === second.length && first.every((name, index) => name === second[index])

/** Whether both lists name the same classes, in whatever order. */
export function sameClassNames(first: readonly string[], second: readonly string[]): boolean {
  const names = new Set(second)
  return first.length === second.length && new Set(first).size === names.size && first.every((name) => names.has(name))
}

/** Class names that are only numbers say nothing beyond 10 classes: a file of 1,000 unnamed outputs has these names too. */
const onlyNumbered = (names: readonly string[]): boolean => names.length > 10 && names.every((name, index) => name === String(index))

/**
 * Where each of the target's classes stands among the source's, by name; −1 where the source does not know it, or where one of the
 * two lists has numbers in place of names.
 */
export const placesByName = (source: readonly string[], target: readonly string[]): number[] =>
  target.map((name) => onlyNumbered(source) === onlyNumbered(target) ? source.indexOf(name) : -1)

/** How many of the target's classes the source has too. */
export function sharedClasses(source: readonly string[], target: readonly string[]): number {
  const names = new Set(source)
  return target.filter((name) => names.has(name)).length
}
