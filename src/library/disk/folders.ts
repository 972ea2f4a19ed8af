import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join, resolve, sep } from 'node:path'
import { z } from 'zod'

export type Environment = Record<string, string | undefined>

const locationSchema = z.object({
  schemaVersion: z.literal(1),
  dataDir: z.string().min(1),
  /** Where the data lay before. */
  before: z.string().optional()
})
/** The data folder that a person chose in the settings. */
export type Location = z.infer<typeof locationSchema>

/** The note of the choice lies where every start looks first: beside the usual folder, which may be deleted once the data are elsewhere. */
export const locationFile = (env: Environment = process.env, platform: string = process.platform): string => `${systemDataDir(env, platform)}-location.json`

/** The folder that was chosen in the settings; undefined where none was, or its note cannot be read. */
export function chosenLocation(env: Environment = process.env, platform: string = process.platform): Location | undefined {
  try {
    return locationSchema.parse(JSON.parse(readFileSync(locationFile(env, platform), 'utf8')))
  } catch {
    return undefined
  }
}

/** Where Graft keeps data sets, models and runs: `GRAFT_DATA_DIR`, the folder chosen in the settings, or `graft` in the system's application-data folder. */
export function defaultDataDir(env: Environment = process.env, platform: string = process.platform): string {
  if (env.GRAFT_DATA_DIR) return resolve(env.GRAFT_DATA_DIR)
  return chosenLocation(env, platform)?.dataDir ?? systemDataDir(env, platform)
}

/**
 * Whether this is the chosen folder and is gone, as with a disk that was taken out: nothing may begin anew in its place. The
 * folder itself may be there still, where the disk is hung in.
 */
export const isChosenAndGone = (dataDir: string, env: Environment = process.env, platform: string = process.platform): boolean =>
  !existsSync(join(dataDir, 'datasets')) && !env.GRAFT_DATA_DIR && chosenLocation(env, platform)?.dataDir === dataDir

/** `graft` in the system's application-data folder. */
function systemDataDir(env: Environment = process.env, platform: string = process.platform): string {
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
