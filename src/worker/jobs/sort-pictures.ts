import { mostInTable } from '../../contract/predictions'
import { createEngine } from '../../engine'
import { openLibrary } from '../../library'
import type { Work } from '../work'

/** Longest side of a picture's copy in the table, in pixels: twice as drawn. */
const pictureSide = 96

export const sortPictures: Work<'sort-pictures'> = async ({ model, paths }, { dataDir, cacheDir, signal, onProgress }) => {
  const engine = createEngine({ library: openLibrary(dataDir), cacheDir })
  return engine.sortPictures(model, paths, { pictures: pictureSide, most: mostInTable }, {
    signal, onProgress: (done, total, secondsLeft) => onProgress({ done, total, ...(secondsLeft !== undefined && { secondsLeft }) })
  })
}
