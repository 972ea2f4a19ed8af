import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'

export const projectFolder = resolve(__dirname, '..', '..', '..')

/** What set-up left: the Node that runs the engine, TensorFlow, and Electron. */
export interface Runtimes {
  /** Folder of `current.json`. */
  folder: string
  node: string
  electron: string
  /** Electron is the one for development and tests only. */
  standIn: boolean
}

/** Reads `current.json`; throws what to do where set-up has not run. */
export function findRuntimes(): Runtimes {
  const cache = process.env['GRAFT_CACHE_DIR'] ?? join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'graft')
  const folder = join(cache, 'runtime')
  const file = join(folder, 'current.json')
  if (!existsSync(file)) throw new Error(`${file} is missing; run npm run setup`)
  const { node, electron } = JSON.parse(readFileSync(file, 'utf8')) as {
    node?: { path: string }, electron?: { path: string, standIn: boolean }
  }
  if (!node || !electron) throw new Error(`${file} names no ${node ? 'Electron' : 'Node'}; run npm run setup`)
  const override = process.env['ELECTRON_OVERRIDE_DIST_PATH']
  return {
    folder, node: node.path,
    electron: override ? join(override, electron.path.slice(dirname(electron.path).length + 1)) : electron.path,
    standIn: electron.standIn
  }
}
