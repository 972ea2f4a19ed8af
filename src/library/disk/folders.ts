import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

export type Environment = Record<string, string | undefined>

/** Where Graft keeps data sets, models and runs: `GRAFT_DATA_DIR`, or `graft` in the system's application-data folder. */
export function defaultDataDir(env: Environment = process.env, platform: string = process.platform): string {
  if (env.GRAFT_DATA_DIR) return resolve(env.GRAFT_DATA_DIR)
  const home = homeOf(env)
  if (platform === 'win32') return join(env.APPDATA ?? join(home, 'AppData', 'Roaming'), 'graft')
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'graft')
  return join(env.XDG_DATA_HOME || join(home, '.local', 'share'), 'graft')
}

/** Where downloads and computed features are kept, which can be made again: `GRAFT_CACHE_DIR` or the system's cache folder. */
export function defaultCacheDir(env: Environment = process.env, platform: string = process.platform): string {
  if (env.GRAFT_CACHE_DIR) return resolve(env.GRAFT_CACHE_DIR)
  const home = homeOf(env)
  if (platform === 'win32') return join(env.LOCALAPPDATA ?? join(home, 'AppData', 'Local'), 'graft', 'cache')
  if (platform === 'darwin') return join(home, 'Library', 'Caches', 'graft')
  return join(env.XDG_CACHE_HOME || join(home, '.cache'), 'graft')
}

function homeOf(env: Environment): string {
  return env.HOME || env.USERPROFILE || homedir()
}
