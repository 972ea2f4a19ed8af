import { existsSync } from 'node:fs'
import { isBuilt } from './binding.mjs'
import { SetupProblem } from './problem.mjs'
import { findPip } from './registries.mjs'
import { lastLine, looksOffline, runTool } from './run-tool.mjs'

/** One thing a program needs: package names of which any will do, the preferred one first. @typedef {string[]} Need */

/**
 * What Electron links to and does not bring, a screen for tests, and Chinese letters. Where a name differs, the
 * first is that of Ubuntu 24.04 and Debian 13.
 * @type {Need[]}
 */
const windowNeeds = [
  ['libgtk-3-0t64', 'libgtk-3-0'], ['libnss3'], ['libasound2t64', 'libasound2'], ['libgbm1'], ['libdrm2'],
  ['libatspi2.0-0t64', 'libatspi2.0-0'], ['libxkbcommon0'], ['libxss1'], ['libxtst6'], ['xvfb'], ['xauth'],
  ['fonts-wqy-microhei', 'fonts-noto-cjk', 'fonts-wqy-zenhei', 'fonts-droid-fallback']
]

/**
 * Debian's and Ubuntu's packages: installed when this is root, else the line to type is given.
 * @type {import('./step.mjs').Step}
 */
export const systemPackages = {
  id: 'system',
  title: 'system packages',
  async run(context) {
    if (process.platform !== 'linux' || !existsSync('/usr/bin/dpkg-query')) {
      return { did: false, skipped: true, detail: 'only Debian and Ubuntu are served' }
    }
    const needs = [...await toolNeeds(context), ...(context.wanted('electron') ? windowNeeds : [])]
    const missing = await missingNeeds(needs)
    if (missing.length === 0) return { did: false, detail: 'all there' }

    const root = process.getuid?.() === 0
    if (root) {
      context.report('apt-get update')
      await apt(['update'], context.cache.log)
    }
    const names = await Promise.all(missing.map(availableName))
    const line = `apt-get install -y --no-install-recommends ${names.join(' ')}`
    if (!root) {
      throw new SetupProblem(
        `missing system packages: ${names.join(', ')}`, `sudo apt-get update && sudo ${line}, then npm run setup`
      )
    }
    context.report(`apt-get install ${names.join(' ')}`)
    const result = await apt(['install', '-y', '--no-install-recommends', ...names], context.cache.log)
    if (result.code !== 0) {
      const reason = looksOffline(result.output) ? 'the package archive is out of reach' : lastLine(result.output)
      throw new SetupProblem(`system packages could not be installed: ${reason}`, `apt-get update && ${line}, then npm run setup`)
    }
    return { did: true, detail: `installed ${names.join(' ')}` }
  }
}

/**
 * pip and a compiler, while something is left for them to do. Any pip and any compiler serve, not only Debian's.
 * @param {import('./step.mjs').SetupContext} context
 * @returns {Promise<Need[]>}
 */
async function toolNeeds({ previous, wanted }) {
  const folder = previous?.tensorflow?.folder
  if (!wanted('tensorflow') || (folder !== undefined && await isBuilt(folder))) return []
  /** @type {Need[]} */
  const needs = []
  if (await findPip() === undefined) needs.push(['python3-pip'])
  const compilers = await Promise.all(['g++', 'clang++'].map((name) => runTool(name, ['--version'])))
  if (compilers.every(({ code }) => code !== 0)) needs.push(['g++'])
  return needs
}

/**
 * @param {Need[]} needs
 * @returns {Promise<Need[]>} those of which no package is installed
 */
async function missingNeeds(needs) {
  const { stdout } = await runTool('dpkg-query', ['--show', '--showformat', '${Package} ${db:Status-Status}\n', ...needs.flat()])
  const installed = new Set(
    stdout.split('\n').map((line) => line.split(' ')).filter(([, state]) => state === 'installed').map(([name]) => name)
  )
  return needs.filter((need) => !need.some((name) => installed.has(name)))
}

/**
 * The first of the names that this system's package archive has.
 * @param {Need} need
 */
async function availableName(need) {
  for (const name of need) {
    if (need.length === 1 || (await runTool('apt-cache', ['show', name])).code === 0) return name
  }
  return need[need.length - 1]
}

/**
 * @param {string[]} givenArguments
 * @param {string} log
 */
function apt(givenArguments, log) {
  const options = ['-o', 'DPkg::Lock::Timeout=120', '-o', 'Acquire::Retries=2', '-q']
  return runTool('apt-get', [...options, ...givenArguments], {
    log, environment: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  })
}
