import { expect, it } from 'vitest'
import { isNewer } from './version'

it('versions follow one another as semver 2.0.0 orders them', () => {
  // The row of section 11, and what is often got wrong: numbers are no words.
  const row = ['0.9.9', '1.0.0-alpha', '1.0.0-alpha.1', '1.0.0-alpha.beta', '1.0.0-beta', '1.0.0-beta.2', '1.0.0-beta.11', '1.0.0-rc.1', '1.0.0', '1.0.2', '1.0.10', '1.2.0', '1.10.0', '2.0.0']
  for (const [at, version] of row.entries()) {
    for (const [otherAt, other] of row.entries()) expect([version, other, isNewer(version, other)]).toEqual([version, other, at > otherAt])
  }
})

it('what is no version is newer than nothing', () => {
  expect(isNewer('nightly', '1.0.0')).toBe(false)
  expect(isNewer('1.0.0', 'nightly')).toBe(false)
})
