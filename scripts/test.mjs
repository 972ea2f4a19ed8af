import { existsSync, mkdtempSync, rmSync, statfsSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { buildIfStale } from './build.mjs'
import { lint, run, types, unitProjects, vitest } from './checks.mjs'
import { bringRay } from './ray-for-tests.mjs'
import { cachePaths, projectFolder } from './setup/paths.mjs'
import { setUp } from './setup/index.mjs'
import { asProblem } from './setup/problem.mjs'
import { countPlaywright, countVitest, readReport, sum } from './test-counts.mjs'
import { withoutNetwork, withoutNetworkMark } from './without-network.mjs'

// `npm test`: everything that is missing; lint, types and the unit tests, which need no build; then the build, the tests of
// the engine and the command line, and the window under Xvfb, where it can be without a network. Tests on random inputs take all their cases here.
// A test that fails is tried once more, for a machine may be held up for minutes; what passes only then is named before the
// last line, which is `N passed, N failed`; lint and types are one test each.

/** @typedef {import('./test-counts.mjs').Counts} Counts */

const passed = { passed: 1, failed: 0, skipped: 0 }
const failed = { passed: 0, failed: 1, skipped: 0 }
const reports = mkdtempSync(path.join(os.tmpdir(), 'graft-test-'))

/** The data folders, builds and packages of the tests, never all at once. */
const neededGigabytes = 4

/** @type {Counts[]} */
const counts = []
try {
  const { usable, current } = await setUp()
  const { bavail, bsize } = statfsSync(reports)
  const free = bavail * bsize / 1e9
  if (free < neededGigabytes) {
    // A run on a full disk waits for room, and so would its test, until the whole is ended from outside.
    process.stdout.write(`failed: ${free.toFixed(1)} GB are free for temporary files (${os.tmpdir()}); the tests need ${neededGigabytes}\n`)
    counts.push(failed)
  } else if (!usable) {
    counts.push(failed)
  } else {
    // It comes while others compute.
    const ray = bringRay(cachePaths().root).catch((error) => asProblem(error).message)
    counts.push(await oneTest(lint))
    const typed = []
    for (const part of types) typed.push(await oneTest(part))
    counts.push(typed.includes(failed) ? failed : passed)
    counts.push(await tests('unit and window tests', unitProjects))
    const built = await buildIfStale()
    if (!built) counts.push(failed)
    const withoutRay = await ray
    if (withoutRay !== undefined) process.stdout.write(`\nSkipped: Ray could not be brought for its test: ${withoutRay}\n`)
    counts.push(await tests('engine and command line tests', ['native']))
    counts.push(built ? await playwright(current.electron?.path) : failed)
  }
} finally {
  rmSync(reports, { recursive: true, force: true })
}
const total = sum(counts)
// Minutes of output stand above, and who reads only the end of it wants to know where to look.
for (const name of total.unsteady) process.stdout.write(`passed at its second try: ${name}\n`)
for (const name of total.names) process.stdout.write(`failed: ${name}\n`)
if (total.skipped > 0) process.stdout.write(`${total.skipped} skipped\n`)
process.stdout.write(`${total.passed} passed, ${total.failed} failed\n`)
process.exitCode = total.failed === 0 ? 0 : 1

/** @param {import('./checks.mjs').Check} check */
async function oneTest({ title, arguments: givenArguments }) {
  process.stdout.write(`\n— ${title}\n`)
  const code = await run(givenArguments)
  process.stdout.write(`${code === 0 ? 'passed' : 'failed'}: ${title}\n`)
  return code === 0 ? passed : failed
}

/**
 * @param {string} title
 * @param {readonly string[]} projects of vitest.config.mts
 */
async function tests(title, projects) {
  const file = path.join(reports, `${projects.join('-')}.json`)
  process.stdout.write(`\n— ${title}\n`)
  const code = await run([...vitest(title, projects, 'default', file).arguments, '--retry=1'], { environment: { GRAFT_CASES: 'all' } })
  return countVitest(readReport(file), code)
}

/** @param {string | undefined} electron */
async function playwright(electron) {
  if (electron === undefined) {
    process.stdout.write('failed: the window was not tested, for lack of Electron (see the set-up above)\n')
    return failed
  }
  const file = path.join(reports, 'playwright.json')
  const command = [process.execPath, path.join(projectFolder, 'node_modules', '@playwright', 'test', 'cli.js'), 'test', '--reporter=list,json', '--retries=1']
  const screen = await virtualScreen()
  if (screen === undefined) {
    process.stdout.write('failed: the window was not tested, for lack of a screen; sudo apt-get install -y xvfb xauth brings one\n')
    return failed
  }
  // The whole use of the window that the tests are works with nobody to ask.
  const { words: alone = [], missing } = withoutNetwork()
  const [program, ...rest] = [...alone, ...screen, ...command]
  process.stdout.write(`\n— the window\n${missing ? `Skipped: the window was not cut off from the network: ${missing}\n` : ''}`)
  const code = await run(rest, {
    command: program, environment: {
      PLAYWRIGHT_JSON_OUTPUT_NAME: file, ELECTRON_OVERRIDE_DIST_PATH: distFolder(electron), ...(!missing && { [withoutNetworkMark]: '1' })
    }
  })
  return countPlaywright(readReport(file), code)
}

/**
 * What to put before a command that opens windows. On Linux always Xvfb where it is installed: the same screen
 * everywhere, and nothing that jumps up in front of the person.
 * @returns {Promise<string[] | undefined>}
 */
async function virtualScreen() {
  if (process.platform !== 'linux') return []
  if (existsSync('/usr/bin/xvfb-run')) return ['/usr/bin/xvfb-run', '-a', '-s', '-screen 0 1440x960x24 -nolisten tcp']
  return process.env.DISPLAY ? [] : undefined
}

/** @param {string} electron the program, which on macOS lies three folders down */
function distFolder(electron) {
  const folder = path.dirname(electron)
  return process.platform === 'darwin' ? path.resolve(folder, '..', '..', '..') : folder
}
