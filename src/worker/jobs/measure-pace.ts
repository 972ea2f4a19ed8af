import { createEngine } from '../../engine'
import { openLibrary } from '../../library'
import type { Work } from '../work'

export const measurePace: Work<'measure-pace'> = (wanted, { dataDir, cacheDir, signal }) =>
  createEngine({ library: openLibrary(dataDir), cacheDir }).measurePace(wanted, { signal })
