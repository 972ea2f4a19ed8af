import { createEngine } from '../../engine'
import { openLibrary } from '../../library'
import type { Work } from '../work'

export const evaluate: Work<'evaluate'> = ({ model, dataset }, { dataDir, cacheDir, signal, onProgress }) =>
  createEngine({ library: openLibrary(dataDir), cacheDir }).evaluate(model, dataset, 'auto', {
    signal, onProgress: (done, total) => onProgress({ done, total })
  })
