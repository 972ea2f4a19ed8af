import { existsSync } from 'node:fs'
import path from 'node:path'
import { howToInstall, noSpace, SetupProblem } from './problem.mjs'
import { lastLine, looksOffline, runTool } from './run-tool.mjs'

// Python packages come through pip, Node's through npm and Java's through Maven: each knows the mirror, the proxy and the
// certificates this machine uses, and set-up names no address of its own.

/** @typedef {{ package: string, version: string, file: string, sha256: string, megabytes: number }} PinnedPackage */
/** @typedef {PinnedPackage & { tag: string, python?: string }} PinnedWheel */
/** @typedef {PinnedPackage & { group: string, classifier: string }} PinnedJar */

/**
 * Brings one wheel, whatever Python and processor this machine has.
 * @param {PinnedWheel} wheel
 * @param {string} folder
 * @param {string} log
 */
export async function fetchWheel(wheel, folder, log) {
  const pip = await findPip()
  if (pip === undefined) throw pipMissing()
  const result = await runTool(pip[0], [
    ...pip.slice(1), 'download', `${wheel.package}==${wheel.version}`, '--dest', folder,
    '--no-deps', '--no-cache-dir', '--disable-pip-version-check', '--no-input', '--progress-bar', 'off',
    '--only-binary=:all:', '--platform', wheel.tag, '--python-version', wheel.python ?? '3.11', '--implementation', 'cp'
  ], { log, environment: { PIP_RETRIES: '1', PIP_DEFAULT_TIMEOUT: '20', PIP_RESUME_RETRIES: '5', ...process.env } })
  if (result.code !== 0) throw fetchProblem(`${wheel.package} ${wheel.version}`, 'pip', result.output)
}

/**
 * Brings one npm package as its .tgz.
 * @param {PinnedPackage} pinned
 * @param {string} folder
 * @param {string} log
 */
export async function fetchNpmPackage(pinned, folder, log) {
  const result = await runNpm(['pack', `${pinned.package}@${pinned.version}`, '--pack-destination', folder], { log })
  if (result.code !== 0) throw fetchProblem(`${pinned.package} ${pinned.version}`, 'npm', result.output)
}

/**
 * Brings one file of a Java library, with Maven's own client.
 * @param {PinnedJar} jar
 * @param {string} folder
 * @param {string} log
 */
export async function fetchJar(jar, folder, log) {
  const { group, package: name, version, classifier } = jar
  const shell = process.platform === 'win32'
  const result = await runTool('mvn', [
    '--batch-mode', '--quiet', 'dependency:copy', `-Dartifact=${group}:${name}:${version}:jar:${classifier}`, shell ? `"-DoutputDirectory=${folder}"` : `-DoutputDirectory=${folder}`
  ], { log, shell })
  if (result.missing || (shell && /is not recognized/.test(result.output))) {
    throw new SetupProblem(
      'Maven is not installed, and TensorFlow for Windows comes as a Java library',
      `${howToInstall('maven', { win32: 'install Java and Maven (winget install Microsoft.OpenJDK.21; scoop install maven)' })}, then npm run setup`
    )
  }
  if (result.code !== 0) throw fetchProblem(`${name} ${version}`, 'mvn', result.output)
}

/**
 * Runs npm: the one that started this script when there is one, else the one beside this Node, else the one on PATH.
 * @param {string[]} givenArguments
 * @param {{ folder?: string, log?: string }} [options]
 */
export async function runNpm(givenArguments, options = {}) {
  const given = process.env.npm_execpath
  const beside = path.join(path.dirname(process.execPath), 'node_modules', 'npm', 'bin', 'npm-cli.js')
  const script = [given, beside].find((file) => file?.endsWith('npm-cli.js') && existsSync(file))
  const flags = [
    '--no-audit', '--no-fund', '--ignore-scripts', '--prefer-offline',
    // npm's own patience would keep a person without a network waiting for a minute and more.
    '--fetch-retries=1', '--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=2000'
  ]
  if (script !== undefined) return runTool(process.execPath, [script, ...givenArguments, ...flags], options)
  return runTool('npm', [...givenArguments, ...flags], { ...options, shell: process.platform === 'win32' })
}

/** @returns {Promise<string[] | undefined>} the command that runs pip here */
export async function findPip() {
  const candidates = [['python3', '-m', 'pip'], ['python', '-m', 'pip'], ['py', '-3', '-m', 'pip'], ['pip3'], ['pip']]
  for (const candidate of candidates) {
    const { code } = await runTool(candidate[0], [...candidate.slice(1), '--version'], { timeoutMs: 20_000 })
    if (code === 0) return candidate
  }
  return undefined
}

function pipMissing() {
  const way = howToInstall('python3-pip', { darwin: 'xcode-select --install', win32: 'winget install Python.Python.3.12' })
  return new SetupProblem(
    'Python with pip is not installed, and TensorFlow and the pre-trained model come as Python packages', `${way}, then npm run setup`
  )
}

/**
 * @param {string} what
 * @param {'pip' | 'npm' | 'mvn'} tool
 * @param {string} output
 */
export function fetchProblem(what, tool, output) {
  if (/No space left|ENOSPC/i.test(output)) return noSpace(`: ${what} did not fit`)
  if (looksOffline(output)) {
    return new SetupProblem(
      `${what} could not be fetched: ${tool} does not reach its package index`,
      `check the network and ${tool}'s proxy setting, then run npm run setup`
    )
  }
  return new SetupProblem(
    `${what} could not be fetched: ${lastLine(output)}`, `check ${tool}'s settings, then run npm run setup`
  )
}
