import { basename, dirname, join } from 'node:path'
import { z } from 'zod'
import { type Dataset, datasetSchema, everySplit, imageBytesOf, type ImageShape, type SkippedFile, type Split, type SplitName, splitNameSchema } from '../../contract/datasets'
import { GraftError } from '../../contract/errors'
import { throwIfCancelled } from '../cancel'
import { exists, writeJsonDurably } from '../disk/files'
import { claimParked, discardFolder, makeTemporaryFolder, parkFolder, publishFolder, removeStaleFolders, savePart } from '../disk/temporary'
import { sealDataset } from './catalogue'
import { Copies } from './copies'
import { drawBalanced } from './draw'
import { SplitFile, splitStateSchema, type Destination, type SplitState } from './split-file'

/** Images of one split on their way into a data set; the writer owns the arrays from then on. */
export interface ImageBatch {
  split: SplitName
  /** `[n, height, width, channels]`, 0 to 255. */
  images: Uint8Array
  /** Indices into the classes, one per image; absent where the split has no labels. */
  labels?: Int32Array
  /** Indices into the domains, one per image; absent where the data set has no domains. */
  domains?: Int32Array
  /** Paths of the files in the source, one per image; absent where the images were no files of their own. */
  names?: readonly string[]
  /** How many images of the source are dealt with after this batch, where the source can be gone on with. */
  end?: number
}

interface FinishOptions {
  name: string
  classes: readonly string[]
  /** Names of the domains; where some images belong to none, or there is only one, none are kept. */
  domains?: readonly string[]
  provenance: Omit<Dataset['provenance'], 'importedAt'>
  /** Share of the training images for `validation` where none was written. */
  validation: number
  /** Share of the training images for `test` where none was written; unlabelled images are never drawn for it. */
  test: number
  /** Decides the draws. */
  seed: number
  sample?: boolean
  signal?: AbortSignal
}

const listedSkips = 1000
const partSchema = z.object({
  schemaVersion: z.literal(1), done: z.int().min(0), splits: z.partialRecord(splitNameSchema, splitStateSchema), skipped: datasetSchema.shape.skipped
})

/**
 * Fills a temporary folder beside the data sets and renames it when it is whole: a data set is there with all its
 * parts or not at all. End with `finish`, or with `discard` after any error.
 */
export class DatasetWriter {
  private readonly splits = new Map<SplitName, SplitFile>()
  private readonly skipped: { count: number, files: SkippedFile[] } = { count: 0, files: [] }

  private readonly copies: Copies | undefined

  private constructor(readonly target: string, readonly shape: ImageShape, private readonly folder: string, leaveOutCopies: boolean) {
    this.copies = leaveOutCopies ? new Copies() : undefined
  }

  /**
   * Begins the data set `<datasets>/<id>`; throws `dataset-exists` when the id is taken.
   * @param leaveOutCopies leave images out of training that are the same to the last pixel as one that is tested on
   */
  static async create(datasets: string, id: string, shape: ImageShape, { leaveOutCopies = false } = {}): Promise<DatasetWriter> {
    const target = join(datasets, id)
    if (await exists(target)) throw datasetExists(id)
    await removeStaleFolders(datasets)
    return new DatasetWriter(target, shape, await makeTemporaryFolder(datasets), leaveOutCopies)
  }

  /**
   * Goes on with what was set aside under a key; undefined where there is nothing, or nothing that is whole.
   * @returns the writer, and how many images of the source it has dealt with
   */
  static async resume(
    datasets: string, id: string, shape: ImageShape, key: string, { leaveOutCopies = false } = {}
  ): Promise<{ writer: DatasetWriter, done: number } | undefined> {
    await removeStaleFolders(datasets)
    const parked = await claimParked(datasets, key, partSchema)
    if (!parked) return undefined
    const { folder, state } = parked
    const writer = new DatasetWriter(join(datasets, id), shape, folder, leaveOutCopies)
    try {
      const imageBytes = imageBytesOf(shape)
      for (const [split, part] of Object.entries(state.splits) as [SplitName, SplitState][]) {
        const file = await SplitFile.reopen(join(folder, split), join(writer.target, split), imageBytes, shape[2], part)
        writer.splits.set(split, file)
        if (writer.copies) for await (const images of file.images()) writer.copies.append(split, images, imageBytes)
      }
      Object.assign(writer.skipped, state.skipped)
      return { writer, done: state.done }
    } catch {
      // Not whole after all: everything is read anew.
      await writer.discard()
      return undefined
    }
  }

  /** Makes sure that the import can go on from here after a crash. @param done images of the source dealt with */
  async save(key: string, done: number): Promise<void> {
    const splits: Partial<Record<SplitName, SplitState>> = {}
    for (const [split, file] of this.splits) splits[split] = await file.state()
    await savePart(this.folder, key, { schemaVersion: 1, done, splits, skipped: this.skipped })
  }

  /** Sets what was written aside under the key it was saved with. */
  async park(): Promise<void> {
    for (const file of this.splits.values()) await file.abandon()
    await parkFolder(this.folder, dirname(this.target))
  }

  /** Images written so far, in all splits. */
  get count(): number {
    return [...this.splits.values()].reduce((sum, split) => sum + split.count, 0)
  }

  get skippedCount(): number {
    return this.skipped.count
  }

  /** Adds images to their split. Resolves when the next batch may come, which is before this one is on disk. */
  async append({ split, images, labels, domains, names }: ImageBatch): Promise<void> {
    this.copies?.append(split, images, imageBytesOf(this.shape))
    await (await this.fileOf(split)).append(images, labels, domains, names)
  }

  /** Notes a file that was left out, and why. The first thousand are listed, all are counted. */
  skip(path: string, reason: SkippedFile['reason']): void {
    this.skipped.count++
    if (this.skipped.files.length < listedSkips) this.skipped.files.push({ path, reason })
  }

  /**
   * Draws the splits that are missing, hashes everything, writes `dataset.json` and gives the folder its name.
   * @throws `no-images`, `one-class`, `dataset-exists`, `disk-full`, `cancelled`
   */
  async finish(options: FinishOptions): Promise<Dataset> {
    const train = this.splits.get('train')
    if (!train || train.count === 0) throw noImages(options.provenance.origin, this.skipped)
    const labels = train.labels.values()
    if (labels) checkClasses(labels, options)
    const drawn = await this.draw(train, options)
    const leftOut = this.leaveOut(drawn.destinations)
    const statistics = await train.settle(some([...drawn.destinations, ...leftOut.train]), options.signal)
    for (const [split, file] of this.splits) if (split !== 'train') await file.settle(some(leftOut[split]), options.signal)
    // In one order, whichever was written or is closed first: what is made of the data set goes through them in it.
    const kept = everySplit.flatMap((split) => {
      const file = this.splits.get(split)
      return file && file.count > 0 ? [[split, file] as const] : []
    })
    const domains = kept.every(([, file]) => file.domains.values()) ? options.domains ?? [] : []
    const bytes = kept.reduce((sum, [, file]) => sum + file.bytes, 0)
    const splits: Partial<Record<SplitName, Split>> = Object.fromEntries(await Promise.all(
      kept.map(async ([split, file]) => [split, await file.close(options.classes.length, domains.length)] as const)
    ))
    const { provenance, name, classes, sample } = options
    const dataset = datasetSchema.parse({
      schemaVersion: 1, id: basename(this.target), name, shape: this.shape, classes: [...classes], ...(domains.length > 0 && { domains: [...domains] }), splits,
      provenance: { ...provenance, importedAt: new Date().toISOString(), ...drawn.provenance, ...(this.copies && { copiesLeftOut: leftOut.count }) },
      skipped: this.skipped, statistics, bytes, ...(sample && { sample })
    })
    await writeJsonDurably(join(this.folder, 'dataset.json'), sealDataset(dataset))
    throwIfCancelled(options.signal)
    if (!await publishFolder(this.folder, this.target)) throw datasetExists(dataset.id)
    return dataset
  }

  /** Removes everything written; after any error, and harmless after `finish`. */
  async discard(): Promise<void> {
    for (const file of this.splits.values()) await file.abandon()
    await discardFolder(this.folder)
  }

  private async draw(train: SplitFile, { validation, test, seed, domains }: FinishOptions): Promise<{
    destinations: (Destination & { split: SplitName })[]
    provenance: Pick<Dataset['provenance'], 'validation' | 'test'>
  }> {
    const labels = train.labels.values()
    const groups = groupsOf(labels, domains && domains.length > 0 ? train.domains.values() : undefined, domains?.length ?? 0)
    const taken = new Uint8Array(train.count)
    const destinations: (Destination & { split: SplitName })[] = []
    const provenance: Pick<Dataset['provenance'], 'validation' | 'test'> = {}
    const wanted = [
      { name: 'test', fraction: labels ? test : 0 },
      { name: 'validation', fraction: validation }
    ] as const
    for (const { name, fraction } of wanted) {
      if (fraction <= 0 || this.splits.has(name)) continue
      const positions = drawBalanced(groups, taken, fraction, seed)
      if (positions.length === 0) continue
      destinations.push({ split: name, file: await this.fileOf(name), positions })
      provenance[name] = { fraction, seed }
    }
    return { destinations, provenance }
  }

  /** Copies to leave out, by the split in which they lie now, and how many; takes them off the draws they were in. */
  private leaveOut(drawn: (Destination & { split: SplitName })[]): Record<SplitName, Destination[]> & { count: number } {
    const found = this.copies?.toLeaveOut(new Map(drawn.map(({ split, positions }) => [split, positions])))
    const of = (split: SplitName): Destination[] => {
      const positions = found?.get(split)
      return positions ? [{ positions }] : []
    }
    const inTrain = new Set(found?.get('train'))
    for (const draw of drawn) draw.positions = draw.positions.filter((position) => !inTrain.has(position))
    const count = [...found?.values() ?? []].reduce((sum, positions) => sum + positions.length, 0)
    return { train: of('train'), validation: of('validation'), test: of('test'), unlabelled: of('unlabelled'), count }
  }

  private async fileOf(split: SplitName): Promise<SplitFile> {
    const known = this.splits.get(split)
    if (known) return known
    const file = await SplitFile.create(join(this.folder, split), join(this.target, split), imageBytesOf(this.shape), this.shape[2])
    this.splits.set(split, file)
    return file
  }
}

const some = <T>(list: readonly T[]): readonly T[] | undefined => list.length > 0 ? list : undefined

/** What draws are balanced by: the class, and within it the domain. */
function groupsOf(labels: Int32Array | undefined, domains: Int32Array | undefined, domainCount: number): Int32Array | undefined {
  if (!domains) return labels
  return domains.map((domain, image) => (labels?.[image] ?? 0) * domainCount + domain)
}

function checkClasses(labels: Int32Array, { classes, provenance }: FinishOptions): void {
  const present = new Set(labels)
  if (present.size > 1) return
  throw oneClass(provenance.origin, classes[labels[0]!] ?? '')
}

export function oneClass(origin: string, only: string): GraftError {
  return new GraftError('one-class', {
    en: `All training images of “${origin}” belong to one class, “${only}”: there is nothing to tell apart.`,
    zh: `“${origin}”的训练图像都属于同一类别“${only}”，无从区分。`
  }, {
    remedy: {
      en: 'Add at least one more class, each in a folder of its own; or give the images without class folders as an unlabelled set.',
      zh: '请至少再添加一个类别，每个类别一个文件夹；或不分类别文件夹，作为无标签数据集导入。'
    }
  })
}

function noImages(origin: string, skipped: { count: number, files: SkippedFile[] }): GraftError {
  const first = skipped.files[0]
  if (!first) {
    return new GraftError('no-images', {
      en: `${origin} has no training images.`,
      zh: `${origin} 中没有训练图像。`
    }, { remedy: { en: 'Choose the folder that holds the images.', zh: '请选择包含图像的文件夹。' } })
  }
  return new GraftError('no-images', {
    en: `None of the ${skipped.count} images of ${origin} could be read; ${basename(first.path)}: ${first.reason.en}`,
    zh: `${origin} 的 ${skipped.count} 张图像均无法读取；${basename(first.path)}：${first.reason.zh}`
  }, { remedy: { en: 'Check that these files are whole images.', zh: '请检查这些文件是否为完整的图像。' } })
}

export function datasetExists(id: string): GraftError {
  return new GraftError('dataset-exists', {
    en: `There is already a data set "${id}".`,
    zh: `已有名为“${id}”的数据集。`
  }, {
    field: 'id',
    usage: true,
    remedy: {
      en: 'Give this one another id with --id, or remove the other first.',
      zh: '请用 --id 指定其他标识，或先删除已有的数据集。'
    }
  })
}
