import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { SetupProblem } from './problem.mjs'
import { fetchProblem, runNpm } from './registries.mjs'

/** @typedef {{ packages: Record<string, { version?: string, optional?: boolean, link?: boolean }> }} Lock */

/** @type {import('./step.mjs').Step} */
export const dependencies = {
  id: 'dependencies',
  title: 'npm packages',
  essential: true,
  async run({ project, cache, report }) {
    const [major, minor] = process.versions.node.split('.').map(Number)
    if (major < 20 || (major === 20 && minor < 19)) {
      throw new SetupProblem(`Node.js ${process.versions.node} is too old for Graft`, 'install Node.js 20.19 or newer')
    }
    const lock = await readLock(path.join(project, 'package-lock.json'))
    if (lock === undefined) {
      throw new SetupProblem('package-lock.json is missing or damaged', 'restore it: git checkout package-lock.json')
    }
    const installed = await readLock(path.join(project, 'node_modules', '.package-lock.json'))
    const count = `${Object.keys(lock.packages).length - 1} in the lock`
    if (installed !== undefined && isInstalled(lock, installed)) return { did: false, detail: count }

    report('npm ci, install scripts off')
    const result = await runNpm(['ci'], { folder: project, log: cache.log })
    if (result.missing) throw new SetupProblem('npm is not installed', 'install Node.js 20 or newer, which brings npm')
    if (result.code !== 0) throw fetchProblem('the npm packages', 'npm', result.output)
    return { did: true, detail: `${count}, install scripts off` }
  }
}

/**
 * Says whether every package of the lock is installed in its version. Optional ones may be missing: npm leaves out
 * those of other systems.
 * @param {Lock} lock       package-lock.json
 * @param {Lock} installed  the record npm leaves in node_modules when it has finished
 */
export function isInstalled(lock, installed) {
  return Object.entries(lock.packages).every(([place, wanted]) => {
    const found = installed.packages[place]
    return place === '' || (found === undefined ? wanted.optional === true : found.version === wanted.version)
  })
}

/**
 * @param {string} file
 * @returns {Promise<Lock | undefined>}
 */
async function readLock(file) {
  try {
    const lock = JSON.parse(await readFile(file, 'utf8'))
    return typeof lock.packages === 'object' ? lock : undefined
  } catch {
    return undefined
  }
}
