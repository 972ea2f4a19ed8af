import { spawnSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { projectFolder } from './setup/paths.mjs'
import { runNpm } from './setup/registries.mjs'

/** What `npm run build` writes, the last in each part. */
const products = ['out/main/index.js', 'out/preload/index.js', 'out/renderer/index.html', 'out/engine/cli.js']
const sources = ['src', 'electron.vite.config.ts', 'package-lock.json']

/**
 * Says whether some part of the build is missing or older than the newest source.
 * @param {string} [project]
 */
export function buildIsStale(project = projectFolder) {
  const newest = Math.max(...sources.map((name) => newestChange(path.join(project, name))))
  return products.some((name) => {
    const product = statSync(path.join(project, name), { throwIfNoEntry: false })
    return product === undefined || product.mtimeMs < newest
  })
}

/**
 * Builds when the build is stale, and prints one line when it does.
 * @returns {Promise<boolean>} false when the build failed; its words are then on stderr
 */
export async function buildIfStale() {
  if (!buildIsStale()) return true
  const start = performance.now()
  const result = await runNpm(['run', 'build'], { folder: projectFolder })
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  process.stdout.write(`${result.code === 0 ? 'ok     ' : 'failed '} ${'build'.padEnd(22)} ${seconds.padStart(6)} s\n`)
  if (result.code !== 0) process.stderr.write(`${result.output}\n`)
  return result.code === 0
}

/**
 * Runs `graft …` with this terminal.
 * @param {string[]} givenArguments
 * @returns {number} its exit code
 */
export function runGraft(givenArguments) {
  const program = path.join(projectFolder, 'bin', 'graft.cjs')
  const { status } = spawnSync(process.execPath, [program, ...givenArguments], { stdio: 'inherit' })
  return status ?? 130
}

/**
 * The newest change under a file or folder, in milliseconds; folders count too, since deleting a file changes them.
 * @param {string} place
 * @returns {number} 0 when it is not there
 */
function newestChange(place) {
  const stat = statSync(place, { throwIfNoEntry: false })
  if (stat === undefined) return 0
  if (!stat.isDirectory()) return stat.mtimeMs
  return readdirSync(place).reduce((newest, name) => Math.max(newest, newestChange(path.join(place, name))), stat.mtimeMs)
}
