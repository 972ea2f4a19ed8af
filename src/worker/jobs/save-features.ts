import { createEngine } from '../../engine'
import { openLibrary } from '../../library'
import type { Work } from '../work'

export const saveFeatures: Work<'save-features'> = (wanted, { dataDir, cacheDir, signal, onProgress }) =>
  createEngine({ library: openLibrary(dataDir), cacheDir }).saveFeatures(wanted, 'auto', {
    signal, onProgress: (done, total) => onProgress({ done, total })
  })
