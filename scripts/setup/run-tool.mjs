import { spawn } from 'node:child_process'
import { appendFileSync, mkdirSync } from 'node:fs'
import path from 'node:path'

/** How npm, pip, apt and Node say that a server is out of reach. */
const offlineSigns = [
  'ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'ENETUNREACH', 'EHOSTUNREACH',
  'NameResolution', 'Name or service not known', 'Temporary failure', 'Could not resolve', 'Network is unreachable',
  'Connection refused', 'Connection reset', 'Connection aborted', 'Connection timed out', 'ConnectTimeout',
  'Read timed out', 'Max retries', 'fetch failed', 'ProxyError', 'Unknown host', 'Connect to '
]

/**
 * @typedef {object} ToolResult
 * @property {number} code     exit code; -1 when a signal or the time limit ended it
 * @property {boolean} missing no such program on this machine
 * @property {boolean} timedOut
 * @property {NodeJS.Signals | null} signal
 * @property {string} output   stdout and stderr together
 * @property {string} stdout
 */

/**
 * Runs a program to its end and keeps what it printed. Never throws on failure: the caller decides.
 * @param {string} command
 * @param {string[]} givenArguments
 * @param {{ folder?: string, environment?: NodeJS.ProcessEnv, timeoutMs?: number, log?: string, shell?: boolean }} [options]
 * @returns {Promise<ToolResult>}
 */
export function runTool(command, givenArguments, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, givenArguments, {
      cwd: options.folder,
      env: options.environment ?? process.env,
      shell: options.shell ?? false,
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true
    })
    let output = ''
    let stdout = ''
    let timedOut = false
    const timer = options.timeoutMs && setTimeout(() => {
      timedOut = true
      child.kill('SIGKILL')
    }, options.timeoutMs)
    child.stdout.on('data', (piece) => {
      output += piece
      stdout += piece
    })
    child.stderr.on('data', (piece) => {
      output += piece
    })
    const end = (/** @type {Partial<ToolResult>} */ result) => {
      if (timer) clearTimeout(timer)
      const whole = { code: -1, missing: false, timedOut, signal: null, output, stdout, ...result }
      if (options.log) keepLog(options.log, command, givenArguments, whole)
      resolve(whole)
    }
    child.on('error', (/** @type {NodeJS.ErrnoException} */ error) => {
      end({ missing: error.code === 'ENOENT' || error.code === 'EACCES', output: `${output}${error.message}` })
    })
    child.on('close', (code, signal) => end({ code: code ?? -1, signal }))
  })
}

/**
 * The line of a tool's output that says why it failed.
 * @param {string} output
 */
export function lastLine(output) {
  const lines = output.split('\n').map((line) => line.trim().replace(/^npm (?:error|ERR!) /, ''))
    .filter((line) => line !== '' && !line.startsWith('A complete log of this run'))
  const telling = lines.filter((line) => /error|failed|cannot|unable|not found|forbidden|denied/i.test(line))
  return (telling.at(-1) ?? lines.at(-1) ?? 'it printed nothing').slice(0, 300)
}

/**
 * True when a tool's output says that a server could not be reached.
 * @param {string} output
 */
export function looksOffline(output) {
  return offlineSigns.some((sign) => output.includes(sign))
}

/**
 * @param {string} log
 * @param {string} command
 * @param {string[]} givenArguments
 * @param {ToolResult} result
 */
function keepLog(log, command, givenArguments, result) {
  try {
    mkdirSync(path.dirname(log), { recursive: true })
    const head = `--- ${new Date().toISOString()} ${[command, ...givenArguments].join(' ')} → ${result.code}\n`
    appendFileSync(log, `${head}${result.output}\n`)
  } catch {
    // A log that cannot be written must not stop what it describes.
  }
}
