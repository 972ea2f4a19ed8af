import { createEngine } from '../../engine'
import { openLibrary } from '../../library'
import type { Work } from '../work'

export const similarity: Work<'similarity'> = (wanted, { dataDir, cacheDir, signal, onProgress }) =>
  createEngine({ library: openLibrary(dataDir), cacheDir }).similarity(wanted, {
    signal, onProgress: (phase, done, total) => onProgress({ phase, done, total })
  })
