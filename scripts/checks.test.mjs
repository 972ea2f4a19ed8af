import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import config from '../vitest.config.mts'
import { lint, runSideBySide, types, unitProjects } from './checks.mjs'
import { projectFolder } from './setup/paths.mjs'

const { scripts } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))

/** Arguments as a person types them: no path of this checkout, no program. @param {import('./checks.mjs').Check} check */
const typed = ({ arguments: [, ...rest] }) => rest.map((part) => part.replace(projectFolder + path.sep, '').replaceAll(path.sep, '/')).join(' ')

it('lint, types and unit do the same alone as in check and test', () => {
  expect(scripts.lint).toBe(`eslint ${typed(lint)}`)
  expect(scripts.types.split(' && ').map((/** @type {string} */ part) => part.replace(/^(vue-)?tsc /, '')).sort()).toEqual(types.map(typed).sort())
  expect(scripts.unit).toBe(`vitest run ${unitProjects.map((name) => `--project ${name}`).join(' ')}`)
})

it('every project of tests is run by npm test, but those of the installers, which take many minutes', () => {
  const names = config.test.projects.map(({ test }) => test.name)
  expect(names.sort()).toEqual([...unitProjects, 'native', 'installers'].sort())
})

it('a check that fails shows all it said, and those after it are run', async () => {
  const check = (/** @type {string} */ title, /** @type {string} */ script) => ({ title, arguments: ['-e', script], found: () => 'found' })
  let said = ''
  const failures = await runSideBySide([[
    check('good', 'console.log("words of the good one\\nSkipped: for lack of data")'),
    check('bad', 'console.error("words of the bad one"); process.exitCode = 3'),
    check('last', '')
  ]], (text) => { said += text })
  expect(failures).toBe(1)
  expect(said.replace(/\d+ s/g, '0 s')).toBe(
    'Skipped: for lack of data\npassed: good · found (0 s)\n\nwords of the bad one\nfailed: bad · found (0 s)\npassed: last · found (0 s)\n'
  )
})
