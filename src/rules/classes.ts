/** Whether both lists name the same classes in the same order: only then does a head carry over. */
export const sameClasses = (first: readonly string[], second: readonly string[]): boolean =>
  first.length === second.length && first.every((name, index) => name === second[index])
