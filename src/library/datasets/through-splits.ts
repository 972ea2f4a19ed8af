import { splitNames, type Dataset, type SplitName } from '../../contract/datasets'

type Counted = Pick<Dataset, 'splits'>

const sizeOf = ({ splits }: Counted, split: SplitName): number => splits[split]?.count ?? 0

/** Images of all splits together. */
export const countOfAll = (dataset: Counted): number => splitNames.reduce((sum, split) => sum + sizeOf(dataset, split), 0)

/** Where a split begins among all images, which count through training, validation and test. */
export const startOf = (dataset: Counted, wanted: (typeof splitNames)[number]): number =>
  splitNames.slice(0, splitNames.indexOf(wanted)).reduce((sum, split) => sum + sizeOf(dataset, split), 0)

/** Neighbours of one split among positions that count through all splits, in the order asked for; `from` is the first one's place in that order. */
export function partsOf(dataset: Counted, positions: ArrayLike<number>): { split: SplitName, positions: number[], from: number }[] {
  const starts = splitNames.map((split) => startOf(dataset, split))
  const all = countOfAll(dataset)
  const parts: { split: SplitName, positions: number[], from: number }[] = []
  for (let place = 0; place < positions.length; place++) {
    const position = positions[place]!
    // Past the end it is the last split's to refuse; an empty split holds none.
    const index = position >= all ? splitNames.length - 1
      : splitNames.findLastIndex((split, at) => starts[at]! <= position && sizeOf(dataset, split) > 0)
    const split = splitNames[Math.max(0, index)]!
    const last = parts.at(-1)
    const within = position - starts[Math.max(0, index)]!
    if (last?.split === split) last.positions.push(within)
    else parts.push({ split, positions: [within], from: place })
  }
  return parts
}

/** Images of all splits by positions through them: `[positions.length, height, width, channels]`. @param imageBytes of one image */
export async function readImagesThrough(
  dataset: Counted, imageBytes: number, positions: ArrayLike<number>, into: Uint8Array | undefined,
  read: (split: SplitName, positions: readonly number[], into: Uint8Array) => Promise<unknown>
): Promise<Uint8Array> {
  const bytes = into ? into.subarray(0, positions.length * imageBytes) : new Uint8Array(positions.length * imageBytes)
  await Promise.all(partsOf(dataset, positions).map(({ split, positions: part, from }) =>
    read(split, part, bytes.subarray(from * imageBytes, (from + part.length) * imageBytes))))
  return bytes
}

/** A column of all splits (labels, domains) by positions through them; all of it without positions. */
export async function readColumnThrough(
  dataset: Counted, positions: ArrayLike<number> | undefined, read: (split: SplitName, positions: readonly number[]) => Promise<Int32Array>
): Promise<Int32Array> {
  const wanted = positions ?? Int32Array.from({ length: countOfAll(dataset) }, (_, position) => position)
  const column = new Int32Array(wanted.length)
  for (const { split, positions: part, from } of partsOf(dataset, wanted)) column.set(await read(split, part), from)
  return column
}
