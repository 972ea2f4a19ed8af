import { createEngine } from '../../engine'
import { openLibrary } from '../../library'
import type { Work } from '../work'

export const tryRates: Work<'try-rates'> = (wanted, { dataDir, cacheDir, signal, onProgress }) =>
  createEngine({ library: openLibrary(dataDir), cacheDir }).tryRates(wanted, {
    signal, onProgress: (phase, done, total, secondsLeft) => onProgress({ phase, done, total, ...(secondsLeft !== undefined && { secondsLeft }) })
  })
