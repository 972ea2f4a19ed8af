import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const project = join(__dirname, '..')

// Put together here, so that this file does not name them itself.
const hosts = [['registry', 'npmjs', 'org'], ['registry', 'yarnpkg', 'com'], ['pypi', 'org'], ['files', 'pythonhosted', 'org'], ['repo1', 'maven', 'org']]

/** Packages are asked for by name: where they come from is the business of npm, pip and Maven and of who set these up. */
it.skipIf(!existsSync(join(project, '.git')))('no file of the project names the host of a registry', () => {
  const named = execFileSync('git', ['ls-files', '-z'], { cwd: project, encoding: 'utf8', maxBuffer: 16 << 20 }).split('\0').filter((path) => path !== '')
  expect(named.length).toBeGreaterThan(500)
  const asked = hosts.flatMap((parts) => ['-e', parts.join('.')])
  // 1 says that nothing was found, anything above that git could not look.
  let found = ''
  try {
    found = execFileSync('git', ['grep', '-nIF', ...asked], { cwd: project, encoding: 'utf8', maxBuffer: 16 << 20 })
  } catch (error) {
    expect(error).toMatchObject({ status: 1 })
  }
  expect(found).toBe('')
})
