import { expect, it } from 'vitest'
import { countPlaywright, countVitest, sum } from './test-counts.mjs'

/** @typedef {import('./test-counts.mjs').VitestReport['testResults']} Files */

const vitest = (/** @type {number} */ passed, /** @type {number} */ failed, /** @type {Files} */ files = []) =>
  ({ numPassedTests: passed, numFailedTests: failed, numPendingTests: 2, testResults: files })
const playwright = (/** @type {number} */ expected, /** @type {number} */ unexpected, /** @type {unknown[]} */ errors = []) =>
  ({ stats: { expected, unexpected, flaky: 1, skipped: 0 }, errors })

it('counts what passed and failed', () => {
  expect(countVitest(vitest(40, 1), 1)).toEqual({ passed: 40, failed: 1, skipped: 2 })
  expect(countPlaywright(playwright(5, 2), 1)).toEqual({ passed: 6, failed: 2, skipped: 0 })
  expect(sum([countVitest(vitest(40, 0), 0), countPlaywright(playwright(5, 0), 0)])).toEqual({ passed: 46, failed: 0, skipped: 2 })
})

it('counts a test file that did not load as failed', () => {
  const files = [{ status: 'failed', assertionResults: [] }, { status: 'passed', assertionResults: [{}] }]
  expect(countVitest(vitest(1, 0, files), 1).failed).toBe(1)
})

it('counts a tool that ended without a report, or in failure without a failed test, as failed', () => {
  expect(countVitest(undefined, 0).failed).toBe(1)
  expect(countVitest(vitest(3, 0), 1).failed).toBe(1)
  expect(countPlaywright(undefined, 0).failed).toBe(1)
  expect(countPlaywright(playwright(3, 0), 1).failed).toBe(1)
  expect(countPlaywright(playwright(3, 0, [{}]), 1).failed).toBe(1)
})
