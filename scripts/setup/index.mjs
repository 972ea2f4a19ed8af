import { readFileSync } from 'node:fs'
import { mkdir, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { binding } from './binding.mjs'
import { readCurrent, writeCurrent } from './current.mjs'
import { dependencies } from './dependencies.mjs'
import { electron } from './electron.mjs'
import { linkCommand } from './link-command.mjs'
import { models } from './models.mjs'
import { nodeRuntime } from './node-runtime.mjs'
import { removeAbandoned } from './parts.mjs'
import { cachePaths, projectFolder } from './paths.mjs'
import { asProblem } from './problem.mjs'
import { runStep } from './step.mjs'
import { systemPackages } from './system-packages.mjs'
import { tensorflow } from './tensorflow.mjs'

/** In the order they run. @type {import('./step.mjs').Step[]} */
export const steps = [dependencies, systemPackages, nodeRuntime, tensorflow, binding, models, electron, linkCommand]

/** This machine, as `versions.json` names it. */
export const ownTarget = `${process.platform}-${process.arch}`

/** The steps that bring parts of another system: what an installer for it carries. */
export const foreignSteps = ['node', 'tensorflow', 'binding', 'models', 'electron']

const versions = JSON.parse(readFileSync(new URL('./versions.json', import.meta.url), 'utf8'))

/**
 * Brings everything Graft runs on: npm packages, Node, TensorFlow, Electron. Whole parts are left alone, so a
 * second call only looks. What fails is named, with what to do, and the rest goes on.
 * @param {{ quiet?: boolean, only?: string[], without?: string[], target?: string, print?: (line: string) => void,
 *           steps?: import('./step.mjs').Step[], cache?: import('./paths.mjs').CachePaths, project?: string }} [options]
 *   `target`: another system than this one, such as `win32-x64`; its parts lie beside this one's, in a record of their own
 * @returns {Promise<{ usable: boolean, current: import('./current.mjs').Current }>} `usable`: the npm packages are
 *   there, so that at least the WebAssembly backend runs
 */
export async function setUp(options = {}) {
  const { quiet = false, only, without = [], print = printLine, project = projectFolder, target = ownTarget } = options
  const foreign = target !== ownTarget
  const cache = recordOf(target, options.cache ?? cachePaths())
  const wanted = (/** @type {string} */ id) => (only === undefined || only.includes(id)) && !without.includes(id)
  const previous = await readCurrent(cache.current)
  /** @type {import('./step.mjs').SetupContext} */
  const context = {
    project, cache, versions, previous, wanted, target, foreign,
    environment: process.env,
    current: { schemaVersion: 1, problems: [] },
    report: process.stdout.isTTY && print === printLine ? showProgress : () => undefined
  }
  await prepareCache(cache, context.current)

  let usable = true
  for (const step of options.steps ?? steps) {
    if (!usable || !wanted(step.id)) {
      keepPrevious(step, context)
    } else if (!(await runStep(step, context, print, quiet)) && step.essential) {
      usable = false
    }
  }
  await writeCurrent(cache.current, context.current).catch((error) => print(`failed  ${asProblem(error).message}`))
  return { usable, current: context.current }
}

/**
 * @param {string} target
 * @param {import('./paths.mjs').CachePaths} cache
 * @returns {import('./paths.mjs').CachePaths}
 */
function recordOf(target, cache) {
  return target === ownTarget ? cache : { ...cache, current: path.join(cache.runtime, `current-${target}.json`) }
}

/**
 * @param {import('./paths.mjs').CachePaths} cache
 * @param {import('./current.mjs').Current} current
 */
async function prepareCache(cache, current) {
  try {
    await mkdir(cache.runtime, { recursive: true })
    await removeAbandoned(cache.runtime)
    await removeAbandoned(cache.downloads)
    const { size } = await stat(cache.log).catch(() => ({ size: 0 }))
    if (size > 1e6) await rm(cache.log)
  } catch (error) {
    const { message, remedy } = asProblem(error)
    current.problems.push({ step: 'cache', reason: message, remedy })
  }
}

/**
 * A step that does not run keeps what the last set-up found.
 * @param {import('./step.mjs').Step} step
 * @param {import('./step.mjs').SetupContext} context
 */
function keepPrevious({ id, provides }, { current, previous }) {
  if (previous === undefined) return
  if (provides !== undefined && previous[provides] !== undefined) Object.assign(current, { [provides]: previous[provides] })
  current.problems.push(...previous.problems.filter((problem) => problem.step === id))
}

/** @param {string} line */
function printLine(line) {
  process.stdout.write(`${process.stdout.isTTY ? '\r\u001b[K' : ''}${line}\n`)
}

/** @param {string} text */
function showProgress(text) {
  process.stdout.write(`\r\u001b[K…       ${text}`.slice(0, (process.stdout.columns ?? 80) + 3))
}

async function main() {
  const list = (/** @type {string | undefined} */ names) => names?.split(',').map((name) => name.trim())
  const { values } = parseArgs({
    options: { quiet: { type: 'boolean' }, only: { type: 'string' }, without: { type: 'string' }, help: { type: 'boolean' } }
  })
  const ids = steps.map((step) => step.id)
  const unknown = [...list(values.only) ?? [], ...list(values.without) ?? []].filter((name) => !ids.includes(name))
  if (values.help || unknown.length > 0) {
    if (unknown.length > 0) console.error(`There is no step ${unknown.join(', ')}.`)
    console.error(`npm run setup -- [--quiet] [--only STEP,…] [--without STEP,…]   steps: ${ids.join(' ')}`)
    return values.help ? 0 : 2
  }
  const start = performance.now()
  const { usable, current } = await setUp({ quiet: values.quiet, only: list(values.only), without: list(values.without) })
  if (!values.quiet) {
    const backend = current.tensorflow?.kind ?? 'wasm'
    printLine(`${usable ? 'ready' : 'not ready'} after ${((performance.now() - start) / 1000).toFixed(1)} s; backend: ${backend}`)
  }
  return usable ? 0 : 1
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) process.exitCode = await main()
