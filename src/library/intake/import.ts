import { createHash } from 'node:crypto'
import * as fs from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { type Dataset, imageBytesOf, type ImportOptions, importOptionsSchema, type ImportProgress } from '../../contract/datasets'
import { GraftError } from '../../contract/errors'
import { throwIfCancelled } from '../cancel'
import { ensureWritable, freeBytes, namingFile } from '../disk/files'
import { slugOf } from '../disk/ids'
import { atSize } from './at-size'
import type { DatasetCatalogue } from '../datasets/catalogue'
import { fingerprintOf } from '../datasets/fingerprint'
import { checkReadable, parseOptions } from './options'
import { ProgressMeter } from '../datasets/progress'
import { unanswered } from './questions'
import { openSource, type OpenedSource } from './source'
import type { Reading } from './reading/format'
import { DatasetWriter, datasetExists, oneClass } from '../datasets/writer'

/** Seed of the draws that an import makes, so that the same source gives the same splits. */
const drawSeed = 1
/** Share of the images that becomes the test split where the source has none. */
const testFraction = 0.2
/** How often what was read so far is made safe. */
const saveMilliseconds = 10_000

export interface ImportHooks {
  signal?: AbortSignal
  onProgress?(progress: ImportProgress): void
  /** What is known of the data set beside its files. */
  known?: { provenance: Partial<Dataset['provenance']>, classes?: readonly string[] }
}

/**
 * Reads a data set into the library's cache. Whole or not at all: after an error nothing is left of it; what a cancel or
 * a crash leaves of decoded pictures is out of sight, and the same import goes on with it within a week.
 * @throws GraftError naming the file or field: `not-found`, `format-unknown`, `dataset-exists`, `archive-truncated`,
 * `disk-full`, `data-folder-not-writable`, `no-images`, `one-class`, `cancelled` … and what the formats throw
 */
export async function importDataset(
  library: { dataDir: string, datasets: DatasetCatalogue }, options: ImportOptions, { signal, onProgress, known }: ImportHooks = {}
): Promise<Dataset> {
  const { path: given, only, table: givenTable, id: wantedId, name, format, size, fit = 'stretch', folders, alike, unlabelled, encoding, copies, validation } = parseOptions(importOptionsSchema, options)
  const path = resolve(given)
  const table = givenTable === undefined ? undefined : resolve(givenTable)
  const meter = new ProgressMeter(onProgress)
  meter.phase('looking')
  await checkReadable(path)
  if (table !== undefined) await checkTable(path, table, only)
  const id = wantedId ?? slugOf(basename(path), 'dataset')
  if (await library.datasets.has(id)) throw datasetExists(id)
  await ensureWritable(library.dataDir)
  let writer: DatasetWriter | undefined
  let source: OpenedSource | undefined
  let key: string | undefined
  /** Images of the source dealt with, and whether they are being drawn into splits. */
  let done = 0
  let settled = false
  const early: Parameters<DatasetWriter['skip']>[] = []
  const skip = (...skipped: Parameters<DatasetWriter['skip']>): void => writer ? writer.skip(...skipped) : void early.push(skipped)
  try {
    source = await openSource(path, {
      hasTable: table !== undefined, format, only, encoding, datasets: library.datasets.folder, skip, signal, onUnpacked: (files) => meter.unpacked(files)
    })
    throwIfCancelled(signal)
    const reading = await source.format.read(source.path, {
      fit, skip, isChosen: source.isChosen, opening: source.opening,
      ...(size && { size }),
      ...(folders && { folders }),
      ...(alike && { alike }),
      ...(unlabelled && { unlabelled }),
      ...(encoding && { encoding }),
      ...(table !== undefined && { table }),
      ...(source.only && { only: source.only }),
      ...(signal && { signal })
    })
    const question = source.question ?? reading.question
    if (question) throw unanswered(question)
    refuseOneClass(reading, basename(path))
    const assumed = [...source.assumed ?? [], ...reading.assumed ?? []]
    const { shape, batches: allBatches, preparation } = atSize(reading, size, fit)
    // From the folder alone it could not be imported again as it is.
    const from = known || table !== undefined ? undefined : { path, ...(only && { only }), fingerprint: await fingerprintOf(path, { only, signal }) }
    // What has to be decoded is worth keeping when it is left half-way: the same import goes on with it.
    key = reading.resume && from ? keyOf([from, source.format.id, shape, fit, folders, alike, unlabelled, encoding, copies]) : undefined
    await checkSpace(library.dataDir, (reading.total ?? 0) * imageBytesOf(shape))
    throwIfCancelled(signal)
    const writing = { leaveOutCopies: copies === 'leave-out' }
    const resumed = key === undefined ? undefined : await DatasetWriter.resume(library.datasets.folder, id, shape, key, writing)
    writer = resumed?.writer ?? await DatasetWriter.create(library.datasets.folder, id, shape, writing)
    done = resumed?.done ?? 0
    // Those that looking skips were noted the first time.
    if (!resumed) for (const skipped of early) writer.skip(...skipped)
    meter.phase('reading', reading.total, writer.count + writer.skippedCount)
    let savedAt = performance.now()
    for await (const batch of resumed ? reading.resume!(done) : allBatches) {
      throwIfCancelled(signal)
      await writer.append(batch)
      done = batch.end ?? done
      meter.update(writer.count, writer.skippedCount)
      if (key !== undefined && performance.now() - savedAt > saveMilliseconds) {
        await writer.save(key, done)
        savedAt = performance.now()
      }
    }
    throwIfCancelled(signal)
    settled = true
    meter.phase('finishing', writer.count)
    return await writer.finish({
      name: name ?? nameOf(path), classes: namesFor(reading.classes(), known?.classes), ...(reading.domains && { domains: reading.domains }),
      validation, test: testFraction, seed: drawSeed,
      provenance: {
        format: source.format.id, origin: basename(path), ...(from && { from }), ...(preparation !== undefined && { preparation }),
        ...(assumed.length > 0 && { assumed }), ...known?.provenance
      },
      ...(signal && { signal })
    })
  } catch (error) {
    if (signal?.aborted && writer && key !== undefined && done > 0 && !settled) throw await setAside(writer, key, done)
    await writer?.discard()
    // A read that the abort broke is a cancel, whatever it threw.
    throwIfCancelled(signal)
    throw namingFile(error, path)
  } finally {
    await source?.close()
  }
}

/** A table that lies elsewhere is for the pictures of one whole folder. */
async function checkTable(path: string, table: string, only: readonly string[] | undefined): Promise<void> {
  await checkReadable(table)
  if (!only && (await fs.stat(path)).isDirectory()) return
  throw new GraftError('table-without-folder', {
    en: `A table is for the pictures of a folder, and ${only ? 'several paths were given' : `${path} is none`}.`,
    zh: `表格用于一个文件夹中的图像，而${only ? '给出了多个路径' : `${path} 不是文件夹`}。`
  }, { field: 'table', usage: true, remedy: { en: 'Name the one folder that the table\'s paths lie below.', zh: '请指定表格中路径所在的那一个文件夹。' } })
}

/** Before hundreds of files are decoded for nothing. */
function refuseOneClass({ pictures, classes }: Reading, origin: string): void {
  const labels = new Set(pictures?.images.flatMap(({ split, label }) => split === 'train' && label !== undefined ? label : []))
  if (labels.size === 1) throw oneClass(origin, classes()[[...labels][0]!] ?? '')
}

const keyOf = (what: unknown): string => createHash('sha256').update(JSON.stringify(what)).digest('hex').slice(0, 16)

/** Keeps what a cancelled import read, to go on with; the error to throw. */
async function setAside(writer: DatasetWriter, key: string, done: number): Promise<GraftError> {
  try {
    await writer.save(key, done)
  } catch {
    // Without room for it, nothing is kept.
    await writer.discard()
  }
  await writer.park()
  return new GraftError('cancelled', {
    en: `The import was cancelled after ${done.toLocaleString('en-US')} images; adding the same again goes on from there.`,
    zh: `导入在 ${done.toLocaleString('en-US')} 张图像后被取消；再次添加相同内容即可从该处继续。`
  })
}

/** Names that are known beforehand, where the files number the classes only. */
const namesFor = (inFiles: string[], known: readonly string[] | undefined): readonly string[] =>
  known?.length === inFiles.length ? known : inFiles

async function checkSpace(dataDir: string, neededBytes: number): Promise<void> {
  const free = await freeBytes(dataDir)
  const reserve = 64 << 20
  if (free >= neededBytes + reserve) return
  const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1e6)} MB`
  throw new GraftError('disk-full', {
    en: `The data set needs ${megabytes(neededBytes + reserve)} on the disk of ${dataDir}, where ${megabytes(free)} are free.`,
    zh: `该数据集需要在 ${dataDir} 所在磁盘上占用 ${megabytes(neededBytes + reserve)}，而可用空间只有 ${megabytes(free)}。`
  }, { remedy: { en: 'Free some space, choose a smaller --size, or another data folder.', zh: '请释放空间、用 --size 选择更小的尺寸，或选择其他数据文件夹。' } })
}

function nameOf(path: string): string {
  return basename(path).replace(/\.(tar\.gz|tgz|tar|gz|zip|csv|tsv)$/i, '')
}
