import { openLibrary } from '../../library'
import { getKnownDataset } from '../../library/intake'
import type { Work } from '../work'

export const downloadDataset: Work<'download-dataset'> = (options, { dataDir, cacheDir, signal, onProgress }) =>
  getKnownDataset(openLibrary(dataDir), cacheDir, options, { signal, onDownload: onProgress, onImport: onProgress })
