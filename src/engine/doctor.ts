import type { Doctor } from '../contract/engine'
import { freeBytes } from '../library/disk/files'
import { detectBackends } from './runtime'
import { versions } from './versions'

/** Which backends there are and which one runs, why not the better ones, and what would change that. */
export async function diagnose(dataDir: string, cacheDir: string): Promise<Doctor> {
  const { chosen, backends } = await detectBackends(cacheDir)
  return {
    chosen,
    backends,
    versions: { ...versions(), [chosen.kind]: chosen.library },
    folders: { data: dataDir, cache: cacheDir },
    freeDiskBytes: await freeBytes(dataDir)
  }
}
