import * as fs from 'node:fs/promises'
import { dirname } from 'node:path'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { splitNames, type SplitName } from '../../contract/datasets'
import { GraftError } from '../../contract/errors'
import type { FeaturesSaved, FeaturesWanted } from '../../contract/features'
import { csvCell, csvFile, csvPath } from '../../rules/format/csv'
import type { Library } from '../../library'
import type { DatasetReader } from '../../library/datasets'
import { exists, makeFolder, namingFile, writeFileDurably, writePartsDurably } from '../../library/disk'
import { writingOutside } from '../../library/repair'
import { FeatureCache } from '../features/cache'
import { npyParts } from '../features/npy'
import type { Network } from '../network/network'
import { loadModel } from '../interchange/tfjs/model-folder'
import { versions } from '../versions'

/** Largest table that is held in memory while it is written, in bytes. */
const limitBytes = 2 ** 30
/** Rows of features that are read at once. */
const rowsAtOnce = 1024

interface SavingHooks {
  signal?: AbortSignal | undefined
  cacheDir: string
  /** Images done and to do. */
  onProgress?(done: number, total: number): void
  openBackend(): Promise<unknown>
}

/** What is known of one image beside its features. */
interface Row { split: SplitName, position: number, label: number | null, class: string | null, domain: string | null, file: string | null }

/**
 * Saves what a model's backbone sees in a data set's images, with labels and the names of the files they came from. Features that a training has
 * computed already are used again.
 * @throws GraftError `exists-already`, `too-many-features`, or naming a file that cannot be read or written
 */
export async function saveFeatures(
  library: Library, wanted: FeaturesWanted, { signal, onProgress, cacheDir, openBackend }: SavingHooks
): Promise<FeaturesSaved> {
  const { model, dataset, format, replace } = wanted
  await library.models.get(model)
  const path = wanted.path.toLowerCase().endsWith(`.${format}`) ? wanted.path : `${wanted.path}.${format}`
  const table = format === 'npy' ? `${path.slice(0, -'.npy'.length)}.csv` : undefined
  for (const each of replace ? [] : [path, ...(table === undefined ? [] : [table])]) if (await exists(each)) throw existsAlready(each)
  const reader = await library.datasets.open(dataset)
  try {
    const backend = await openBackend()
    const network = await loadModel(library.models.folder(model))
    try {
      const splits = (wanted.split === 'all' ? splitNames : [wanted.split]).filter((split) => reader.countOf(split) > 0)
      const count = splits.reduce((sum, split) => sum + reader.countOf(split), 0)
      const { featureLength: length } = network
      if (count === 0) throw noImages(dataset)
      if (count * length * 4 > limitBytes) throw tooMany(count, length)
      const values = new Float32Array(count * length)
      let done = 0
      const rows: Row[] = []
      for (const split of splits) {
        rows.push(...await rowsOf(reader, split))
        const before = done
        done = await fill(values, before, {
          network, reader, split, surroundings: JSON.stringify(backend), cacheDir, signal, onProgress: (images) => onProgress?.(before + images, count)
        })
      }
      signal?.throwIfAborted()
      await writingOutside(library.dataDir, path, () => write(path, table, values, length, rows))
      const sizes = await Promise.all([path, ...(table === undefined ? [] : [table])].map(async (each) => (await fs.stat(each)).size))
      return { model, dataset, format, path, ...(table !== undefined && { table }), rows: count, length, bytes: sizes.reduce((sum, size) => sum + size, 0) }
    } finally {
      network.dispose()
    }
  } finally {
    await reader.close()
  }
}

async function rowsOf(reader: DatasetReader, split: SplitName): Promise<Row[]> {
  const { classes, domains } = reader.dataset
  const positions = Array.from({ length: reader.countOf(split) }, (_, position) => position)
  const labels = reader.hasLabels(split) ? await reader.readLabels(split) : undefined
  const places = reader.hasDomains(split) ? await reader.readDomains(split) : undefined
  const names = reader.hasNames(split) ? await reader.readNames(split, positions) : undefined
  return positions.map((position) => ({
    split, position, label: labels?.[position] ?? null, class: labels ? classes[labels[position]!] ?? null : null,
    domain: places ? domains?.[places[position]!] ?? null : null, file: names?.[position] ?? null
  }))
}

interface Filling {
  network: Network
  reader: DatasetReader
  split: SplitName
  surroundings: string
  cacheDir: string
  signal: AbortSignal | undefined
  onProgress(done: number): void
}

/** @returns the rows that are filled now */
async function fill(values: Float32Array, from: number, { cacheDir, signal, onProgress, ...request }: Filling): Promise<number> {
  const { network: { featureLength }, reader, split } = request
  const positions = Int32Array.from({ length: reader.countOf(split) }, (_, position) => position)
  const table = await new FeatureCache({ cacheDir }).open({ ...request, positions, onProgress, ...(signal && { signal }) })
  try {
    for (let start = 0; start < positions.length; start += rowsAtOnce) {
      const part = await table.read(positions.subarray(start, start + rowsAtOnce))
      values.set(part.dataSync<'float32'>(), (from + start) * featureLength)
      part.dispose()
    }
  } finally {
    await table.close()
  }
  onProgress(positions.length)
  return from + positions.length
}

async function write(path: string, table: string | undefined, values: Float32Array, length: number, rows: readonly Row[]): Promise<void> {
  await makeFolder(dirname(path)).catch((error: unknown) => { throw namingFile(error, dirname(path)) })
  if (table === undefined) return writePartsDurably(path, [parquet(values, length, rows)])
  await writePartsDurably(path, npyParts(values, rows.length, length))
  const cells = rows.map(({ split, position, label, class: name, domain, file }) =>
    [split, String(position), label === null ? '' : String(label), csvCell(name ?? ''), csvCell(domain ?? ''), file === null ? '' : csvPath(file)])
  await writeFileDurably(table, csvFile([['split', 'position', 'label', 'class', 'domain', 'file'], ...cells]))
}

/** Columns of what is known, then one a feature: pandas, Polars, DuckDB and scikit-learn take them as they are. */
function parquet(values: Float32Array, length: number, rows: readonly Row[]): Uint8Array {
  const texts = (name: 'split' | 'class' | 'domain' | 'file') => ({ name, type: 'STRING' as const, data: rows.map((row) => row[name]), nullable: true })
  const whole = (name: 'position' | 'label') => ({ name, type: 'INT32' as const, data: rows.map((row) => row[name]), nullable: true })
  const features = Array.from({ length }, (_, feature) => ({
    name: `feature_${feature}`, type: 'FLOAT' as const, data: Float32Array.from(rows, (__, row) => values[row * length + feature]!), nullable: false
  }))
  return new Uint8Array(parquetWriteBuffer({
    columnData: [texts('split'), whole('position'), whole('label'), texts('class'), texts('domain'), texts('file'), ...features],
    createdBy: `Graft ${versions().graft}`
  }))
}

const existsAlready = (path: string): GraftError => new GraftError('exists-already', {
  en: `${path} exists already.`, zh: `${path} 已存在。`
}, { usage: true, field: 'path', remedy: { en: 'Choose another name, or say --replace.', zh: '请换一个名称，或使用 --replace。' } })

const noImages = (dataset: string): GraftError => new GraftError('no-images', {
  en: `${dataset} has no images in what was asked for.`, zh: `${dataset} 在所选部分中没有图像。`
}, { usage: true, field: 'split' })

const tooMany = (count: number, length: number): GraftError => new GraftError('too-many-features', {
  en: `${length} features of ${count} images do not fit into memory at once.`, zh: `${count} 张图像、每张 ${length} 个特征，一次放不进内存。`
}, { usage: true, field: 'split', remedy: { en: 'Save one split at a time, or a smaller data set.', zh: '请逐个部分保存，或使用较小的数据集。' } })
