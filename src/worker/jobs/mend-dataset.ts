import { openLibrary } from '../../library'
import { mendDataset as mend } from '../../library/intake'
import type { Work } from '../work'

export const mendDataset: Work<'mend-dataset'> = (options, { dataDir, signal, onProgress }) =>
  mend(openLibrary(dataDir), options, { signal, onProgress })
