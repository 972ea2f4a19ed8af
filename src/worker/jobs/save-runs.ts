import { openLibrary } from '../../library'
import { saveRuns as save } from '../../library/sharing'
import type { Work } from '../work'

export const saveRuns: Work<'save-runs'> = (request, { dataDir, signal, onProgress }) =>
  save(openLibrary(dataDir), request, { signal, onProgress: (done, total) => onProgress({ done, total }) })
