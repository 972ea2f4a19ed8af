import { createEngine } from '../../engine'
import { openLibrary } from '../../library'
import type { Work } from '../work'

export const featureMap: Work<'feature-map'> = (wanted, { dataDir, cacheDir, signal, onProgress }) =>
  createEngine({ library: openLibrary(dataDir), cacheDir }).featureMap(wanted, {
    signal, onProgress: (phase, done, total) => onProgress({ phase, done, total })
  })
