import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

// Writes docs/command-line.md from the schemas, through the command line as it is now.

const project = path.join(path.dirname(fileURLToPath(import.meta.url)), '..')

/**
 * @param {string[]} words
 * @returns {string} what it printed
 */
function run(words) {
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { cwd: project, encoding: 'utf8' })
  if (status === 0) return stdout
  process.stderr.write(stderr)
  process.exit(1)
}

run([path.join('scripts', 'build-engine.mjs')])
const stdout = run([path.join('out', 'engine', 'cli.js'), 'reference', '--lang', 'en'])
mkdirSync(path.join(project, 'docs'), { recursive: true })
writeFileSync(path.join(project, 'docs', 'command-line.md'), stdout)
