import { spawn } from 'node:child_process'
import path from 'node:path'
import { projectFolder } from './setup/paths.mjs'

// What `npm run check` and `npm test` both do, as the programs that `npm run lint`, `types` and `unit` start.

const modules = path.join(projectFolder, 'node_modules')

/**
 * One Node program with its arguments.
 * @typedef {object} Check
 * @property {string} title
 * @property {string[]} arguments
 * @property {(code: number) => string} [found] what there is to say of its end
 */

/** @type {Check} */
export const lint = {
  title: 'lint',
  arguments: [path.join(modules, 'eslint', 'bin', 'eslint.js'), '.',
    '--cache', '--cache-strategy', 'content', '--cache-location', path.join(modules, '.cache', 'eslint', path.sep)]
}

/** @type {Check[]} */
export const types = [
  { title: 'types of the window', arguments: [path.join(modules, 'vue-tsc', 'bin', 'vue-tsc.js'), '-p', 'tsconfig.web.json'] },
  { title: 'types', arguments: [path.join(modules, 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.node.json'] },
  { title: 'types of the end-to-end tests', arguments: [path.join(modules, 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.e2e.json'] }
]

/** The projects of vitest.config.mts that need no build and no native library. */
export const unitProjects = ['unit', 'alone', 'window']

/**
 * @param {string} title
 * @param {readonly string[]} projects
 * @param {string} reporter what is shown of it
 * @param {string} reportFile where its report goes, as JSON
 * @returns {Check}
 */
export const vitest = (title, projects, reporter, reportFile) => ({
  title,
  arguments: [
    path.join(modules, 'vitest', 'vitest.mjs'), 'run', ...projects.map((project) => `--project=${project}`),
    `--reporter=${reporter}`, '--reporter=json', `--outputFile.json=${reportFile}`
  ]
})

/**
 * Runs a check and passes on what it says, as it says it.
 * @param {string[]} givenArguments of Node
 * @param {object} [options]
 * @param {string} [options.command] another program than this Node
 * @param {NodeJS.ProcessEnv} [options.environment] beside this process's own
 * @param {(text: Buffer) => void} [options.hear] takes what it says instead of the terminal
 * @returns {Promise<number>} its exit code
 */
export function run(givenArguments, { command = process.execPath, environment = {}, hear } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, givenArguments, {
      cwd: projectFolder, stdio: hear ? ['ignore', 'pipe', 'pipe'] : 'inherit', env: { ...process.env, ...environment }
    })
    if (hear) {
      child.stdout?.on('data', hear)
      child.stderr?.on('data', hear)
    }
    child.on('error', (error) => {
      process.stderr.write(`${error.message}\n`)
      resolve(1)
    })
    child.on('close', (code) => resolve(code ?? 1))
  })
}

/**
 * Runs lanes of checks beside each other, in a lane one check after another. Prints a line for each check when it has
 * ended, before that the tests it skipped, and all it said only where it failed.
 * @param {Check[][]} lanes
 * @param {(text: string) => void} write
 * @param {NodeJS.ProcessEnv} [environment]
 * @returns {Promise<number>} how many failed
 */
export async function runSideBySide(lanes, write, environment = {}) {
  let failures = 0
  await Promise.all(lanes.map(async (lane) => {
    for (const check of lane) {
      const began = performance.now()
      /** @type {Buffer[]} */
      const said = []
      const code = await run(check.arguments, { environment, hear: (text) => said.push(text) })
      const text = Buffer.concat(said).toString()
      if (code !== 0) {
        failures += 1
        write(`\n${text.trimEnd()}\n`)
      } else {
        for (const [line] of text.matchAll(/^Skipped: .*$/gm)) write(`${line}\n`)
      }
      const found = check.found ? ` · ${check.found(code)}` : ''
      write(`${code === 0 ? 'passed' : 'failed'}: ${check.title}${found} (${secondsSince(began)})\n`)
    }
  }))
  return failures
}

/** @param {number} began by `performance.now()` */
export function secondsSince(began) {
  return `${Math.round((performance.now() - began) / 1000)} s`
}
