import { existsSync } from 'node:fs'

/** Something set-up could not do: one sentence on why, one on what changes it. The next step goes on. */
export class SetupProblem extends Error {
  /**
   * @param {string} reason
   * @param {string} remedy
   */
  constructor(reason, remedy) {
    super(reason)
    this.name = 'SetupProblem'
    this.remedy = remedy
  }
}

/**
 * What any failure means to the person: a `SetupProblem` as it is, a full or read-only disk by name, the rest
 * as its own message.
 * @param {unknown} error
 * @returns {SetupProblem}
 */
export function asProblem(error) {
  if (error instanceof SetupProblem) return error
  const { code, path, message } = /** @type {NodeJS.ErrnoException} */ (error)
  const place = path ? ` at ${path}` : ''
  if (code === 'ENOSPC') return noSpace(place)
  if (code !== undefined && ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST'].includes(code)) {
    return new SetupProblem(
      `set-up cannot write${place}`,
      'make it a folder you may write in, or name another one in GRAFT_CACHE_DIR, then run npm run setup'
    )
  }
  return new SetupProblem(message || String(error), 'run npm run setup again; setup.log in the cache folder has the details')
}

/**
 * The exit code of a command's work: 0, or 1 after what went wrong and what to do were said.
 * @param {() => Promise<unknown>} work
 */
export async function exitCodeOf(work) {
  try {
    await work()
    return 0
  } catch (error) {
    const { message, remedy } = asProblem(error)
    console.error(`failed     ${message}\n           what to do: ${remedy}`)
    return 1
  }
}

/** @param {string} place */
export function noSpace(place) {
  return new SetupProblem(
    `the disk is full${place}`,
    'free some space, or name a folder on another disk in GRAFT_CACHE_DIR, then run npm run setup'
  )
}

/**
 * What to type to install a tool here.
 * @param {string} debianPackage
 * @param {{ darwin?: string, win32?: string }} others
 * @param {NodeJS.Platform} platform
 */
export function howToInstall(debianPackage, others, platform = process.platform) {
  const known = /** @type {Record<string, string | undefined>} */ (others)[platform]
  if (known !== undefined) return known
  if (existsSync('/usr/bin/apt-get')) return `sudo apt-get update && sudo apt-get install -y ${debianPackage}`
  return `install ${debianPackage} with this system's package manager`
}
