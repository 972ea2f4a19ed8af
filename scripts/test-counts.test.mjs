import path from 'node:path'
import { expect, it } from 'vitest'
import { projectFolder } from './setup/paths.mjs'
import { countPlaywright, countVitest, sum } from './test-counts.mjs'

/** @typedef {import('./test-counts.mjs').VitestReport['testResults']} Files */

const vitest = (/** @type {number} */ passed, /** @type {number} */ failed, /** @type {Files} */ files = []) =>
  ({ numPassedTests: passed, numFailedTests: failed, numPendingTests: 2, testResults: files })
const playwright = (/** @type {number} */ expected, /** @type {number} */ unexpected, /** @type {unknown[]} */ errors = []) =>
  ({ stats: { expected, unexpected, flaky: 1, skipped: 0 }, errors, suites: [] })
/** @param {import('./test-counts.mjs').Counts} counts */
const numbers = ({ passed, failed, skipped }) => [passed, failed, skipped]

it('counts what passed and failed', () => {
  expect(numbers(countVitest(vitest(40, 1), 1))).toEqual([40, 1, 2])
  expect(numbers(countPlaywright(playwright(5, 2), 1))).toEqual([6, 2, 0])
  expect(numbers(sum([countVitest(vitest(40, 0), 0), countPlaywright(playwright(5, 0), 0)]))).toEqual([46, 0, 2])
})

it('names what failed and what needed a second try, of both tools', () => {
  const files = [
    { name: path.join(projectFolder, 'src', 'a.test.ts'), status: 'failed', assertionResults: [{ status: 'failed', fullName: 'does it' }, { status: 'passed', fullName: 'does that', failureMessages: ['late'] }] },
    { name: path.join(projectFolder, 'src', 'b.test.ts'), status: 'failed', assertionResults: [] }
  ]
  const specs = [
    { title: 'opens', file: 'c.spec.ts', ok: false, tests: [{ status: 'unexpected' }] }, { title: 'closes', file: 'c.spec.ts', ok: true, tests: [{ status: 'flaky' }] }
  ]
  const { names, unsteady } = sum([countVitest(vitest(1, 1, files), 1), countPlaywright({ ...playwright(1, 1), suites: [{ suites: [{ specs }] }] }, 1)])
  expect(names).toEqual([`${path.join('src', 'a.test.ts')}: does it`, `${path.join('src', 'b.test.ts')}, which did not load`, 'c.spec.ts: opens'])
  expect(unsteady).toEqual([`${path.join('src', 'a.test.ts')}: does that`, 'c.spec.ts: closes'])
})

it('counts a test file that did not load as failed', () => {
  const files = [{ name: 'a', status: 'failed', assertionResults: [] }, { name: 'b', status: 'passed', assertionResults: [{ status: 'passed', fullName: 'it' }] }]
  expect(countVitest(vitest(1, 0, files), 1).failed).toBe(1)
})

it('counts a tool that ended without a report, or in failure without a failed test, as failed', () => {
  expect(countVitest(undefined, 0).failed).toBe(1)
  expect(countVitest(vitest(3, 0), 1).failed).toBe(1)
  expect(countPlaywright(undefined, 0).failed).toBe(1)
  expect(countPlaywright(playwright(3, 0), 1).failed).toBe(1)
  expect(countPlaywright(playwright(3, 0, [{}]), 1).failed).toBe(1)
})
