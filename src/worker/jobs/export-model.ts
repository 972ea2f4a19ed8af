import { createEngine } from '../../engine'
import { openLibrary } from '../../library'
import type { Work } from '../work'

export const exportModel: Work<'export-model'> = (request, { dataDir, cacheDir, signal, onProgress }) =>
  createEngine({ library: openLibrary(dataDir), cacheDir }).exportModel(request, {
    signal, onProgress: (done, total) => onProgress({ done, total })
  })
