import { diagnose } from '../../engine/doctor'
import type { Work } from '../work'

export const doctor: Work<'doctor'> = (_, { dataDir, cacheDir }) => diagnose(dataDir, cacheDir)
