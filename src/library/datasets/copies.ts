import { createHash } from 'node:crypto'
import { splitNames, type SplitName } from '../../contract/datasets'

/** Later splits are what a score is measured on: a copy stays there and is left out of the earlier ones. */
const order: readonly SplitName[] = splitNames

/** Finds images of an earlier split that are the same to the last pixel as one of a later split. */
export class Copies {
  private readonly keys = new Map<SplitName, string[]>()

  /** @param images whole images of `imageBytes` each */
  append(split: SplitName, images: Uint8Array, imageBytes: number): void {
    const keys = this.keys.get(split) ?? []
    for (let start = 0; start < images.length; start += imageBytes) {
      keys.push(createHash('sha1').update(images.subarray(start, start + imageBytes)).digest('base64'))
    }
    this.keys.set(split, keys)
  }

  /**
   * Positions, in the splits as they were written, of the images to leave out.
   * @param drawn images of `train` that will move to another split
   */
  toLeaveOut(drawn: ReadonlyMap<SplitName, Int32Array>): Map<SplitName, Int32Array> {
    const splitOf = new Map<string, SplitName>()
    const homes = new Map<SplitName, (SplitName | undefined)[]>()
    for (const [split, keys] of this.keys) homes.set(split, keys.map(() => split))
    for (const [split, positions] of drawn) for (const position of positions) homes.get('train')![position] = split
    const each = (visit: (key: string, home: SplitName, written: SplitName, position: number) => void): void => {
      for (const [written, keys] of this.keys) keys.forEach((key, position) => visit(key, homes.get(written)![position]!, written, position))
    }
    each((key, home) => {
      const known = splitOf.get(key)
      if (known === undefined || order.indexOf(home) > order.indexOf(known)) splitOf.set(key, home)
    })
    const left = new Map<SplitName, number[]>()
    each((key, home, written, position) => {
      if (splitOf.get(key) === home) return
      const positions = left.get(written)
      if (positions) positions.push(position)
      else left.set(written, [position])
    })
    return new Map([...left].map(([split, positions]) => [split, Int32Array.from(positions)]))
  }
}
