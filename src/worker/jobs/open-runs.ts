import { openLibrary } from '../../library'
import { openRuns as open } from '../../library/sharing'
import type { Work } from '../work'

export const openRuns: Work<'open-runs'> = ({ path }, { dataDir, signal, onProgress }) =>
  open(openLibrary(dataDir), path, { signal, onProgress: (done, total) => onProgress({ done, total }) })
