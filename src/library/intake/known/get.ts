import * as fs from 'node:fs/promises'
import type { Dataset, ImportProgress } from '../../../contract/datasets'
import type { GetDatasetOptions } from '../../../contract/downloads'
import { GraftError } from '../../../contract/errors'
import { arrivedBytes, bytesOf } from '../../downloads/download'
import { takeLock } from '../../downloads/lock'
import { downloadAll, type SeveralHooks } from '../../downloads/several'
import { ensureWritable, freeBytes, makeFolder } from '../../disk/files'
import type { Library } from '../../library'
import { importDataset } from '../import'
import { datasetExists } from '../../datasets/writer'
import { unknownDataset } from './discard'
import { diskBytesOf, downloadFolder } from './list'
import { knownDatasets, type KnownEntry } from './manifest'

export interface GetHooks extends SeveralHooks {
  onImport?(progress: ImportProgress): void
  /** For tests: other data sets. */
  entries?: readonly KnownEntry[]
}

const reserveBytes = 64 << 20

/**
 * Downloads a known data set into the cache folder and imports it; then the downloaded files are removed. What a
 * download that did not come to its end has brought stays there, and the next one goes on from it.
 * @throws `known-dataset-unknown`, `dataset-exists`, `disk-full`, `download-running`, and what downloading and importing throw
 */
export async function getKnownDataset(
  library: Pick<Library, 'dataDir' | 'datasets'>, cacheDir: string, options: GetDatasetOptions, hooks: GetHooks = {}
): Promise<Dataset> {
  const { known, id = known, name, ...importing } = options
  const entry = (hooks.entries ?? knownDatasets).find((candidate) => candidate.id === known)
  if (!entry) throw unknownDataset(known, hooks.entries ?? knownDatasets)
  if (await library.datasets.has(id)) throw datasetExists(id)
  await ensureWritable(library.dataDir)
  const folder = downloadFolder(cacheDir, entry.id)
  await makeFolder(folder)
  const release = await takeLock(`${folder}.lock`, entry.title)
  try {
    await checkSpace(entry, folder, library.dataDir)
    const files = await downloadAll(entry.files, folder, hooks)
    const dataset = await importDataset(library, {
      ...importing, id, name: name ?? entry.title, format: entry.format, path: entry.reads === 'file' ? files[0]! : folder
    }, {
      ...(hooks.signal && { signal: hooks.signal }),
      ...(hooks.onImport && { onProgress: hooks.onImport }),
      known: {
        provenance: { known: entry.id, origin: entry.page, licence: entry.licence.en, attribution: entry.citation },
        ...(entry.classNames && { classes: entry.classNames })
      }
    })
    await fs.rm(folder, { recursive: true, force: true })
    return dataset
  } finally {
    await release()
  }
}

/** Both folders may lie on one disk: then both need their room there. */
async function checkSpace(entry: KnownEntry, folder: string, dataDir: string): Promise<void> {
  let toLoad = 0
  for (const file of entry.files) toLoad += Math.max(0, bytesOf(file) - await arrivedBytes(file, folder))
  const toKeep = diskBytesOf(entry)
  const together = await isOneDisk(folder, dataDir)
  for (const [place, bytes] of [[folder, toLoad + (together ? toKeep : 0)], [dataDir, toKeep + (together ? toLoad : 0)]] as const) {
    const free = await freeBytes(place)
    if (free < bytes + reserveBytes) throw noRoom(entry.title, place, bytes + reserveBytes, free)
  }
}

async function isOneDisk(one: string, other: string): Promise<boolean> {
  const [first, second] = await Promise.all([fs.stat(one), fs.stat(other)])
  return first.dev === second.dev
}

function noRoom(title: string, place: string, needed: number, free: number): GraftError {
  const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1e6)} MB`
  return new GraftError('disk-full', {
    en: `${title} needs ${megabytes(needed)} on the disk of ${place}, where ${megabytes(free)} are free.`,
    zh: `${title} 需要在 ${place} 所在磁盘上占用 ${megabytes(needed)}，而可用空间只有 ${megabytes(free)}。`
  }, {
    remedy: {
      en: 'Free some space, or choose other folders with GRAFT_DATA_DIR and GRAFT_CACHE_DIR.',
      zh: '请释放空间，或用 GRAFT_DATA_DIR 和 GRAFT_CACHE_DIR 选择其他文件夹。'
    }
  })
}
