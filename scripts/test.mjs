import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { buildIfStale } from './build.mjs'
import { projectFolder } from './setup/paths.mjs'
import { setUp } from './setup/index.mjs'
import { countPlaywright, countVitest, sum } from './test-counts.mjs'

// `npm test`: everything that is missing, the build, lint, types, unit and engine tests, and the window under Xvfb.
// The last line is `N passed, N failed`; lint and types are one test each.

/** @typedef {import('./test-counts.mjs').Counts} Counts */

const passed = { passed: 1, failed: 0, skipped: 0 }
const failed = { passed: 0, failed: 1, skipped: 0 }
const reports = mkdtempSync(path.join(os.tmpdir(), 'graft-test-'))
const modules = path.join(projectFolder, 'node_modules')

/** @type {Counts[]} */
const counts = []
try {
  const { usable, current } = await setUp()
  if (!usable) {
    counts.push(failed)
  } else {
    const built = await buildIfStale()
    if (!built) counts.push(failed)
    counts.push(await oneTest('lint', 'eslint/bin/eslint.js', ['.']))
    counts.push(await types())
    counts.push(await vitest())
    counts.push(built ? await playwright(current.electron?.path) : failed)
  }
} finally {
  rmSync(reports, { recursive: true, force: true })
}
const total = sum(counts)
if (total.skipped > 0) process.stdout.write(`${total.skipped} skipped\n`)
process.stdout.write(`${total.passed} passed, ${total.failed} failed\n`)
process.exitCode = total.failed === 0 ? 0 : 1

/**
 * @param {string} title
 * @param {string} script in node_modules
 * @param {string[]} givenArguments
 */
async function oneTest(title, script, givenArguments) {
  const code = await run(title, process.execPath, [path.join(modules, script), ...givenArguments])
  process.stdout.write(`${code === 0 ? 'passed' : 'failed'}: ${title}\n`)
  return code === 0 ? passed : failed
}

async function types() {
  const node = await oneTest('types', 'typescript/bin/tsc', ['--noEmit', '-p', 'tsconfig.node.json'])
  const web = await oneTest('types of the window', 'vue-tsc/bin/vue-tsc.js', ['--noEmit', '-p', 'tsconfig.web.json'])
  const ends = await oneTest('types of the end-to-end tests', 'typescript/bin/tsc', ['--noEmit', '-p', 'tsconfig.e2e.json'])
  return node.failed + web.failed + ends.failed === 0 ? passed : failed
}

async function vitest() {
  const file = path.join(reports, 'vitest.json')
  const code = await run('unit and engine tests', process.execPath, [
    path.join(modules, 'vitest', 'vitest.mjs'), 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`
  ])
  return countVitest(/** @type {import('./test-counts.mjs').VitestReport | undefined} */ (readReport(file)), code)
}

/** @param {string | undefined} electron */
async function playwright(electron) {
  if (electron === undefined) {
    process.stdout.write('failed: the window was not tested, for lack of Electron (see the set-up above)\n')
    return failed
  }
  const file = path.join(reports, 'playwright.json')
  const command = [process.execPath, path.join(modules, '@playwright', 'test', 'cli.js'), 'test', '--reporter=list,json']
  const screen = await virtualScreen()
  if (screen === undefined) {
    process.stdout.write('failed: the window was not tested, for lack of a screen; sudo apt-get install -y xvfb xauth brings one\n')
    return failed
  }
  const [program, ...rest] = [...screen, ...command]
  const code = await run('the window', program, rest, {
    PLAYWRIGHT_JSON_OUTPUT_NAME: file, ELECTRON_OVERRIDE_DIST_PATH: distFolder(electron)
  })
  return countPlaywright(/** @type {import('./test-counts.mjs').PlaywrightReport | undefined} */ (readReport(file)), code)
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

/**
 * @param {string} title
 * @param {string} command
 * @param {string[]} givenArguments
 * @param {NodeJS.ProcessEnv} [environment]
 * @returns {Promise<number>} its exit code
 */
function run(title, command, givenArguments, environment = {}) {
  process.stdout.write(`\n— ${title}\n`)
  return new Promise((resolve) => {
    const child = spawn(command, givenArguments, {
      cwd: projectFolder, stdio: 'inherit', env: { ...process.env, ...environment }
    })
    child.on('error', (error) => {
      process.stderr.write(`${error.message}\n`)
      resolve(1)
    })
    child.on('close', (code) => resolve(code ?? 1))
  })
}

/**
 * @param {string} file
 * @returns {unknown} the report; undefined when the tool ended without one
 */
function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}
