import type { Dataset, ImportProgress } from '../../../contract/datasets'
import type { GetDatasetOptions } from '../../../contract/downloads'
import { withDownload, type SeveralHooks } from '../../downloads/several'
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
  const folder = downloadFolder(cacheDir, entry.id)
  return withDownload({
    title: entry.title, files: entry.files, folder, dataDir: library.dataDir, keptBytes: diskBytesOf(entry)
  }, hooks, (files) => importDataset(library, {
    ...importing, id, name: name ?? entry.title, format: entry.format, path: entry.reads === 'file' ? files[0]! : folder
  }, {
    ...(hooks.signal && { signal: hooks.signal }),
    ...(hooks.onImport && { onProgress: hooks.onImport }),
    known: {
      provenance: { known: entry.id, origin: entry.page, licence: entry.licence.en, attribution: entry.citation },
      ...(entry.classNames && { classes: entry.classNames })
    }
  }))
}
