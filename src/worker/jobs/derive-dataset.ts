import { openLibrary } from '../../library'
import { deriveDataset as derive } from '../../library/intake'
import type { Work } from '../work'

export const deriveDataset: Work<'derive-dataset'> = (options, { dataDir, signal, onProgress }) =>
  derive(openLibrary(dataDir), options, { signal, onProgress })
