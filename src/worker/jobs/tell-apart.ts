import { createEngine } from '../../engine'
import { openLibrary } from '../../library'
import type { Work } from '../work'

export const tellApart: Work<'tell-apart'> = ({ paths }, { dataDir, cacheDir }) =>
  createEngine({ library: openLibrary(dataDir), cacheDir }).tellApart(paths)
