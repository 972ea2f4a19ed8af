import { readFileSync } from 'node:fs'
import path from 'node:path'
import { projectFolder } from './setup/paths.mjs'

/** @typedef {{ passed: number, failed: number, skipped: number, names?: string[], unsteady?: string[] }} Counts with the names of the tests that failed, and of those that passed at their second try only */

/**
 * @typedef {object} VitestReport
 * @property {number} numPassedTests
 * @property {number} numFailedTests
 * @property {number} numPendingTests
 * @property {{ name: string, status: string, assertionResults: { status: string, fullName: string, failureMessages?: string[] }[] }[]} testResults one per file
 */

/** @typedef {{ title: string, file: string, ok: boolean, tests: { status: string }[] }} Spec */
/** @typedef {{ specs?: Spec[], suites?: Suite[] }} Suite */
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
  const tests = report.testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.map((test) => ({ ...test, name: `${path.relative(projectFolder, name)}: ${test.fullName}` })))
  const names = tests.filter(({ status }) => status === 'failed').map(({ name }) => name)
  return {
    passed: report.numPassedTests, failed: named(failed, exitCode), skipped: report.numPendingTests,
    names: [...names, ...unloaded.map(({ name }) => `${path.relative(projectFolder, name)}, which did not load`)],
    // What went wrong at the first try stays in the report of a test that passed at its second.
    unsteady: tests.filter(({ status, failureMessages = [] }) => status === 'passed' && failureMessages.length > 0).map(({ name }) => name)
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
  const specs = specsOf(report)
  /** @param {Spec} spec */
  const nameOf = ({ file, title }) => `${file}: ${title}`
  return {
    passed: expected + flaky, failed: named(unexpected + report.errors.length, exitCode), skipped,
    names: specs.filter(({ ok }) => !ok).map(nameOf),
    unsteady: specs.filter(({ tests }) => tests.some(({ status }) => status === 'flaky')).map(nameOf)
  }
}

/**
 * @param {Suite} suite
 * @returns {Spec[]}
 */
function specsOf({ specs = [], suites = [] }) {
  return [...specs, ...suites.flatMap(specsOf)]
}

/**
 * @param {Counts[]} counts
 * @returns {Required<Counts>}
 */
export function sum(counts) {
  return counts.reduce((total, one) => ({
    passed: total.passed + one.passed, failed: total.failed + one.failed, skipped: total.skipped + one.skipped,
    names: [...total.names, ...one.names ?? []], unsteady: [...total.unsteady, ...one.unsteady ?? []]
  }), /** @type {Required<Counts>} */ ({ passed: 0, failed: 0, skipped: 0, names: [], unsteady: [] }))
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
