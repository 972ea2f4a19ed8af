import { createEngine } from '../../engine'
import { openLibrary } from '../../library'
import type { Work } from '../work'

export const doctor: Work<'doctor'> = (_, { dataDir, cacheDir }) => createEngine({ library: openLibrary(dataDir), cacheDir }).doctor()
