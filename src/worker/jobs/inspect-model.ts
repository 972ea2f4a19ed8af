import { createEngine } from '../../engine'
import { openLibrary } from '../../library'
import type { Work } from '../work'

export const inspectModel: Work<'inspect-model'> = (options, { dataDir, cacheDir, signal, onProgress }) =>
  createEngine({ library: openLibrary(dataDir), cacheDir }).inspectModel(options, {
    signal, onProgress: ({ done, total }) => onProgress({ done, total })
  })
