import { createEngine } from '../../engine'
import { openLibrary } from '../../library'
import type { Work } from '../work'

export const xray: Work<'xray'> = (wanted, { dataDir, cacheDir, signal, onProgress }) =>
  createEngine({ library: openLibrary(dataDir), cacheDir }).xray(wanted, {
    signal, onProgress: (phase, done, total) => onProgress({ phase, done, total })
  })
