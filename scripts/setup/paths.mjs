import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

/** The checkout this file lies in. */
export const projectFolder = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..')

/**
 * @typedef {object} CachePaths
 * @property {string} root      all that set-up keeps
 * @property {string} downloads whole files, their SHA-256 checked
 * @property {string} runtime   one folder a part, and `current.json`
 * @property {string} current   which part is in use, for the engine and the window
 * @property {string} log       what the tools that set-up calls printed
 */

/**
 * Where set-up keeps what it downloads and builds: `GRAFT_CACHE_DIR`, or the system's cache folder.
 * @param {NodeJS.ProcessEnv} environment
 * @param {NodeJS.Platform} platform
 * @param {string} home
 * @returns {CachePaths}
 */
export function cachePaths(environment = process.env, platform = process.platform, home = os.homedir()) {
  const root = path.resolve(environment.GRAFT_CACHE_DIR || systemCacheFolder(environment, platform, home))
  return {
    root,
    downloads: path.join(root, 'downloads'),
    runtime: path.join(root, 'runtime'),
    current: path.join(root, 'runtime', 'current.json'),
    log: path.join(root, 'setup.log')
  }
}

/**
 * @param {NodeJS.ProcessEnv} environment
 * @param {NodeJS.Platform} platform
 * @param {string} home
 */
function systemCacheFolder(environment, platform, home) {
  if (platform === 'win32') {
    return path.join(environment.LOCALAPPDATA || path.join(home, 'AppData', 'Local'), 'graft', 'cache')
  }
  if (platform === 'darwin') return path.join(home, 'Library', 'Caches', 'graft')
  return path.join(environment.XDG_CACHE_HOME || path.join(home, '.cache'), 'graft')
}
