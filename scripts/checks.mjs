import { spawn } from 'node:child_process'
import path from 'node:path'
import { projectFolder } from './setup/paths.mjs'

// What `npm run check` and `npm test` both do, as the programs that `npm run lint`, `types` and `unit` start.

const modules = path.join(projectFolder, 'node_modules')

/** @typedef {{ title: string, arguments: string[] }} Check one Node program with its arguments */

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
