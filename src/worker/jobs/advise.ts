import { createEngine } from '../../engine'
import { openLibrary } from '../../library'
import type { Work } from '../work'

export const advise: Work<'advise'> = (wanted, { dataDir, cacheDir, signal, onProgress }) =>
  createEngine({ library: openLibrary(dataDir), cacheDir }).advise(wanted, {
    signal, onProgress: (phase, done, total) => onProgress({ phase, done, total })
  })
