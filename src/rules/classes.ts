/** Whether both lists name the same classes in the same order: only then does a head carry over. */
export const sameClasses = (first: readonly string[], second: readonly string[]): boolean =>
  first.length === second.length && first.every((name, index) => name === second[index])

/** Whether both lists name the same classes, in whatever order. */
export function sameClassNames(first: readonly string[], second: readonly string[]): boolean {
  const names = new Set(second)
  return first.length === second.length && new Set(first).size === names.size && first.every((name) => names.has(name))
}

/** How many of the target's classes the source has too. */
export function sharedClasses(source: readonly string[], target: readonly string[]): number {
  const names = new Set(source)
  return target.filter((name) => names.has(name)).length
}
