import { type Fit, imageBytesOf, type ImageShape, type SkippedFile, type SplitName } from '../../../contract/datasets'
import type { DuplicateGroup, Inspection, Thumbnail } from '../../../contract/inspections'
import { decodeImage } from '../../../images/decode'
import { AppearanceMeter } from './appearance'
import { toGrey } from './difference-hash'
import { DuplicateFinder, type Groups } from './duplicates'
import { thumbnailOf } from './thumbnail'

const sheetImages = 240
const sheetPerClass = 8
const listedGroups = 40
const listedBroken = 200
/** Pixels that are kept to be shown, where the images are no files of their own. */
const keptBytes = 200e6
const appearanceImages = 2000
/** Sides of a file whose ratio is this far from the data set's. */
const oddRatio = 4 / 3

/** One image that was looked at. */
interface Looked {
  split: SplitName
  label?: number
  name: string
  /** Where it is a file of its own: its pixels can be had again. */
  path?: string
}

/** Files that will be left out: all are counted, the first are listed. */
export class Broken {
  count = 0
  private readonly files: SkippedFile[] = []
  readonly add = (path: string, reason: SkippedFile['reason']): void => {
    this.count++
    if (this.files.length < listedBroken) this.files.push({ path, reason })
  }

  result(): Inspection['broken'] {
    return { count: this.count, files: this.files }
  }
}

type Result = Pick<Inspection, 'lookedAt' | 'sizes' | 'exact' | 'near' | 'appearance' | 'sheet'> & { outOfShape: number, scaled: number, stacks: number, nearComplete: boolean }

/** All that is learned from the pixels, image by image. */
export class Look {
  count = 0
  outOfShape = 0
  scaled = 0
  stacks = 0
  private readonly looked: Looked[] = []
  private readonly finder = new DuplicateFinder()
  private readonly appearance = new AppearanceMeter()
  private readonly sizes = new Map<string, number>()
  private readonly perClass = new Map<number, number[]>()
  private readonly kept = new Map<number, Uint8Array>()
  private readonly positions = new Map<SplitName, number>()

  constructor(readonly shape: ImageShape, private readonly fit: Fit) {}

  /** @param images `[n, height, width, channels]` */
  add(images: Uint8Array, items: readonly Looked[]): void {
    const grey = toGrey(images, this.shape)
    this.finder.add(images, grey, this.shape)
    if (this.count < appearanceImages) this.appearance.add(grey, this.shape)
    const imageBytes = imageBytesOf(this.shape)
    for (const [index, item] of items.entries()) {
      const number = this.looked.length
      this.looked.push(item)
      const place = item.label ?? -1
      const shown = this.perClass.get(place) ?? []
      if (shown.length < sheetPerClass) this.perClass.set(place, [...shown, number])
      if (item.path === undefined && this.kept.size * imageBytes < keptBytes) {
        this.kept.set(number, images.subarray(index * imageBytes, (index + 1) * imageBytes))
      }
    }
    this.count += items.length
  }

  /** The next number in its split, for images without a name. */
  numberIn(split: SplitName): number {
    const number = this.positions.get(split) ?? 0
    this.positions.set(split, number + 1)
    return number
  }

  size([height, width]: readonly [number, number]): void {
    const key = `${height} ${width}`
    this.sizes.set(key, (this.sizes.get(key) ?? 0) + 1)
    const ratio = height / width * this.shape[1] / this.shape[0]
    if (ratio > oddRatio || ratio < 1 / oddRatio) this.outOfShape++
  }

  /** Counts of a source whose images are no files of their own. */
  counts(classes: number, total: number | undefined): Pick<Inspection, 'splits' | 'total'> {
    const splits: Inspection['splits'] = {}
    for (const { split, label } of this.looked) {
      const entry = splits[split] ??= { count: 0, ...(label !== undefined && { perClass: new Array<number>(classes).fill(0) }) }
      entry.count++
      if (label !== undefined && entry.perClass) entry.perClass[label]!++
    }
    return { splits, total: Math.max(total ?? 0, this.count) }
  }

  async result(signal: AbortSignal | undefined): Promise<Result> {
    const appearance = this.appearance.result()
    const near = await this.finder.near({ drawings: appearance.polarity !== 'neither' || this.shape[2] === 1, signal })
    const sizes = [...this.sizes].map(([key, count]) => ({ size: key.split(' ').map(Number) as [number, number], count })).sort((a, b) => b.count - a.count)
    const area = ({ size: [height, width] }: { size: [number, number] }): number => height * width
    const byArea = [...sizes].sort((a, b) => area(a) - area(b))
    return {
      lookedAt: this.count, outOfShape: this.outOfShape, scaled: this.scaled, stacks: this.stacks, nearComplete: this.finder.complete, appearance,
      ...(byArea.length > 0 && {
        sizes: { smallest: byArea[0]!.size, largest: byArea.at(-1)!.size, common: sizes.slice(0, 8), kinds: sizes.length }
      }),
      exact: await this.duplicates(this.finder.exact()), near: await this.duplicates(near), sheet: await this.sheet()
    }
  }

  private async duplicates(groups: Groups): Promise<Inspection['exact']> {
    const described = groups.map((group) => {
      const items = group.map((image) => this.looked[image]!)
      // A picture that waits for a label contradicts none.
      const labels = new Set(items.flatMap(({ label }) => label ?? []))
      return { group, splits: [...new Set(items.map(({ split }) => split))], labelsDiffer: labels.size > 1 }
    })
    described.sort((a, b) => b.splits.length - a.splits.length || Number(b.labelsDiffer) - Number(a.labelsDiffer) || b.group.length - a.group.length)
    const listed: DuplicateGroup[] = []
    for (const { group, splits, labelsDiffer } of described.slice(0, listedGroups)) {
      // One of each split first, so that what leaks is seen.
      const first = splits.map((split) => group.find((image) => this.looked[image]!.split === split)!)
      const shown = [...new Set([...first, ...group])].slice(0, 4)
      listed.push({ count: group.length, splits, labelsDiffer, images: await Promise.all(shown.map((image) => this.thumbnail(image))) })
    }
    let [within, across] = [0, 0]
    for (const { group, splits } of described) {
      // Nothing is scored on what waits for a label: beside training images such a copy spoils no score.
      if (new Set(splits.map((split) => split === 'unlabelled' ? 'train' : split)).size > 1) across += group.length
      else within += group.length
    }
    return { within, across, groups: listed }
  }

  private async sheet(): Promise<Thumbnail[]> {
    const classes = [...this.perClass.keys()].sort((a, b) => a - b)
    const each = Math.max(1, Math.min(sheetPerClass, Math.floor(sheetImages / Math.max(1, classes.length))))
    const shown = classes.slice(0, sheetImages).flatMap((label) => this.perClass.get(label)!.slice(0, each))
    return Promise.all(shown.map((image) => this.thumbnail(image)))
  }

  /** Of those whose pixels cannot be had again, the small grey one. */
  private async thumbnail(image: number): Promise<Thumbnail> {
    const { split, label, name, path } = this.looked[image]!
    const pixels = path === undefined ? this.kept.get(image) : await decodeImage(path, [this.shape[0], this.shape[1]], this.fit).catch(() => undefined)
    const small = pixels ? await thumbnailOf(pixels, this.shape) : await thumbnailOf(this.finder.small(image), [16, 16, 1])
    return { split, ...(label !== undefined && { label }), name, ...small }
  }
}
