import { createHash, randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, readdir, rename, rm, statfs } from 'node:fs/promises'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { noSpace, SetupProblem } from './problem.mjs'
import { partialName } from './parts.mjs'

/**
 * @typedef {object} PinnedFile
 * @property {string} file      its name in the downloads folder
 * @property {string} sha256    lower-case hexadecimal
 * @property {number} megabytes about how large it is
 */

/**
 * The whole, checked file in `downloads`: the one already there, or one brought by `fetch`.
 *
 * `fetch` gets an empty folder and leaves the file in it under any name. The file takes its place in `downloads`
 * only when its SHA-256 is right, so an interrupted download leaves nothing that could be mistaken for a whole one.
 * A file with a wrong hash, old or new, is deleted; a new one is fetched once more.
 * @param {PinnedFile} pinned
 * @param {string} downloads
 * @param {(folder: string) => Promise<void>} fetch
 * @returns {Promise<string>} the file's path
 * @throws {SetupProblem} when the hash is wrong twice, or whatever `fetch` throws
 */
export async function ensureDownload(pinned, downloads, fetch) {
  const target = path.join(downloads, pinned.file)
  const existing = await hashOf(target)
  if (existing === pinned.sha256) return target
  if (existing !== undefined) await rm(target)
  await mkdir(downloads, { recursive: true })
  await requireSpace(downloads, pinned.megabytes)

  let wrong = ''
  for (let attempt = 0; attempt < 2; attempt += 1) {
    const folder = path.join(downloads, partialName(`${pinned.file}-${randomUUID().slice(0, 8)}`))
    await mkdir(folder)
    try {
      await fetch(folder)
      const [arrived] = await readdir(folder)
      if (arrived === undefined) throw new SetupProblem(`${pinned.file} did not arrive`, 'run npm run setup again')
      wrong = (await hashOf(path.join(folder, arrived))) ?? ''
      if (wrong === pinned.sha256) {
        await rename(path.join(folder, arrived), target)
        return target
      }
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }
  throw new SetupProblem(
    `${pinned.file} came twice with the wrong SHA-256 (${wrong.slice(0, 12)}… instead of ${pinned.sha256.slice(0, 12)}…)`,
    'the package index or a proxy changed the file: check which index this machine uses, then run npm run setup'
  )
}

/**
 * SHA-256 of a file in hexadecimal; undefined when there is no such file.
 * @param {string} file
 */
export async function hashOf(file) {
  const hash = createHash('sha256')
  try {
    await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash)
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT') return undefined
    throw error
  }
  return hash.digest('hex')
}

/**
 * @param {string} folder an existing folder on the disk in question
 * @param {number} megabytes
 * @throws {SetupProblem} when fewer are free
 */
export async function requireSpace(folder, megabytes) {
  const { bavail, bsize } = await statfs(folder)
  if (bavail * bsize < megabytes * 1e6) {
    const problem = noSpace('')
    throw new SetupProblem(
      `${folder} has ${Math.floor((bavail * bsize) / 1e6)} MB free and ${megabytes} MB are needed`, problem.remedy
    )
  }
}
