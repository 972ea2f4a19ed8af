import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join, resolve, sep } from 'node:path'

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

/**
 * What a portable program keeps to itself: a person who makes a folder `graft-data` beside it has everything in there, and
 * can carry both about. Empty for any other program; what the environment says already is not touched.
 * @param resources the program's folder of that name
 */
export function portableEnvironment(
  resources: string, env: Environment = process.env, platform: string = process.platform, exists: (path: string) => boolean = existsSync
): Environment {
  const data = join(besideProgram(resources, env, platform), 'graft-data')
  if (!exists(data)) return {}
  return {
    ...(!env.GRAFT_DATA_DIR && { GRAFT_DATA_DIR: data }),
    ...(!env.GRAFT_CACHE_DIR && { GRAFT_CACHE_DIR: join(data, 'cache') })
  }
}

/** The folder in which a person sees the program: its own folder, an AppImage or a Mac's application. */
function besideProgram(resources: string, { APPDIR, APPIMAGE }: Environment, platform: string): string {
  // Programs that another AppImage started find these variables too.
  if (APPIMAGE && APPDIR && resolve(resources).startsWith(join(resolve(APPDIR), sep))) return dirname(resolve(APPIMAGE))
  return platform === 'darwin' ? resolve(resources, '..', '..', '..') : resolve(resources, '..')
}

function homeOf(env: Environment): string {
  return env.HOME || env.USERPROFILE || homedir()
}
