import { readFileSync } from 'node:fs'
import path from 'node:path'
import { projectFolder } from './setup/paths.mjs'

/** @typedef {{ passed: number, failed: number, skipped: number, names?: string[] }} Counts with the names of the tests that failed */

/**
 * @typedef {object} VitestReport
 * @property {number} numPassedTests
 * @property {number} numFailedTests
 * @property {number} numPendingTests
 * @property {{ name: string, status: string, assertionResults: { status: string, fullName: string }[] }[]} testResults one per file
 */

/** @typedef {{ specs?: { title: string, file: string, ok: boolean }[], suites?: Suite[] }} Suite */
/** @typedef {{ stats: { expected: number, unexpected: number, flaky: number, skipped: number }, errors: unknown[], suites: Suite[] }} PlaywrightReport */

/**
 * A file that did not load counts as one failed test, and so does a run that failed without naming a test.
 * @param {VitestReport | undefined} report undefined when there is none
 * @param {number} exitCode
 * @returns {Counts}
 */
export function countVitest(report, exitCode) {
  if (report === undefined) return { passed: 0, failed: 1, skipped: 0 }
  const unloaded = report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0)
  const failed = report.numFailedTests + unloaded.length
  const names = report.testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.filter(({ status }) => status === 'failed').map(({ fullName }) => `${path.relative(projectFolder, name)}: ${fullName}`))
  return {
    passed: report.numPassedTests, failed: named(failed, exitCode), skipped: report.numPendingTests,
    names: [...names, ...unloaded.map(({ name }) => `${path.relative(projectFolder, name)}, which did not load`)]
  }
}

/**
 * @param {PlaywrightReport | undefined} report undefined when there is none
 * @param {number} exitCode
 * @returns {Counts}
 */
export function countPlaywright(report, exitCode) {
  if (report === undefined) return { passed: 0, failed: 1, skipped: 0 }
  const { expected, flaky, unexpected, skipped } = report.stats
  const names = specsOf(report).filter(({ ok }) => !ok).map(({ file, title }) => `${file}: ${title}`)
  return { passed: expected + flaky, failed: named(unexpected + report.errors.length, exitCode), skipped, names }
}

/**
 * @param {Suite} suite
 * @returns {{ title: string, file: string, ok: boolean }[]}
 */
function specsOf({ specs = [], suites = [] }) {
  return [...specs, ...suites.flatMap(specsOf)]
}

/**
 * @param {Counts[]} counts
 * @returns {Counts & { names: string[] }}
 */
export function sum(counts) {
  return counts.reduce((total, one) => ({
    passed: total.passed + one.passed, failed: total.failed + one.failed, skipped: total.skipped + one.skipped,
    names: [...total.names, ...one.names ?? []]
  }), { passed: 0, failed: 0, skipped: 0, names: /** @type {string[]} */ ([]) })
}

/**
 * @param {number} failed
 * @param {number} exitCode
 */
function named(failed, exitCode) {
  return exitCode !== 0 ? Math.max(failed, 1) : failed
}

/**
 * @template Report of the tool that wrote it
 * @param {string} file
 * @returns {Report | undefined} undefined when the tool ended without one
 */
export function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}
