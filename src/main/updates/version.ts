/** `1.2.3`, or `1.2.3-beta.1` before it. */
export const versionPattern = /^(\d+)\.(\d+)\.(\d+)(?:-([\w.]+))?$/

/** Whether one version comes after another (semver 2.0.0, section 11, without build metadata); false where either is no version. */
export function isNewer(version: string, than: string): boolean {
  const [one, other] = [versionPattern.exec(version), versionPattern.exec(than)]
  if (!one || !other) return false
  for (const part of [1, 2, 3]) {
    const difference = Number(one[part]) - Number(other[part])
    if (difference !== 0) return difference > 0
  }
  const [before, otherBefore] = [one[4], other[4]]
  if (before === undefined || otherBefore === undefined) return before === undefined && otherBefore !== undefined
  return comparePrerelease(before.split('.'), otherBefore.split('.')) > 0
}

/** Positive where the first comes after the second: numbers by size and before words, the longer one later. */
function comparePrerelease(one: string[], other: string[]): number {
  for (let at = 0; at < Math.max(one.length, other.length); at++) {
    const [a, b] = [one[at], other[at]]
    if (a === undefined || b === undefined) return a === undefined ? -1 : 1
    if (a === b) continue
    const [aIsNumber, bIsNumber] = [/^\d+$/.test(a), /^\d+$/.test(b)]
    if (aIsNumber && bIsNumber) return Number(a) - Number(b)
    if (aIsNumber !== bIsNumber) return aIsNumber ? -1 : 1
    return a < b ? -1 : 1
  }
  return 0
}
