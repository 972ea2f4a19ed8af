import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, it } from 'vitest'
import { catalogue } from '../engine/catalogue'
import { openLibrary } from '../library'
import { Context } from './context'
import { buildProgram } from './program'
import { commandLineReference } from './reference'

it('docs/command-line.md says what the schemas say (mended by: node scripts/command-line-docs.mjs)', async () => {
  const terminal = { isTTY: false, columns: 100, write: () => undefined }
  const context = new Context({
    argv: [], env: {}, stdout: terminal, stderr: terminal, signal: new AbortController().signal, version: '', program: '', programMark: () => '', worker: { executable: '', arguments: [] },
    defaultDataDir: '/nowhere', cacheDir: '/nowhere', openLibrary, installSamples: () => Promise.resolve([]), runtimeFolders: [],
    diagnose: () => Promise.reject(new Error('not needed')),
    loadEngine: () => Promise.reject(new Error('not needed'))
  }, 'en')
  const page = readFileSync(resolve(__dirname, '../../docs/command-line.md'), 'utf8')
  expect(page).toBe(`${commandLineReference(await buildProgram(context), catalogue())}\n`)
})
