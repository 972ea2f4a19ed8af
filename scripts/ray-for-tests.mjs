import { existsSync } from 'node:fs'
import { mkdir, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { lastLine, looksOffline, runTool } from './setup/run-tool.mjs'

/** Graft itself speaks HTTP with a cluster and needs none of it: it is for the test that computes on a real head. */
export const wanted = 'ray[default]==2.60.0'
/** 75 MB come, 390 lie there; a minute and a half beside much other work. */
const longestMs = 300_000

/**
 * Brings Ray into `ray` of the cache folder, where it is not on this machine yet: a virtual environment of its own.
 * @param {string} cache
 * @param {{ environment?: NodeJS.ProcessEnv, platform?: NodeJS.Platform, run?: typeof runTool }} [options]
 * @returns {Promise<string | undefined>} why it is not there, in a few words
 */
export async function bringRay(cache, { environment = process.env, platform = process.platform, run = runTool } = {}) {
  if (platform !== 'linux') return 'clusters of several machines are for Linux'
  const folder = path.join(cache, 'ray')
  const program = path.join(folder, 'bin', 'ray')
  // Written last, so that an earlier version, or one that was left half done, does not count.
  const mark = path.join(folder, wanted)
  if (environment.GRAFT_RAY || existsSync(mark)) return undefined
  const lock = `${folder}.lock`
  // Two tests at a time share the cache, and each would remove what the other is making.
  if (!await take(lock)) return 'another test of this machine is bringing it'
  try {
    return await fill()
  } finally {
    await rm(lock, { recursive: true, force: true })
  }

  async function fill() {
    const began = Date.now()
    const step = async (/** @type {string} */ command, /** @type {string[]} */ ...words) => {
      const result = await run(command, words.flat(), {
        environment: { PIP_RETRIES: '1', PIP_DEFAULT_TIMEOUT: '20', ...environment }, timeoutMs: Math.max(1, longestMs - (Date.now() - began))
      })
      return result.code === 0 ? undefined : result
    }
    // What an earlier call left half done.
    await rm(folder, { recursive: true, force: true })
    const lacking = await step('python3', ['-m', 'venv', folder])
      ?? await step(path.join(folder, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', '--no-cache-dir', '--disable-pip-version-check', '--no-input', '--only-binary=:all:', wanted])
    if (lacking === undefined && existsSync(program)) {
      await writeFile(mark, '')
      return undefined
    }
    await rm(folder, { recursive: true, force: true })
    if (lacking?.missing) return 'there is no Python on this machine'
    if (lacking?.timedOut) return `it took longer than ${longestMs / 1000} seconds`
    return looksOffline(lacking?.output ?? '') ? 'pip does not reach its package index' : lastLine(lacking?.output ?? '')
  }
}

/**
 * A lock that whoever was killed leaves behind counts no more once its work would have been given up.
 * @param {string} lock
 */
async function take(lock) {
  const age = await stat(lock).then(({ mtimeMs }) => Date.now() - mtimeMs, () => undefined)
  if (age !== undefined && age > 2 * longestMs) await rm(lock, { recursive: true, force: true })
  await mkdir(path.dirname(lock), { recursive: true })
  return mkdir(lock).then(() => true, () => false)
}
