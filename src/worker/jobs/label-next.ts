import { createEngine } from '../../engine'
import { openLibrary } from '../../library'
import type { Work } from '../work'

export const labelNext: Work<'label-next'> = (wanted, { dataDir, cacheDir, signal, onProgress }) =>
  createEngine({ library: openLibrary(dataDir), cacheDir }).labelNext(wanted, {
    signal, onProgress: (phase, done, total, secondsLeft) => onProgress({ phase, done, total, ...(secondsLeft !== undefined && { secondsLeft }) })
  })
