import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { lint, runSideBySide, secondsSince, types, unitProjects, vitest } from './checks.mjs'
import { countVitest, readReport } from './test-counts.mjs'

// `npm run check`: lint and types beside the unit tests, for each of them leaves a core idle for much of its time.

const began = performance.now()
const reports = mkdtempSync(path.join(os.tmpdir(), 'graft-check-'))
const report = path.join(reports, 'vitest.json')
const colours = process.stdout.isTTY && process.env.NO_COLOR === undefined ? { FORCE_COLOR: '1' } : {}

try {
  const unit = { ...vitest('unit and window tests', unitProjects, 'dot', report), found: countsOf }
  const failures = await runSideBySide([[lint, ...types], [unit]], (text) => process.stdout.write(text), colours)
  process.stdout.write(`${failures === 0 ? 'all passed' : `${failures} failed`} in ${secondsSince(began)}\n`)
  process.exitCode = failures === 0 ? 0 : 1
} finally {
  rmSync(reports, { recursive: true, force: true })
}

/** @param {number} code */
function countsOf(code) {
  const { passed, failed, skipped } = countVitest(readReport(report), code)
  return [`${passed} passed`, ...(failed > 0 ? [`${failed} failed`] : []), ...(skipped > 0 ? [`${skipped} skipped`] : [])].join(', ')
}
