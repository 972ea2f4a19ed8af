import { createEngine } from '../../engine'
import { openLibrary } from '../../library'
import { getKnownModel, knownModelOf } from '../../library/models'
import type { Work } from '../work'

export const downloadModel: Work<'download-model'> = async ({ known }, { dataDir, cacheDir, signal, onProgress }) => {
  const library = openLibrary(dataDir)
  // The model in the box knows the same thousand classes, by name.
  const embedded = (await library.models.list()).models.find(({ origin }) => origin?.embedded)
  return getKnownModel(library, cacheDir, knownModelOf(known), async (options) => {
    const { model } = await createEngine({ library, cacheDir }).importModel(options, {
      signal, onProgress: ({ done, total }) => onProgress({ phase: 'importing', done, ...(total !== undefined && { total }) })
    })
    return model
  }, { signal, classNames: embedded?.classes, onDownload: onProgress })
}
