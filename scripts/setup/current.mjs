import { mkdir, open, readFile, rename } from 'node:fs/promises'
import path from 'node:path'
import { partialName } from './parts.mjs'

/**
 * `runtime/current.json`: which parts are in use, and what is missing and why. The engine, the command line and
 * the window read it. Without `tensorflow` the engine computes with WebAssembly.
 * @typedef {object} Current
 * @property {1} schemaVersion
 * @property {{ kind: 'cpu' | 'gpu', version: string, folder: string, binding: string }} [tensorflow]
 * @property {{ version: string, path: string }} [node]
 * @property {{ id: string, version: string, folder: string }[]} [models]  networks that come with Graft
 * @property {{ version: string, path: string, standIn: boolean }} [electron]
 * @property {{ step: string, reason: string, remedy: string }[]} problems
 */

/**
 * @param {string} file
 * @returns {Promise<Current | undefined>} undefined when there is none, or it cannot be read
 */
export async function readCurrent(file) {
  try {
    const found = JSON.parse(await readFile(file, 'utf8'))
    return found.schemaVersion === 1 && Array.isArray(found.problems) ? found : undefined
  } catch {
    return undefined
  }
}

/**
 * Writes it whole or not at all; leaves an unchanged file alone.
 * @param {string} file
 * @param {Current} current
 */
export async function writeCurrent(file, current) {
  const text = `${JSON.stringify(current, null, 2)}\n`
  if (text === (await readFile(file, 'utf8').catch(() => ''))) return
  await mkdir(path.dirname(file), { recursive: true })
  const temporary = path.join(path.dirname(file), partialName(path.basename(file)))
  const handle = await open(temporary, 'w')
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(temporary, file)
}
