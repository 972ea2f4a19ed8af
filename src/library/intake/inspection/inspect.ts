import { basename, relative, resolve } from 'node:path'
import { type Fit, imageBytesOf, type ImageShape, type ImportProgress } from '../../../contract/datasets'
import { inspectOptionsSchema, type Appearance, type Inspection, type InspectOptions } from '../../../contract/inspections'
import { idIn, isTrained } from '../../../rules/refs'
import { learnedFrom } from '../../../rules/specs/learned-from'
import type { ModelRef } from '../../../contract/models'
import type { Library } from '../../library'
import { throwIfCancelled } from '../../cancel'
import { namingFile } from '../../disk/files'
import { atSize } from '../at-size'
import { decodeBytes } from '../../../images/decode'
import type { Reading } from '../reading/format'
import { UnreadableImage, withImageFile } from '../../../images/image-file'
import { inPool } from '../reading/pictures'
import { checkReadable, parseOptions } from '../options'
import { ProgressMeter } from '../../datasets/progress'
import { openSource } from '../source'
import { AppearanceMeter } from './appearance'
import { toGrey } from './difference-hash'
import { findingsOf } from './findings'
import { Broken, Look } from './look'
import { spread } from './spread'

/** Images that are looked at most; more are sampled evenly. Counts are of all. */
const mostImages = 250_000
const batchImages = 256
/** Images of a source model's own data that it is compared by. */
const comparedImages = 512

interface InspectHooks {
  signal?: AbortSignal
  onProgress?(progress: ImportProgress): void
}

/**
 * Looks at a folder, archive or file before anything of it is copied: what it is, how many images each class has, which
 * files are broken, which images are the same or look alike, and how it differs from what a source model learned from.
 * Changes nothing, and takes about as long as it is given.
 * @throws as the import does
 */
export async function inspectDataset(
  library: Pick<Library, 'dataDir' | 'datasets' | 'models' | 'runs'>, options: InspectOptions, { signal, onProgress }: InspectHooks = {}
): Promise<Inspection> {
  const { path: given, only, format, size, fit = 'stretch', folders, alike, unlabelled, encoding, source: model, sourceData, seconds } = parseOptions(inspectOptionsSchema, options)
  const path = resolve(given)
  const meter = new ProgressMeter(onProgress)
  meter.phase('looking')
  await checkReadable(path)
  const broken = new Broken()
  const against = await openAgainst(library, model, sourceData)
  const source = await openSource(path, {
    format, only, encoding, datasets: library.datasets.folder, signal, skip: broken.add, onUnpacked: (files) => meter.unpacked(files)
  })
  try {
    throwIfCancelled(signal)
    const reading = await source.format.read(source.path, {
      fit, skip: broken.add, isChosen: source.isChosen, opening: source.opening,
      ...(size && { size }), ...(folders && { folders }), ...(alike && { alike }), ...(unlabelled && { unlabelled }), ...(encoding && { encoding }),
      ...(source.only && { only: source.only }), ...(signal && { signal })
    })
    const { shape, batches, preparation } = atSize(reading, size, fit)
    const look = new Look(shape, fit)
    meter.phase('reading', reading.pictures ? Math.min(mostImages, reading.pictures.images.length) : reading.total)
    const until = performance.now() + seconds * 1000
    const tell = (): void => meter.update(look.count, broken.count)
    const unreadable = new Set<number>()
    if (reading.pictures) await lookAtPictures(reading.pictures, { unreadable, shape, fit, signal, until, look, broken, tell })
    else await lookAtBatches(batches, { signal, until, look, tell })
    throwIfCancelled(signal)
    meter.phase('finishing', look.count)
    const result = await look.result(signal)
    const counts = reading.pictures ? countPictures(reading, unreadable) : look.counts(reading.classes().length, reading.total)
    const looked = {
      origin: only ? `${basename(path)} (${only.length})` : basename(path),
      format: source.format.id, shape, ...(preparation !== undefined && { preparation }),
      classes: reading.classes(), domains: [...reading.domains ?? []], ...counts,
      ...result, broken: broken.result(), assumed: [...source.assumed ?? [], ...reading.assumed ?? []],
      questions: [...source.question ? [source.question] : [], ...reading.question ? [reading.question] : []],
      ...(against.appearance && { sourceAppearance: against.appearance })
    }
    const { outOfShape, scaled, nearComplete, ...inspection } = looked
    return { ...inspection, findings: findingsOf({ ...inspection, outOfShape, scaled, nearComplete, stretched: fit === 'stretch' }, against) }
  } catch (error) {
    throwIfCancelled(signal)
    throw namingFile(error, path)
  } finally {
    await source.close()
  }
}

interface Looking { signal: AbortSignal | undefined, until: number, look: Look, tell(): void }

async function lookAtBatches(batches: Reading['batches'], { signal, until, look, tell }: Looking): Promise<void> {
  for await (const { split, images, labels } of batches) {
    throwIfCancelled(signal)
    const count = images.length / imageBytesOf(look.shape)
    look.add(images, Array.from({ length: count }, (_, index) => ({
      split, ...(labels && { label: labels[index]! }), name: `${split} ${look.numberIn(split) + 1}`
    })))
    tell()
    if (performance.now() > until) return
  }
}

/** In an order of which every beginning is spread evenly over the list: a look that ends early has seen all classes. */
async function lookAtPictures(
  { root, images }: NonNullable<Reading['pictures']>,
  { shape, fit, signal, until, look, broken, unreadable, tell }: Looking & { shape: ImageShape, fit: Fit, broken: Broken, unreadable: Set<number> }
): Promise<void> {
  const order = spread(images.length).slice(0, mostImages)
  const imageBytes = imageBytesOf(shape)
  for (let start = 0; start < order.length && performance.now() < until; start += batchImages) {
    const chosen = order.slice(start, start + batchImages)
    const decoded: (Uint8Array | undefined)[] = new Array(chosen.length)
    await inPool(chosen.length, signal, async (index) => {
      const { path } = images[chosen[index]!]!
      try {
        await withImageFile(path, async (bytes) => {
          const { pixels, size, isScaled, pages } = await decodeBytes(bytes, [shape[0], shape[1]], fit)
          decoded[index] = pixels
          look.size(size)
          if (isScaled) look.scaled++
          if (pages > 1) look.stacks++
        })
      } catch (error) {
        if (!(error instanceof UnreadableImage)) throw error
        unreadable.add(chosen[index]!)
        broken.add(relative(root, path), error.reason)
      }
    })
    const readable = chosen.map((image, index) => ({ image: images[image]!, pixels: decoded[index] })).filter(({ pixels }) => pixels)
    const together = new Uint8Array(readable.length * imageBytes)
    for (const [index, { pixels }] of readable.entries()) together.set(pixels!, index * imageBytes)
    look.add(together, readable.map(({ image: { split, label, path } }) =>
      ({ split, ...(label !== undefined && { label }), name: relative(root, path), path })))
    tell()
  }
}

/** Counts of what will be there: without the files that were found unreadable. */
function countPictures({ pictures, classes, domains = [] }: Reading, unreadable: ReadonlySet<number>): Pick<Inspection, 'splits' | 'total'> {
  const splits: Inspection['splits'] = {}
  const [classCount, domainCount] = [classes().length, domains.length]
  for (const [index, { split, label, domain }] of pictures!.images.entries()) {
    if (unreadable.has(index)) continue
    const entry = splits[split] ??= {
      count: 0, ...(label !== undefined && { perClass: new Array<number>(classCount).fill(0) }),
      ...(domain !== undefined && { perDomain: new Array<number>(domainCount).fill(0) })
    }
    entry.count++
    if (label !== undefined && entry.perClass) entry.perClass[label]!++
    if (domain !== undefined && entry.perDomain) entry.perDomain[domain]!++
  }
  return { splits, total: pictures!.images.length - unreadable.size }
}

/** The source model's classes, and the look of the images it learned from, where they are still in the catalogue. */
async function openAgainst(
  library: Pick<Library, 'datasets' | 'models' | 'runs'>, model: ModelRef | undefined, data: string | undefined
): Promise<{ model?: { name: string, classes: readonly string[] }, appearance?: Appearance }> {
  const summary = isTrained(model) ? await library.models.get(model) : undefined
  let dataset = data
  const runId = idIn('run', summary?.ref)
  if (dataset === undefined && runId !== undefined) {
    const learned = learnedFrom((await library.runs.get(runId)).spec).dataset
    if (await library.datasets.has(learned)) dataset = learned
  }
  return {
    ...(summary && { model: { name: summary.name, classes: summary.classes } }),
    ...(dataset !== undefined && { appearance: await appearanceOf(library, dataset) })
  }
}

async function appearanceOf({ datasets }: Pick<Library, 'datasets'>, id: string): Promise<Appearance> {
  const reader = await datasets.open(id)
  try {
    const { shape, splits } = reader.dataset
    const count = splits.train?.count ?? 0
    const positions = spread(count).slice(0, comparedImages).sort((a, b) => a - b)
    const meter = new AppearanceMeter()
    meter.add(toGrey(await reader.readImages('train', positions), shape), shape)
    return meter.result()
  } finally {
    await reader.close()
  }
}
