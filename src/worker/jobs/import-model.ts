import { createEngine } from '../../engine'
import { openLibrary } from '../../library'
import type { Work } from '../work'

export const importModel: Work<'import-model'> = (options, { dataDir, cacheDir, signal, onProgress }) =>
  createEngine({ library: openLibrary(dataDir), cacheDir }).importModel(options, {
    signal, onProgress: ({ done, total }) => onProgress({ done, total })
  })
