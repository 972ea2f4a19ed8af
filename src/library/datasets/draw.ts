import { seededRandom, shuffle } from '../random'

/**
 * Draws a share of each class, seeded: `round(n · fraction)` of a class's `n` free images, at least one, and never so
 * many that fewer than two stay. Images without labels are one class.
 * @param labels one per image, or undefined
 * @param taken images that an earlier draw took; marked further by this one
 * @returns positions, ascending
 */
export function drawBalanced(labels: Int32Array | undefined, taken: Uint8Array, fraction: number, seed: number): Int32Array {
  const byClass = new Map<number, number[]>()
  for (let position = 0; position < taken.length; position++) {
    if (taken[position]) continue
    const label = labels ? labels[position]! : 0
    const positions = byClass.get(label)
    if (positions) positions.push(position)
    else byClass.set(label, [position])
  }
  const random = seededRandom(seed)
  const drawn: number[] = []
  for (const label of [...byClass.keys()].sort((a, b) => a - b)) {
    const positions = shuffle(byClass.get(label)!, random)
    const wanted = Math.max(1, Math.round(positions.length * fraction))
    drawn.push(...positions.slice(0, Math.max(0, Math.min(wanted, positions.length - 2))))
  }
  for (const position of drawn) taken[position] = 1
  return Int32Array.from(drawn).sort()
}
