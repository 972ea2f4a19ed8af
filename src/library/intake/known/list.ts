import { join } from 'node:path'
import type { KnownDataset } from '../../../contract/downloads'
import { arrivedBytes, bytesOf } from '../../downloads/download'
import type { DatasetCatalogue } from '../../datasets/catalogue'
import { knownDatasets, type KnownEntry } from './manifest'

/** Where the files of a known data set are brought to: `<cache>/downloads/<id>`. */
export const downloadFolder = (cacheDir: string, id: string): string => join(cacheDir, 'downloads', id)

/** Bytes the images of a data set take in the catalogue. */
export const diskBytesOf = ({ shape, images }: KnownEntry): number =>
  (images.train + images.test) * (shape[0] * shape[1] * shape[2] + 4)

/** The known data sets, each with what is there of it already. */
export async function listKnown(
  library: { datasets: Pick<DatasetCatalogue, 'list'> }, cacheDir: string, entries: readonly KnownEntry[] = knownDatasets
): Promise<KnownDataset[]> {
  const { datasets } = await library.datasets.list()
  return Promise.all(entries.map(async (entry) => {
    const { id, title, summary, shape, classes, images, licence, citation, page, files } = entry
    const partial = await Promise.all(files.map((file) => arrivedBytes(file, downloadFolder(cacheDir, id))))
    return {
      id, title, summary, shape, classes, images, licence, citation, page,
      downloadBytes: files.reduce((sum, file) => sum + bytesOf(file), 0),
      diskBytes: diskBytesOf(entry),
      files: files.map(({ name, addresses }) => ({ name, address: addresses[0]! })),
      installed: datasets.filter(({ provenance }) => provenance.known === id).map((dataset) => dataset.id),
      partialBytes: partial.reduce((sum, bytes) => sum + bytes, 0)
    }
  }))
}
