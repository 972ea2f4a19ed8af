import { asProblem } from './problem.mjs'

/**
 * What every step gets.
 * @typedef {object} SetupContext
 * @property {string} project   the checkout
 * @property {import('./paths.mjs').CachePaths} cache
 * @property {string} target    the system to set up, as `versions.json` names it: `linux-x64`
 * @property {boolean} foreign  true where that is not this machine's: an installer for it is made here, and nothing of it runs
 * @property {typeof import('./versions.json')} versions
 * @property {NodeJS.ProcessEnv} environment
 * @property {import('./current.mjs').Current} current               filled by the steps, written at the end
 * @property {import('./current.mjs').Current | undefined} previous  what the last set-up wrote
 * @property {{ kind: 'cpu' | 'gpu', version: string, folder: string }} [library] TensorFlow, for the binding
 * @property {(step: string) => boolean} wanted  false for a step left out by --only or --without
 * @property {(text: string) => void} report     what a long step is doing just now
 */

/**
 * @typedef {object} StepResult
 * @property {boolean} did       false when everything was there already
 * @property {string} detail
 * @property {boolean} [skipped] there is nothing to do on this machine
 * @property {import('./problem.mjs').SetupProblem} [problem] it works, but something better is missing
 */

/**
 * @typedef {object} Step
 * @property {string} id
 * @property {string} title
 * @property {boolean} [essential] nothing can run without it
 * @property {'tensorflow' | 'node' | 'models' | 'electron'} [provides] the entry of current.json it fills
 * @property {(context: SetupContext) => Promise<StepResult>} run
 */

/**
 * Runs one step and prints its line. A failure becomes an entry in `current.problems`; the steps after it go on.
 * @param {Step} step
 * @param {SetupContext} context
 * @param {(line: string) => void} print
 * @param {boolean} quiet print only what was done or went wrong
 * @returns {Promise<boolean>} false when the step failed
 */
export async function runStep(step, context, print, quiet) {
  const start = performance.now()
  const line = (/** @type {string} */ mark, /** @type {string} */ detail) => {
    const seconds = ((performance.now() - start) / 1000).toFixed(1)
    print(`${mark.padEnd(7)} ${step.title.padEnd(22)} ${seconds.padStart(6)} s   ${detail}`)
  }
  const record = (/** @type {import('./problem.mjs').SetupProblem} */ problem) => {
    context.current.problems.push({ step: step.id, reason: problem.message, remedy: problem.remedy })
    return `${problem.message}\n${' '.repeat(8)}what to do: ${problem.remedy}`
  }
  try {
    const { did, detail, skipped, problem } = await step.run(context)
    if (!quiet || did) line(skipped ? 'skipped' : 'ok', detail)
    if (problem) print(`${'note'.padEnd(7)} ${record(problem)}`)
    return true
  } catch (error) {
    line('failed', record(asProblem(error)))
    return false
  }
}
