import { createEngine } from '../../engine'
import { openLibrary } from '../../library'
import type { Work } from '../work'

export const examine: Work<'examine'> = (wanted, { dataDir, cacheDir, signal, onProgress }) =>
  createEngine({ library: openLibrary(dataDir), cacheDir }).examine(wanted, {
    signal, onProgress: (phase, done, total, secondsLeft) => onProgress({ phase, done, total, ...(secondsLeft !== undefined && { secondsLeft }) })
  })
