import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'
import { isTest, sourceFiles } from './import-graph'

const root = resolve(__dirname, '..')
/** What main is made of. */
const rooms = ['contract', 'rules', 'images', 'library', 'supervision', 'main', 'preload']
/** Not in the Node of the Electron that stands in for tests (16.17), whose V8 is newer. */
const missing = /\b(structuredClone|Object\.groupBy|Array\.fromAsync)(<\w+>)?\(|\.(toSorted|toReversed|toSpliced)\(/

it('main uses nothing that its Node may lack: the tests\' own Node has it all, and would not tell', () => {
  const using = rooms.flatMap((room) => sourceFiles(root, join('src', room))).filter((path) => !isTest(path) && !/testing/.test(path))
    .filter((path) => missing.test(readFileSync(join(root, path), 'utf8')))
  expect(missing.test('const copy = structuredClone<Tree>(value)')).toBe(true)
  expect(using).toEqual([])
})
