import { openLibrary } from '../../library'
import { inspectDataset as inspect } from '../../library/intake'
import type { Work } from '../work'

export const inspectDataset: Work<'inspect-dataset'> = (options, { dataDir, signal, onProgress }) =>
  inspect(openLibrary(dataDir), options, { signal, onProgress })
