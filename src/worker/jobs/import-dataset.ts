import { openLibrary } from '../../library'
import { importDataset as importInto } from '../../library/intake'
import type { Work } from '../work'

export const importDataset: Work<'import-dataset'> = (options, { dataDir, signal, onProgress }) =>
  importInto(openLibrary(dataDir), options, { signal, onProgress })
