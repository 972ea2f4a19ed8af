import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'

// yauzl and tar come with `npm ci`, which runs before these: hence the imports at the time of use.

/**
 * Takes chosen files out of a zip (a Python wheel is one).
 * @param {string} archive
 * @param {string} folder
 * @param {(name: string) => string | undefined} choose the name in the archive → the relative path to write, or nothing
 * @returns {Promise<number>} how many files were written
 */
export async function takeFromZip(archive, folder, choose) {
  const { default: yauzl } = await import('yauzl')
  const zip = await new Promise((resolve, reject) => {
    yauzl.open(archive, { lazyEntries: true, autoClose: true }, (error, opened) => (error ? reject(error) : resolve(opened)))
  })
  let taken = 0
  await new Promise((resolve, reject) => {
    zip.on('error', reject)
    zip.on('end', resolve)
    zip.on('entry', (/** @type {import('yauzl').Entry} */ entry) => {
      const relative = entry.fileName.endsWith('/') ? undefined : choose(entry.fileName)
      if (relative === undefined) {
        zip.readEntry()
        return
      }
      writeEntry(zip, entry, path.join(folder, relative)).then(() => {
        taken += 1
        zip.readEntry()
      }, reject)
    })
    zip.readEntry()
  })
  return taken
}

/**
 * @param {import('yauzl').ZipFile} zip
 * @param {import('yauzl').Entry} entry
 * @param {string} target
 */
async function writeEntry(zip, entry, target) {
  await mkdir(path.dirname(target), { recursive: true })
  /** @type {import('node:stream').Readable} */
  const content = await new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, stream) => (error ? reject(error) : resolve(stream)))
  })
  await pipeline(content, createWriteStream(target))
}

/**
 * Takes chosen files out of a .tar.gz, with their paths and modes.
 * @param {string} archive
 * @param {string} folder
 * @param {(name: string) => boolean} choose
 * @param {number} [strip] leading folders to drop
 */
export async function takeFromTar(archive, folder, choose, strip = 0) {
  const tar = await import('tar')
  await tar.x({ file: archive, cwd: folder, strip, strict: true, filter: (name) => choose(name) })
}
