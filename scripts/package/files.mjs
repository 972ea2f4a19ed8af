import { constants } from 'node:fs'
import { copyFile, cp, lstat, mkdir, readdir } from 'node:fs/promises'
import path from 'node:path'

/**
 * Copies a file, making its folder. A copy of its own, never a link: what is packed is changed afterwards.
 * @param {string} from
 * @param {string} to
 */
export async function copy(from, to) {
  await mkdir(path.dirname(to), { recursive: true })
  await copyFile(from, to, constants.COPYFILE_FICLONE)
}

/**
 * Copies a folder, without what `wanted` refuses; links stay links.
 * @param {string} from
 * @param {string} to
 * @param {(relativePath: string) => boolean} [wanted] false leaves a file, or a folder and all in it, out
 */
export async function copyFolder(from, to, wanted = () => true) {
  await cp(from, to, {
    recursive: true, verbatimSymlinks: true, mode: constants.COPYFILE_FICLONE,
    filter: (source) => source === from || wanted(path.relative(from, source).split(path.sep).join('/'))
  })
}

/**
 * @param {string} place a file or a folder
 * @returns {Promise<number>} bytes of all files in it
 */
export async function bytesIn(place) {
  const stat = await lstat(place)
  if (!stat.isDirectory()) return stat.size
  const inside = await readdir(place)
  const sizes = await Promise.all(inside.map((name) => bytesIn(path.join(place, name))))
  return sizes.reduce((sum, size) => sum + size, 0)
}

/** @param {number} bytes */
export const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`
