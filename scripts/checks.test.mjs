import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import config from '../vitest.config.mts'
import { lint, types, unitProjects } from './checks.mjs'
import { projectFolder } from './setup/paths.mjs'

const { scripts } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))

/** Arguments as a person types them: no path of this checkout, no program. @param {import('./checks.mjs').Check} check */
const typed = ({ arguments: [, ...rest] }) => rest.map((part) => part.replace(`${projectFolder}/`, '')).join(' ')

it('lint, types and unit do the same alone as in check and test', () => {
  expect(scripts.lint).toBe(`eslint ${typed(lint)}`)
  expect(scripts.types.split(' && ').map((/** @type {string} */ part) => part.replace(/^(vue-)?tsc /, '')).sort()).toEqual(types.map(typed).sort())
  expect(scripts.unit).toBe(`vitest run ${unitProjects.map((name) => `--project ${name}`).join(' ')}`)
})

it('every project of tests is run by npm test', () => {
  const names = config.test.projects.map(({ test }) => test.name)
  expect(names.sort()).toEqual([...unitProjects, 'native'].sort())
})
