import { createEngine } from '../../engine'
import { openLibrary } from '../../library'
import type { Work } from '../work'
import { forWindow } from './prediction-for-window'

/** Longest side of a picture's copy for the window, in pixels: twice a tile. */
const pictureSide = 384

export const predict: Work<'predict'> = async ({ model, images }, { dataDir, cacheDir, signal, onProgress }) => {
  const engine = createEngine({ library: openLibrary(dataDir), cacheDir })
  const outcome = await engine.predict(model, images, { gradCam: true, source: true, pictures: pictureSide }, {
    signal, onProgress: (done, total) => onProgress({ done, total })
  })
  return { ...outcome, predictions: outcome.predictions.map(forWindow) }
}
