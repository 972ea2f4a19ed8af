import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { surfaceOf, unneededExports } from './exports'
import { isTest, sourceFiles } from './import-graph'

const root = resolve(__dirname, '..')

/** Ways to hold bytes against a reader without a file: only the tests with hostile bytes come in there. */
const seams = [
  'src/engine/interchange/keras/format-3.ts: decodeKerasArchive', 'src/engine/interchange/onnx/format.ts: decodeOnnx',
  'src/engine/interchange/pytorch/format.ts: decodePytorch', 'src/engine/safetensors/safetensors.ts: decodeSafetensors',
  'src/engine/safetensors/safetensors.ts: encodeSafetensors'
].map((each) => `${each} is used by tests alone`)

it('nothing is exported that nobody imports, and nothing is left that only a test uses', () => {
  const files = [...sourceFiles(root, 'src'), ...sourceFiles(root, 'test')]
  const surfaces = files.map((path) => surfaceOf(root, path))
  expect(surfaces.length).toBeGreaterThan(800)
  // What nothing but the program's own beginnings use: processes, and features, which the window finds by itself.
  const entries = /^src\/(main|preload|worker|cli|renderer\/features\/\w+)\/index\.ts$/
  expect(unneededExports(surfaces, (path) => path.startsWith('src/') && !isTest(path) && !entries.test(path), isTest).toSorted()).toEqual(seams)
}, 120_000)

let folder = ''
afterEach(() => rmSync(folder, { recursive: true, force: true }))

it('finds them where there are some', () => {
  folder = mkdtempSync(join(tmpdir(), 'graft-exports-'))
  const files: Record<string, string> = {
    'src/a.ts': 'export const used = 1\nexport const unused = 2\nexport const tested = 3\nconst helped = 4\nexport { helped as given }\nexport interface Own { x: number }\nexport const own: Own = { x: 1 }',
    'src/b.ts': 'export * from \'./all\'\nimport { used, own as mine } from \'./a\'\nexport const last = async () => (await import(\'./late\')).late + used + mine.x',
    'src/all.ts': 'export const [one, { two }] = [1, { two: 2 }]',
    'src/late.ts': 'export const late = 1',
    'src/index.ts': 'export { last as first } from \'./b\'\nexport type { given } from \'./a\'',
    'src/a.test.ts': 'import { tested } from \'./a\'\nimport { first } from \'./index\''
  }
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  const surfaces = Object.keys(files).map((path) => surfaceOf(folder, path))
  expect(unneededExports(surfaces, (path) => !isTest(path), isTest).toSorted()).toEqual([
    'src/a.ts: Own is imported by no one', 'src/a.ts: tested is used by tests alone', 'src/a.ts: unused is imported by no one',
    'src/index.ts: given is imported by no one'
  ])
})
