import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'

/**
 * A part of the runtime: a folder `<runtime>/<name>` with a `manifest.json` that lists its files and their sizes.
 * It is built in a temporary folder and renamed when whole, so a folder under its own name is always whole.
 * @typedef {{ schemaVersion: 1, name: string, key: string, files: { path: string, bytes: number }[] }} PartManifest
 */

export const manifestName = 'manifest.json'

/**
 * Says without reading file contents whether a part is there, whole and of the wanted kind.
 * @param {string} runtime
 * @param {string} name
 * @param {string} key what the part was made from (hashes of its sources)
 */
export async function partIsWhole(runtime, name, key) {
  const folder = path.join(runtime, name)
  try {
    const manifest = /** @type {PartManifest} */ (JSON.parse(await readFile(path.join(folder, manifestName), 'utf8')))
    if (manifest.key !== key || manifest.files.length === 0) return false
    const sizes = await Promise.all(manifest.files.map(async (file) => (await stat(path.join(folder, file.path))).size))
    return sizes.every((bytes, index) => bytes === manifest.files[index].bytes)
  } catch {
    return false
  }
}

/**
 * Makes a part unless it is there already.
 * @param {string} runtime
 * @param {string} name
 * @param {string} key
 * @param {(folder: string) => Promise<void>} make fills the empty folder it is given
 * @returns {Promise<{ folder: string, made: boolean }>}
 */
export async function ensurePart(runtime, name, key, make) {
  const folder = path.join(runtime, name)
  if (await partIsWhole(runtime, name, key)) return { folder, made: false }

  const temporary = path.join(runtime, partialName(name))
  const aside = path.join(runtime, partialName(`old-${name}`))
  await rm(temporary, { recursive: true, force: true })
  await mkdir(temporary, { recursive: true })
  try {
    await make(temporary)
    /** @type {PartManifest} */
    const manifest = { schemaVersion: 1, name, key, files: await listFiles(temporary) }
    await writeFile(path.join(temporary, manifestName), `${JSON.stringify(manifest, null, 2)}\n`)
    // Another set-up may have finished the same part meanwhile; its copy is as good.
    if (await partIsWhole(runtime, name, key)) return { folder, made: false }
    // Aside first: a damaged part may be in use, and renaming twice is quicker than deleting a gigabyte.
    await rename(folder, aside).catch(() => undefined)
    await rename(temporary, folder)
  } finally {
    await rm(temporary, { recursive: true, force: true })
    await rm(aside, { recursive: true, force: true })
  }
  return { folder, made: true }
}

/**
 * The name of a thing under construction. It carries the process's id, so that what a killed set-up left behind
 * can be told from what a running one is building.
 * @param {string} name
 */
export function partialName(name) {
  return `.partial-${process.pid}-${name}`
}

/**
 * Removes what killed set-ups left in `folder`.
 * @param {string} folder
 */
export async function removeAbandoned(folder) {
  const names = await readdir(folder).catch(() => [])
  for (const name of names) {
    const owner = /^\.partial-(\d+)-/.exec(name)?.[1]
    if (owner !== undefined && Number(owner) !== process.pid && !isRunning(Number(owner))) {
      await rm(path.join(folder, name), { recursive: true, force: true })
    }
  }
}

/** @param {number} processId */
function isRunning(processId) {
  try {
    process.kill(processId, 0)
    return true
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM'
  }
}

/**
 * @param {string} folder
 * @returns {Promise<{ path: string, bytes: number }[]>} regular files, by path relative to `folder`
 */
async function listFiles(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map(async (entry) => {
    const file = path.join(entry.parentPath ?? entry.path, entry.name)
    return { path: path.relative(folder, file), bytes: (await stat(file)).size }
  })
  return (await Promise.all(files)).sort((one, other) => (one.path < other.path ? -1 : 1))
}
