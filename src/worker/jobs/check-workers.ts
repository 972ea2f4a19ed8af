import { diagnose } from '../../engine/doctor'
import { versions } from '../../engine/versions'
import { checkWorkers as check } from '../../remote'
import type { Work } from '../work'

export const checkWorkers: Work<'check-workers'> = async (place, { dataDir, cacheDir, signal, onProgress }) => {
  onProgress({ done: 0 })
  const { chosen } = await diagnose(dataDir, cacheDir)
  return check({ place: { ...place, cores: place.cores ?? chosen.threads }, here: chosen, version: versions().graft, signal })
}
