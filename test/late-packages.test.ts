import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'
import { isTest, sourceFiles } from './import-graph'

const root = resolve(__dirname, '..')

/** Whether what is imported of a package are the exports of a script written for `require`. */
function isCommonJs(name: string): boolean {
  const { type, module, exports } = JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8')) as Record<string, unknown>
  return type !== 'module' && module === undefined && !JSON.stringify(exports ?? '').includes('"import"')
}

/** Node and the tests give the named exports of such a package too; in the bundled program it has its default alone. */
it('of a package that is loaded late and written for require, only the default is taken: the built program has no other', () => {
  const late = sourceFiles(root, 'src').filter((path) => !isTest(path)).flatMap((path) =>
    [...readFileSync(join(root, path), 'utf8').matchAll(/^.*\bimport\('(?!node:)([^.'][^']*)'\).*$/gm)].map(([line, name]) => ({ path, name: name!, line: line.trim() })))
  expect(late.map(({ name }) => name)).toEqual(expect.arrayContaining(['yauzl', 'undici', 'tar', 'sharp']))
  expect(isCommonJs('tar')).toBe(false)
  expect(late.filter(({ name, line }) => isCommonJs(name) && !/\{ default\b/.test(line))).toEqual([])
})
