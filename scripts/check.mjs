import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { lint, run, types, unitProjects, vitest } from './checks.mjs'
import { countVitest, readReport } from './test-counts.mjs'

// `npm run check`: lint and types beside the unit tests, for most of the time each of them keeps only one core busy.
// It prints a line for each part when that has ended, and all that a part said only where it failed.

/** @typedef {import('./checks.mjs').Check} Check */

const began = performance.now()
const reports = mkdtempSync(path.join(os.tmpdir(), 'graft-check-'))
const report = path.join(reports, 'vitest.json')
const environment = process.stdout.isTTY && process.env.NO_COLOR === undefined ? { FORCE_COLOR: '1' } : {}
let failures = 0

try {
  await Promise.all([
    oneAfterAnother([lint, ...types]),
    oneAfterAnother([vitest('unit and window tests', unitProjects, 'dot', report)])
  ])
} finally {
  rmSync(reports, { recursive: true, force: true })
}
process.stdout.write(`${failures === 0 ? 'all passed' : `${failures} failed`} in ${seconds(began)}\n`)
process.exitCode = failures === 0 ? 0 : 1

/** @param {Check[]} checks */
async function oneAfterAnother(checks) {
  for (const { title, arguments: givenArguments } of checks) {
    const start = performance.now()
    /** @type {Buffer[]} */
    const said = []
    const code = await run(givenArguments, { environment, hear: (text) => said.push(text) })
    const text = Buffer.concat(said).toString()
    if (code !== 0) {
      failures += 1
      process.stdout.write(`\n${text.trimEnd()}\n`)
    } else {
      for (const [line] of text.matchAll(/^Skipped: .*$/gm)) process.stdout.write(`${line}\n`)
    }
    const counts = givenArguments.includes(`--outputFile.json=${report}`) ? ` · ${countsOf(code)}` : ''
    process.stdout.write(`${code === 0 ? 'passed' : 'failed'}: ${title}${counts} (${seconds(start)})\n`)
  }
}

/** @param {number} code */
function countsOf(code) {
  const { passed, failed, skipped } = countVitest(readReport(report), code)
  return [`${passed} passed`, ...(failed > 0 ? [`${failed} failed`] : []), ...(skipped > 0 ? [`${skipped} skipped`] : [])].join(', ')
}

/** @param {number} since */
function seconds(since) {
  return `${Math.round((performance.now() - since) / 1000)} s`
}
